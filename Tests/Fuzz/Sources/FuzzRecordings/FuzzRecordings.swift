import ClusterCore
import Fuzzing
import HealthModel

/// A recording: read, replayed by the architecture's rules, and gone on with. Checksums are put right, so that what is behind
/// them is reached.
///
/// Must hold: what is read as whole can be gone on with behind its last moment, and is then whole again; a replay counts
/// no more evaluations than there are moments.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = Input(start, count)
    let isMended = input.byte() & 1 == 0
    let bytes = isMended ? mended(input.rest) : input.rest
    guard let (recording, damage) = try? Recording.readable(bytes) else { return 0 }
    require((try? Recording(bytes)) == (damage == nil ? recording : nil), "two readers disagree")
    // What is damaged is not gone on with.
    guard damage == nil || damage?.kind == .truncated else { return 0 }
    guard let whole = try? Recording.wholeBytes(bytes), let again = RecordingWriter.resumed(bytes, whole) else {
        require(false, "what was read has no whole part")
        return 0
    }
    require((try? Recording(again)) != nil, "a recording that was gone on with is damaged")
    let rules = try? RuleSet(HealthProfile.architecture.resolved(in: HealthProfile.builtIn))
    guard let rules, recording.signals.count < 1000, let timeline = try? recording.replay(rules) else { return 0 }
    let moments = recording.entries.count { if case .moment = $0 { true } else { false } }
    require(timeline.evaluations <= moments, "\(timeline.evaluations) evaluations at \(moments) moments")
    return 0
}

extension RecordingWriter {
    /// The whole part with an end behind it.
    static func resumed(_ bytes: [UInt8], _ whole: Int) -> [UInt8]? {
        guard let (recording, _) = try? Recording.readable(bytes) else { return nil }
        let writer = RecordingWriter(continuing: recording)
        return Array(bytes[..<whole]) + writer.end()
    }
}

/// The bytes with the checksum of each record as it should be.
private func mended(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    var place = Recording.magic.count
    while place + 9 <= bytes.count {
        let length = (0..<4).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
        guard place + length + 9 <= bytes.count else { break }
        let sum = checksum(bytes[(place + 4)..<(place + 5 + length)])
        for index in 0..<4 { bytes[place + 5 + length + index] = UInt8(truncatingIfNeeded: sum >> UInt32(8 * index)) }
        place += length + 9
    }
    return bytes
}

/// CRC-32C (RFC 3720, appendix B.4), bit by bit: it must not be the code that is fuzzed.
private func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var sum = UInt32.max
    for byte in bytes {
        sum ^= UInt32(byte)
        for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0x82F6_3B78 : sum >> 1 }
    }
    return ~sum
}
