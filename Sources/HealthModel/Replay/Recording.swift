/// Signals as they were measured, with their times, to be judged again by any rules: it holds no rule and no profile.
///
/// Its bytes are the eight of ``magic`` and records. A record is the length of its payload (4 bytes, least significant
/// first), its kind (1 byte), the payload, and the CRC-32C of kind and payload (4 bytes). Kinds: 1 header, 2 signal,
/// 3 samples, 4 sign of life, 5 moment of evaluation, 6 end. A recording without its end was cut off.
public struct Recording: Sendable, Hashable {
    public let header: Header
    /// The signals by their numbers.
    public let signals: [Signal]
    /// What happened, in order.
    public let entries: [Entry]

    /// The first bytes; the last of them is the version.
    public static let magic: [UInt8] = Array("HLTHREC".utf8) + [1]
    /// The most bytes of a recording.
    public static let byteLimit = 1 << 30
    /// The most bytes of one record.
    public static let recordLimit = 16 << 20
    /// The most signals.
    public static let signalLimit = 1_000_000

    /// Where a recording comes from.
    public struct Header: Sendable, Hashable, Codable {
        /// The host, or whatever was recorded.
        public var source: String
        public var begin: SignalTime
        /// The time from one evaluation to the next, in nanoseconds.
        public var intervalNanoseconds: Int64

        public init(source: String, begin: SignalTime, intervalNanoseconds: Int64) {
            self.source = source
            self.begin = begin
            self.intervalNanoseconds = max(1, intervalNanoseconds)
        }

        private enum CodingKeys: String, CodingKey {
            case source
            case begin = "begin_ns"
            case intervalNanoseconds = "interval_ns"
        }
    }

    /// A signal.
    public struct Signal: Sendable, Hashable {
        public var identity: SignalIdentity
        public var unit: SignalUnit
        public var kind: SignalKind
        /// Where it was read.
        public var source: String
    }

    /// A value of a signal.
    public struct Sample: Sendable, Hashable {
        /// The number of the signal.
        public var signal: Int
        public var time: SignalTime
        public var value: SignalValue
    }

    /// Something that happened.
    public enum Entry: Sendable, Hashable {
        /// Values were read.
        case samples([Sample])
        /// A component gave a sign of life.
        case heartbeat(component: String, time: SignalTime)
        /// The rules are to be evaluated at this moment.
        case moment(SignalTime)
    }

    /// The kinds of records.
    enum RecordKind: UInt8, CaseIterable {
        case header = 1
        case signal, samples, heartbeat, moment, end
    }
}
