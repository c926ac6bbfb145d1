/// Asks the kernel for a network driver's own statistics, or reads them from a captured tree. Changes nothing and needs
/// no privilege.
public struct EthtoolReader: Sendable, Hashable {
    private let root: HostRoot

    /// Where a captured tree keeps them, a file an interface in the form of `ethtool -S`: what that program wrote on
    /// another host can be put there by hand.
    public static let captureFolder = "rdmaprobe/ethtool"
    /// 16 384 names of 32 bytes with their values.
    static let fileLimit = 1 << 20

    public init(at root: HostRoot = .live) { self.root = root }

    /// The statistics of an interface.
    /// - Throws: why there are none, which is never the same as 0.
    public func statistics(of interface: String) throws(EthtoolError) -> EthtoolStatistics {
        // IFNAMSIZ has room for 15 bytes and a zero.
        guard NetworkInterface.folder(interface) != nil, interface.utf8.count < 16, !interface.utf8.contains(0) else {
            throw .interfaceName
        }
        let file = "\(EthtoolReader.captureFolder)/\(interface)"
        guard root != .live else {
            let statistics = try EthtoolReader.ask(interface)
            root.recorder?.record(.content(Array(statistics.text.utf8)), at: file)
            return statistics
        }
        guard let bytes = root.bytes(of: file, limit: EthtoolReader.fileLimit) else { throw .notCaptured }
        return try EthtoolStatistics(text: String(decoding: bytes, as: UTF8.self))
    }

    /// Asks for names and values. A driver that makes or drops queues between the two is asked once more.
    private static func ask(_ interface: String) throws(EthtoolError) -> EthtoolStatistics {
        do throws(EthtoolError) { return try askOnce(interface) } catch {
            guard case .countDiffers = error else { throw error }
        }
        return try askOnce(interface)
    }

    private static func askOnce(_ interface: String) throws(EthtoolError) -> EthtoolStatistics {
        let call = try EthtoolCall(interface)
        let count = try EthtoolStatistics.count(in: try call.setInformation())
        guard count > 0 else { return EthtoolStatistics(entries: []) }
        return try EthtoolStatistics(
            names: try EthtoolStatistics.names(in: try call.names(count: count)),
            values: try EthtoolStatistics.values(in: try call.values(count: count)))
    }
}
