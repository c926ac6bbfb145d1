import TestSupport

@testable import RDMAProbe

/// One message of the control connection that another one takes the place of: how an end looks that lies in the middle of
/// an otherwise honest session.
final class Forgery: @unchecked Sendable {
    /// The process that lies, and in which of its messages, counted from 1.
    let liar: String
    let message: Int
    private let change: ([UInt8]) -> [UInt8]
    /// What was sent, once it came to it.
    private(set) var sent: [UInt8]?

    /// - Parameter change: makes the bytes that are sent from those that were to be.
    init(by liar: String, message: Int, _ change: @escaping ([UInt8]) -> [UInt8]) {
        self.liar = liar
        self.message = message
        self.change = change
    }

    /// Another kind, other numbers, no numbers, less, more, the same twice, noise: by the seed.
    convenience init(by liar: String, message: Int, seed: UInt64) {
        self.init(by: liar, message: message) { honest in
            var lie = Lie(random: SeededRandom(seed: seed))
            return lie.made(from: honest)
        }
    }

    func bytes(inPlaceOf honest: [UInt8]) -> [UInt8] {
        let forged = change(honest)
        sent = forged
        return forged
    }
}

/// A message that is made from an honest one.
private struct Lie {
    var random: SeededRandom

    mutating func made(from honest: [UInt8]) -> [UInt8] {
        let head = ControlFrame.headerLength
        guard honest.count >= head else { return honest }
        let (kind, payload) = (UInt16(honest[7]), Array(honest[head...]))
        switch random.next() % 8 {
        case 0: return framed(UInt16(random.next() % 26), payload)
        case 1, 2, 3: return framed(kind, numbersReplaced(in: payload))
        case 4: return honest + honest
        case 5: return framed(kind, Array(payload.prefix(Int(random.next() % UInt64(payload.count + 1)))))
        case 6: return framed(UInt16(random.next() % 26), [])
        default:
            var changed = honest
            for _ in 0...random.next() % 3 { changed[Int(random.next() % UInt64(changed.count))] = random.edgy() }
            return changed
        }
    }

    private func framed(_ kind: UInt16, _ payload: [UInt8]) -> [UInt8] {
        ControlFrame(kind: kind, payload: payload).encoded()
    }

    /// The JSON with some of its numbers at the limits of their types, or no numbers at all.
    private mutating func numbersReplaced(in json: [UInt8]) -> [UInt8] {
        let edges = [
            "0", "1", "-1", "65535", "4294967295", "4294967296", "9223372036854775807", "18446744073709551615", "1e308",
            "null", "\"\"", "[]",
        ]
        var result: [UInt8] = []
        var index = 0
        while index < json.count {
            var end = index
            while end < json.count, json[end] >= UInt8(ascii: "0"), json[end] <= UInt8(ascii: "9") { end += 1 }
            let follows =
                index > 0 && [UInt8(ascii: ":"), UInt8(ascii: ","), UInt8(ascii: "[")].contains(json[index - 1])
            if end > index, follows, random.next() % 3 == 0 {
                result += Array(edges[Int(random.next() % UInt64(edges.count))].utf8)
            } else {
                end = max(end, index + 1)
                result += json[index..<end]
            }
            index = end
        }
        return result
    }
}
