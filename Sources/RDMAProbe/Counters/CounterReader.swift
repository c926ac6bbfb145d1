public import HostTopology
public import RDMAModel

/// Reads the counters of RDMA devices from sysfs, of this host or of a captured tree.
public struct CounterReader: Sendable {
    private let root: HostRoot

    /// More counters than a port has.
    private static let limit = 1024

    public init(at root: HostRoot = .live) { self.root = root }

    /// The counters of every device and port, in order of their names.
    @discardableResult
    public func readAll() -> [CounterValue] {
        (RDMADevice.all(at: root, readsGIDs: false) ?? []).flatMap { device in
            read(device: device.name, port: nil) + device.ports.flatMap { read(device: device.name, port: $0.number) }
        }
    }

    /// The counters of a port, or of the device as a whole where there is no port. Absent folders give nothing: a counter
    /// that is not there is not 0.
    public func read(device: String, port: Int?) -> [CounterValue] {
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
        take("\(base)/counters", "")
        // Before Linux 5.14 the connection manager's were in a class of their own.
        let managers = ["\(base)/", "sys/class/infiniband_cm/\(device)/\(port)/"]
        for group in ["cm_tx_retries", "cm_rx_duplicates"] {
            for manager in managers { take(manager + group, "\(group)/") }
        }
        return values
    }

    /// For how long a driver answers with what it last read, in milliseconds; `nil` where it does not say. A second
    /// reading means something only after that.
    public func lifespanMilliseconds(device: String, port: Int) -> UInt64? {
        let base = "sys/class/infiniband/\(device)"
        return ["\(base)/ports/\(port)/hw_counters/lifespan", "\(base)/hw_counters/lifespan"].compactMap {
            root.integer(of: $0).flatMap { UInt64(exactly: $0) }
        }.max()
    }
}
