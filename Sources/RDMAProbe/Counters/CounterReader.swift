public import HostTopology
public import RDMAModel

/// Reads the counters of RDMA devices and of the network interfaces behind them, of this host or of a captured tree:
/// from sysfs, from RDMA netlink, and from the network driver as `ethtool -S` shows it.
public struct CounterReader: Sendable {
    private let root: HostRoot
    private let netlink: RDMANetlink

    /// More counters than a port has.
    private static let limit = 1024

    public init(at root: HostRoot = .live) {
        self.root = root
        netlink = RDMANetlink(at: root)
    }

    /// The counters of every device and port, in order of their names.
    /// - Parameter everything: whether those of the network driver that the dictionary does not have are told too: each
    ///   queue has its own, and there may be thousands.
    @discardableResult
    public func readAll(everything: Bool = false) -> [CounterValue] {
        (RDMADevice.all(at: root, readsGIDs: false) ?? []).flatMap { device in
            read(device: device.name, port: nil)
                + device.ports.flatMap { read(device: device.name, port: $0.number, everything: everything) }
        }
    }

    /// The counters of a port, or of the device as a whole where there is no port. Absent folders give nothing: a counter
    /// that is not there is not 0.
    /// - Parameter everything: as for `readAll`.
    public func read(device: String, port: Int?, everything: Bool = false) -> [CounterValue] {
        let base = "sys/class/infiniband/\(device)" + (port.map { "/ports/\($0)" } ?? "")
        var values: [CounterValue] = []
        func take(_ folder: String, _ prefix: String) {
            for name in (root.names(in: folder) ?? []).prefix(CounterReader.limit)
            where !CounterDefinition.settings.contains(name) {
                // A file that is there and cannot be read, or says `N/A (no PMA)`, is a counter without a value.
                values.append(
                    CounterValue(
                        device: device, port: port, source: prefix + name,
                        value: root.text(of: "\(folder)/\(name)").flatMap { UInt64($0) }))
            }
        }
        take("\(base)/hw_counters", "")
        guard let port else { return values }
        values = merged(values, device: device, port: port)
        take("\(base)/counters", "")
        // Before Linux 5.14 the connection manager's were in a class of their own.
        let managers = ["\(base)/", "sys/class/infiniband_cm/\(device)/\(port)/"]
        for group in ["cm_tx_retries", "cm_rx_duplicates"] {
            for manager in managers { take(manager + group, "\(group)/") }
        }
        return values + ethernet(device: device, port: port, everything: everything)
    }

    /// What netlink tells of a port instead of what the files say: all of one moment, and optional counters besides. A
    /// kernel or a tree that does not tell leaves the files' word.
    private func merged(_ files: [CounterValue], device: String, port: Int) -> [CounterValue] {
        guard let index = (try? netlink.devices())?.first(where: { $0.name == device })?.index,
            let told = try? netlink.statistics(ofDevice: index, port: port)
        else { return files }
        var known = Dictionary(
            told.prefix(CounterReader.limit).map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        var values = files.map { file in
            guard let value = known.removeValue(forKey: file.source) else { return file }
            return CounterValue(device: device, port: port, source: file.source, value: value)
        }
        for (name, value) in known.sorted(by: { $0.key < $1.key }) {
            values.append(CounterValue(device: device, port: port, source: name, value: value))
        }
        return values
    }

    /// What the driver of the port's network interface counts. The names are its own and may be those of an RDMA counter,
    /// so they stand below `ethtool/`.
    private func ethernet(device: String, port: Int, everything: Bool) -> [CounterValue] {
        guard let interface = RDMADevice.interface(ofPort: port, of: device, at: root),
            let statistics = try? EthtoolReader(at: root).statistics(of: interface)
        else { return [] }
        var seen: Set<String> = []
        return statistics.entries.compactMap { entry in
            let source = CounterDefinition.ethernetFolder + entry.name
            guard everything || CounterDefinition.named(source) != nil, seen.insert(source).inserted else { return nil }
            return CounterValue(device: device, port: port, source: source, value: entry.value)
        }
    }

    /// For how long a driver answers with what it last read, in milliseconds; `nil` where it does not say. A second
    /// reading means something only after that.
    public func lifespanMilliseconds(device: String, port: Int) -> UInt64? {
        let base = "sys/class/infiniband/\(device)"
        return ["\(base)/ports/\(port)/hw_counters/lifespan", "\(base)/hw_counters/lifespan"].compactMap {
            root.integer(of: $0).flatMap { UInt64(exactly: $0) }
        }.max()
    }

    /// The time to let pass between two readings: what is wanted, and no less than the drivers of these counters take to
    /// answer anew, as long as that is not more than an hour.
    public func interval(_ wanted: Duration, between values: [CounterValue]) -> Duration {
        struct Port: Hashable {
            var device: String
            var number: Int
        }
        let ports = Set(values.compactMap { value in value.port.map { Port(device: value.device, number: $0) } })
        let lifespans = ports.compactMap { lifespanMilliseconds(device: $0.device, port: $0.number) }
        let longest = min(lifespans.max() ?? 0, 3_600_000)
        return max(wanted, .milliseconds(longest == 0 ? 0 : longest + 1))
    }
}
