/// One value of one signal, with what is needed to use it: unit, kind, where it was read and when.
public struct Measurement: Sendable, Hashable {
    /// What was measured.
    public let identity: SignalIdentity
    /// The value.
    public let value: SignalValue
    /// The value's unit.
    public let unit: SignalUnit
    /// How values of this signal follow one another.
    public let kind: SignalKind
    /// Where it was read: a file, a command, an exposition.
    public let source: String
    /// When it was read.
    public let time: ReadingTime

    public init(
        _ identity: SignalIdentity, _ value: SignalValue, unit: SignalUnit, kind: SignalKind, source: String,
        time: ReadingTime
    ) {
        self.identity = identity
        self.value = value
        self.unit = unit
        self.kind = kind
        self.source = source
        self.time = time
    }
}
