import ClusterCore
import Fuzzing
import HealthModel

/// The state of a watch: one of the architecture's rules in which bytes were changed. The input is the body; the line above
/// it, with length and checksum, is written for it.
///
/// Must hold: a state that is taken can be written and read again, and evaluates.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let body = Input(start, count).rest
    guard let rules = try? RuleSet(HealthProfile.architecture.resolved(in: HealthProfile.builtIn)),
        let own = try? HealthWatch(rules, DispatchSettings(routes: [])).snapshot(),
        let end = own.firstIndex(of: UInt8(ascii: "\n"))
    else { return 0 }
    var header = String(decoding: own[..<end], as: UTF8.self)
    replace("\"bytes\":", with: "\(body.count)", in: &header)
    replace("\"crc32c\":", with: "\(checksum(body))", in: &header)
    guard var watch = try? HealthWatch(rules, restoring: Array(header.utf8) + [UInt8(ascii: "\n")] + body) else {
        return 0
    }
    guard let written = try? watch.snapshot(), (try? HealthWatch(rules, restoring: written)) != nil else {
        require(false, "a state that was taken cannot be written and read again")
        return 0
    }
    _ = watch.step(to: SignalTime(seconds: 2_000_000_000))
    _ = watch.outbox.notifications
    return 0
}

/// Puts another number behind a key.
private func replace(_ key: String, with number: String, in text: inout String) {
    guard let start = text.firstRange(of: key)?.upperBound else { return }
    let end = text[start...].firstIndex { !$0.isNumber } ?? text.endIndex
    text.replaceSubrange(start..<end, with: number)
}

/// CRC-32C (RFC 3720, appendix B.4), bit by bit.
private func checksum(_ bytes: [UInt8]) -> UInt32 {
    var sum = UInt32.max
    for byte in bytes {
        sum ^= UInt32(byte)
        for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0x82F6_3B78 : sum >> 1 }
    }
    return ~sum
}
