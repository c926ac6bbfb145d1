/// One counter as it was read.
public struct CounterValue: Sendable, Hashable, Codable {
    public var device: String
    /// Counted from 1; `nil` for a counter of the whole device.
    public var port: Int?
    /// The name by which the driver knows it, with its folder where that is part of the name: `cm_tx_retries/req`.
    public var source: String
    /// `nil` where the file is there and tells no number, as `N/A (no PMA)`.
    public var value: UInt64?

    public init(device: String, port: Int?, source: String, value: UInt64?) {
        self.device = device
        self.port = port
        self.source = source
        self.value = value
    }

    /// What it means; `nil` for one that the dictionary does not have.
    public var definition: CounterDefinition? { CounterDefinition.named(source) }
}
