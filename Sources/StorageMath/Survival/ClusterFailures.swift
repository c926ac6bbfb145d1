/// What has failed in a cluster, all at once.
///
/// Failures one after another are an array of these: between two of them the cluster quorum adapts to what is left
/// (``ClusterLayout/quorum(after:reading:)``), while data is not repaired.
public struct ClusterFailures: Sendable, Hashable {
    /// The cluster.
    public let cluster: ClusterLayout
    /// What has failed.
    public let elements: Set<FailedElement>
    /// Whether a server is down, by itself or with its rack; by server.
    private let isServerDown: [Bool]
    /// The drives that failed by themselves, in ascending order; by server.
    private let failedDrives: [[Int]]

    /// Failures in a cluster; an error where it has no such drive, server, rack or witness. A drive of a failed server
    /// may be named too.
    public init(_ elements: some Sequence<FailedElement>, in cluster: ClusterLayout) throws(StorageMathError) {
        var set: Set<FailedElement> = []
        for element in elements {
            try ClusterFailures.check(element, in: cluster)
            set.insert(element)
        }
        self.init(unchecked: set, in: cluster)
    }

    init(unchecked elements: Set<FailedElement>, in cluster: ClusterLayout) {
        self.elements = elements
        self.cluster = cluster
        var down = Array(repeating: false, count: cluster.drives.count)
        var failed = Array(repeating: [Int](), count: cluster.drives.count)
        for element in elements {
            switch element {
            case .drive(let position): failed[position.server - 1].append(position.drive)
            case .server(let server): down[server - 1] = true
            case .rack(let rack): for server in cluster.servers(inRack: rack) { down[server - 1] = true }
            case .witness: break
            }
        }
        isServerDown = down
        failedDrives = failed.map { $0.sorted() }
    }

    private static func check(_ element: FailedElement, in cluster: ClusterLayout) throws(StorageMathError) {
        switch element {
        case .server(let server): try cluster.checkServer(server)
        case .drive(let position): try cluster.check(position)
        case .rack(let rack):
            try StorageMathError.require(
                rack, in: 1...cluster.racks, "rack", remedy: "name a rack that the cluster has")
        case .witness:
            guard cluster.hasWitness else {
                throw StorageMathError(
                    "witness", "the witness", bound: "there: the cluster has none",
                    remedy: "leave it out, or give the cluster a witness")
            }
        }
    }

    /// Whether a server is down, by itself or with its rack.
    func isDown(_ server: Int) -> Bool { isServerDown[server - 1] }

    /// Whether a drive does not answer, by itself or with its server or rack.
    func isDown(_ position: DrivePosition) -> Bool {
        isDown(position.server) || elements.contains(.drive(position))
    }

    /// The drives of a server that failed by themselves, in ascending order.
    func failedDrives(of server: Int) -> [Int] { failedDrives[server - 1] }

    /// Whether a server is down or lost a drive: one fault domain is affected, however many of its drives failed.
    func isAffected(_ server: Int) -> Bool { isDown(server) || !failedDrives(of: server).isEmpty }

    /// The drives that answer.
    var drivesUp: Int {
        cluster.servers.reduce(0) { sum, server in
            isDown(server) ? sum : sum + cluster.drives[server - 1] - failedDrives(of: server).count
        }
    }
}

extension ClusterLayout {
    func checkServer(_ server: Int) throws(StorageMathError) {
        try StorageMathError.require(
            server, in: servers, "server", remedy: "name a server that the cluster has, counted from 1")
    }

    func check(_ position: DrivePosition) throws(StorageMathError) {
        try checkServer(position.server)
        try StorageMathError.require(
            position.drive, in: 1...drives[position.server - 1], "drive of server \(position.server)",
            remedy: "name a drive that the server has, counted from 1")
    }

    /// All failures of a sequence together; an error where one is of another cluster or there are more than 1,000.
    func union(of steps: [ClusterFailures]) throws(StorageMathError) -> ClusterFailures {
        try StorageMathError.require(
            steps.count, in: 0...1000, "steps", remedy: "name what fails at once in one step")
        for step in steps where step.cluster != self {
            throw StorageMathError(
                "failures", "\(step.elements.count) of another cluster", bound: "of the same cluster",
                remedy: "make the failures for the cluster that is asked")
        }
        return ClusterFailures(unchecked: steps.reduce(into: []) { $0.formUnion($1.elements) }, in: self)
    }
}
