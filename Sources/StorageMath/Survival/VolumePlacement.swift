/// A volume of some resiliency type in a cluster, spread over all servers or delimited to some.
public struct VolumePlacement: Sendable, Hashable {
    /// The cluster.
    public let cluster: ClusterLayout
    /// The type.
    public let resiliency: Resiliency
    /// How it is laid out there.
    public let layout: Layout
    /// The servers that hold it, in ascending order.
    public let servers: [Int]

    /// A volume whose slabs lie over every combination of fault domains, which is how Storage Spaces Direct allocates.
    ///
    /// With `delimitedTo`, only over those servers: for three-way mirrors in clusters of 6 servers or more, at least 3
    /// of them (Microsoft, delimit-volume-allocation, 2018-02; the text of 2018-03 and later asks for 4).
    /// An error where the type may not be used in the cluster, or not be delimited so.
    public init(
        _ resiliency: Resiliency, in cluster: ClusterLayout, delimitedTo servers: Set<Int>? = nil
    ) throws(StorageMathError) {
        layout = try resiliency.layout(in: cluster.shape)
        if let servers {
            guard resiliency == .threeWayMirror else {
                throw StorageMathError(
                    "delimited volume", "\(resiliency)", bound: "three-way-mirror",
                    remedy: "delimit three-way mirrors only, or leave the volume on all servers")
            }
            try StorageMathError.require(
                cluster.drives.count, in: DelimitedAllocation.clusterRange,
                "servers of a cluster with delimited volumes",
                remedy: "leave the volume on all servers")
            for server in servers { try cluster.checkServer(server) }
            try StorageMathError.require(
                servers.count, in: 3...cluster.drives.count, "servers of a delimited volume",
                remedy: "name 3 servers or more; 4 are recommended")
        }
        self.cluster = cluster
        self.resiliency = resiliency
        self.servers = servers?.sorted() ?? Array(cluster.servers)
    }

    /// The slab that failures hit hardest, part by part of the volume.
    ///
    /// As slabs lie over every combination of fault domains and drives, there is one whose pieces lie where as many of
    /// them as possible are lost, the hardest to do without first. It is found by taking the affected servers first, in
    /// each a drive that failed, and giving them the code's symbols in the order of their weight.
    func worstSlabs(after failures: ClusterFailures) -> [SlabPlacement] {
        layout.parts.map { part in
            SlabPlacement(unchecked: part.code, on: worstDrives(part.code, failures), in: cluster)
        }
    }

    private func worstDrives(_ code: Code, _ failures: ClusterFailures) -> [DrivePosition] {
        switch code {
        case .copies(let count) where cluster.racks == 2 && count % 2 == 0:
            return (1...2).flatMap { rack in
                affectedFirst(cluster.servers(inRack: rack).filter { servers.contains($0) }, failures)
                    .prefix(count / 2).map { worstDrives(of: $0, 1, failures)[0] }
            }
        case .copies(let count):
            return affectedFirst(servers, failures).prefix(count).map { worstDrives(of: $0, 1, failures)[0] }
        case .erasure(let layout):
            let drives = affectedFirst(servers, failures).prefix(layout.symbols).map {
                worstDrives(of: $0, 1, failures)[0]
            }
            return zip(layout.symbolsWorstFirst, drives).sorted { $0.0 < $1.0 }.map(\.1)
        case .nestedCopies: return servers.flatMap { worstDrives(of: $0, 2, failures) }
        case .nestedParity(let columns): return servers.flatMap { worstDrives(of: $0, columns, failures) }
        }
    }

    private func affectedFirst(_ servers: some Sequence<Int>, _ failures: ClusterFailures) -> [Int] {
        let affected = servers.filter { failures.isAffected($0) }
        return affected + servers.filter { !affected.contains($0) }
    }

    /// Drives of a server, those that failed first.
    private func worstDrives(of server: Int, _ count: Int, _ failures: ClusterFailures) -> [DrivePosition] {
        let failed = failures.failedDrives(of: server)
        let others = (1...cluster.drives[server - 1]).lazy.filter { !failed.contains($0) }
        return (failed.prefix(count) + others.prefix(max(0, count - failed.count))).map {
            DrivePosition(server: server, drive: $0)
        }
    }
}
