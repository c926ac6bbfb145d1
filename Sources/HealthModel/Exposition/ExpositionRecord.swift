/// A piece of the bytes that were read.
struct ExpositionPiece: Sendable {
    var start: UInt32
    /// The length, with the highest bit for escapes.
    private var lengthAndEscapes: UInt32

    init(_ start: Int, _ end: Int, hasEscapes: Bool = false) {
        self.start = UInt32(truncatingIfNeeded: start)
        lengthAndEscapes = UInt32(truncatingIfNeeded: end - start) | (hasEscapes ? 1 << 31 : 0)
    }

    var count: Int { Int(lengthAndEscapes & ~(1 << 31)) }
    var hasEscapes: Bool { lengthAndEscapes >> 31 == 1 }
    var range: Range<Int> { Int(start)..<Int(start) + count }
}

/// A sample as it is kept.
struct ExpositionRecord: Sendable {
    var name: ExpositionPiece
    /// What stands between the braces.
    var labels: ExpositionPiece
    var valueBits: UInt64
    var time: Int64
    var family: UInt32
    var valueTag: UInt8
    var hasTime: Bool

    static let noFamily = UInt32.max

    var value: SignalValue {
        get {
            switch valueTag {
            case 0: .unsigned(valueBits)
            case 1: .negative(Int64(bitPattern: valueBits))
            default: .decimal(Double(bitPattern: valueBits))
            }
        }
        set {
            switch newValue {
            case .unsigned(let value): (valueBits, valueTag) = (value, 0)
            case .negative(let value): (valueBits, valueTag) = (UInt64(bitPattern: value), 1)
            case .decimal(let value): (valueBits, valueTag) = (value.bitPattern, 2)
            }
        }
    }
}

/// A family as it is kept.
struct ExpositionFamilyRecord: Sendable {
    var name: ExpositionPiece
    var type: ExpositionType = .unknown
    var hasType = false
    var help: ExpositionPiece?
    var unit: ExpositionPiece?
    var firstSample: Int
    var endSample: Int
}

/// The labels between two braces that the parser has accepted: quoted names are metric names and left out.
struct ExpositionLabels: Sequence, IteratorProtocol {
    private let bytes: [UInt8]
    private var at: Int
    private let end: Int

    init(_ piece: ExpositionPiece, _ bytes: [UInt8]) {
        self.bytes = bytes
        at = piece.range.lowerBound
        end = piece.range.upperBound
    }

    mutating func next() -> (name: ExpositionPiece, value: ExpositionPiece)? {
        while at < end {
            skip { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: ",") }
            guard at < end else { return nil }
            let name: ExpositionPiece
            if bytes[at] == UInt8(ascii: "\"") {
                name = quoted()
            } else {
                let start = at
                skip { $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
                name = ExpositionPiece(start, at)
            }
            skip { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            guard at < end, bytes[at] == UInt8(ascii: "=") else { continue }
            at += 1
            skip { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            guard at < end else { return nil }
            return (name, quoted())
        }
        return nil
    }

    private mutating func skip(while holds: (UInt8) -> Bool) {
        while at < end, holds(bytes[at]) { at += 1 }
    }

    private mutating func quoted() -> ExpositionPiece {
        at += 1
        let start = at
        var hasEscapes = false
        while at < end, bytes[at] != UInt8(ascii: "\"") {
            if bytes[at] == UInt8(ascii: "\\") {
                hasEscapes = true
                at += 1
            }
            at += 1
        }
        let stop = Swift.min(at, end)
        at += 1
        return ExpositionPiece(start, stop, hasEscapes: hasEscapes)
    }
}

/// The escapes of both formats: `\\`, `\n` and, except in the help of Prometheus' format, `\"`. Any other backslash stands
/// for itself.
enum ExpositionEscapes {
    static func decoded(_ bytes: ArraySlice<UInt8>, quote: Bool) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\\"), index + 1 < bytes.endIndex {
                switch bytes[index + 1] {
                case UInt8(ascii: "\\"): result.append(UInt8(ascii: "\\"))
                case UInt8(ascii: "n"): result.append(UInt8(ascii: "\n"))
                case UInt8(ascii: "\"") where quote: result.append(UInt8(ascii: "\""))
                default: result.append(contentsOf: [byte, bytes[index + 1]])
                }
                index += 2
            } else {
                result.append(byte)
                index += 1
            }
        }
        return result
    }
}
