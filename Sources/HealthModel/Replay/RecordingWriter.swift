import FoundationEssentials
import StorageMath

/// Makes the bytes of a recording, piece by piece; the caller writes them behind each other.
///
/// ```swift
/// var writer = try RecordingWriter(header)
/// file.append(writer.beginning)
/// file.append(try writer.samples(measurements))
/// file.append(writer.moment(now))
/// file.append(writer.end())
/// ```
public struct RecordingWriter: Sendable {
    /// The first bytes.
    public let beginning: [UInt8]
    private var numbers: [SignalIdentity: (number: UInt32, signal: Recording.Signal)] = [:]

    /// A recording from its beginning.
    public init(_ header: Recording.Header) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        beginning = Recording.magic + RecordingWriter.record(.header, Array(try encoder.encode(header)))
    }

    /// Goes on behind a recording that was read up to where it was cut off; ``beginning`` is empty.
    public init(continuing recording: Recording) {
        beginning = []
        for (number, signal) in recording.signals.enumerated() { numbers[signal.identity] = (UInt32(number), signal) }
    }

    /// The records of measurements: those of signals that are new, and one or more of samples.
    ///
    /// An error where there are too many signals, or where a signal comes with another unit or kind than before.
    public mutating func samples(_ measurements: [Measurement]) throws(RecordingError) -> [UInt8] {
        var bytes: [UInt8] = []
        var payload: [UInt8] = []
        for measurement in measurements {
            let signal = Recording.Signal(
                identity: measurement.identity, unit: measurement.unit, kind: measurement.kind,
                source: measurement.source)
            let number: UInt32
            if let known = numbers[measurement.identity] {
                guard known.signal.unit == signal.unit, known.signal.kind == signal.kind else {
                    throw RecordingError(
                        .damaged, offset: 0, record: 0, "\(measurement.identity) comes with another unit or kind")
                }
                number = known.number
            } else {
                guard numbers.count < Recording.signalLimit else {
                    throw RecordingError(.tooLarge, offset: 0, record: 0, "\(numbers.count) signals")
                }
                number = UInt32(numbers.count)
                numbers[measurement.identity] = (number, signal)
                bytes += RecordingWriter.record(.signal, RecordingWriter.payload(of: signal))
            }
            RecordingWriter.append(number, to: &payload)
            RecordingWriter.append(UInt64(bitPattern: measurement.time.time.nanoseconds), to: &payload)
            switch measurement.value {
            case .unsigned(let value):
                payload.append(0)
                RecordingWriter.append(value, to: &payload)
            case .negative(let value):
                payload.append(1)
                RecordingWriter.append(UInt64(bitPattern: value), to: &payload)
            case .decimal(let value):
                payload.append(2)
                RecordingWriter.append(value.bitPattern, to: &payload)
            }
            if payload.count > Recording.recordLimit - 64 {
                bytes += RecordingWriter.record(.samples, payload)
                payload = []
            }
        }
        if !payload.isEmpty { bytes += RecordingWriter.record(.samples, payload) }
        return bytes
    }

    /// The record of a sign of life; of a component's name the first 1,024 characters count.
    public func heartbeat(of component: String, at time: SignalTime) -> [UInt8] {
        var payload: [UInt8] = []
        RecordingWriter.append(UInt64(bitPattern: time.nanoseconds), to: &payload)
        payload += String(String.UnicodeScalarView(component.unicodeScalars.prefix(1024))).utf8
        return RecordingWriter.record(.heartbeat, payload)
    }

    /// The record of a moment at which the rules are to be evaluated.
    public func moment(_ time: SignalTime) -> [UInt8] {
        var payload: [UInt8] = []
        RecordingWriter.append(UInt64(bitPattern: time.nanoseconds), to: &payload)
        return RecordingWriter.record(.moment, payload)
    }

    /// The record that says that nothing is missing behind it.
    public func end() -> [UInt8] { RecordingWriter.record(.end, []) }

    /// How many bytes the record of the end has.
    public static let endBytes = 9

    private static func payload(of signal: Recording.Signal) -> [UInt8] {
        var payload: [UInt8] = []
        let texts =
            [signal.identity.name.text, signal.unit.rawValue, signal.kind.rawValue, signal.source]
            + LabelPairs.written(signal.identity.labels)
        for text in texts {
            append(UInt32(text.utf8.count), to: &payload)
            payload += text.utf8
        }
        return payload
    }

    private static func record(_ kind: Recording.RecordKind, _ payload: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(payload.count + 9)
        append(UInt32(payload.count), to: &bytes)
        let body = [kind.rawValue] + payload
        bytes += body
        append(CRC32C.checksum(of: body), to: &bytes)
        return bytes
    }

    private static func append(_ number: some FixedWidthInteger & UnsignedInteger, to bytes: inout [UInt8]) {
        var rest = number
        for _ in 0..<(number.bitWidth / 8) {
            bytes.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }
}
