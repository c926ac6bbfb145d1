import Fuzzing
import StorageMath
@testable import StripeFiles

/// By the first byte: the rest is the beginning of a shard; or a list of changes to a small set of shards, which is then
/// verified, decoded and repaired.
///
/// Must hold: a header that is read is written back the same; an error says something; a set that calls itself
/// recoverable gives the file back bit for bit, and is whole after a repair; nothing else is ever given out as the file.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = Input(start, count)
    let choice = input.byte()
    if choice & 1 == 0 {
        checkHeader(input.rest, sealed: choice & 2 != 0)
    } else {
        checkSet(&input, choice >> 1)
    }
    return 0
}

private func checkHeader(_ bytes: [UInt8], sealed: Bool) {
    var bytes = bytes
    // Behind the checksum nothing is reached by chance.
    if sealed, bytes.count >= ShardHeader.byteCount {
        bytes.replaceSubrange(0..<8, with: ShardHeader.magic)
        seal(&bytes)
    }
    do {
        let header = try ShardHeader(bytes, of: "input")
        require(header.bytes == Array(bytes[..<ShardHeader.byteCount]), "a header is not what was read")
        let geometry = header.geometry
        require(geometry.shardBytes >= ShardHeader.byteCount, "a shard of \(geometry.shardBytes) bytes")
        require(
            geometry.stripes == 0 || geometry.fileBytes(of: geometry.stripes - 1).upperBound == header.length, "a hole")
        require(
            geometry.tail < header.striping.unit || geometry.tail == 0 || geometry.tail == header.striping.unit,
            "a tail")
    } catch {
        require(!"\(error)".isEmpty, "an error without words")
    }
}

private func seal(_ bytes: inout [UInt8]) {
    let checksum = CRC32C.checksum(of: Array(bytes[..<60]))
    for place in 0..<4 { bytes[60 + place] = UInt8(truncatingIfNeeded: checksum >> (8 * UInt32(place))) }
}

/// Changes shards, then looks at what the library makes of them. Each change takes a byte for shard and kind and two for
/// the place.
private func checkSet(_ input: inout Input, _ choice: UInt8) {
    let folder = ShardFolder.shared
    folder.reset(local: choice & 1 != 0)
    var isForged = false
    for _ in 0..<32 where !input.bytes.isEmpty {
        let what = input.byte()
        let place = Int(input.byte()) | Int(input.byte()) << 8
        let value = input.byte()
        let shard = Int(what & 0x0f) % folder.count
        switch what >> 4 {
        case 0...5: folder.change(shard) { bytes in if !bytes.isEmpty { bytes[place % bytes.count] ^= value } }
        case 6...7: folder.change(shard) { bytes in bytes = Array(bytes.prefix(place % 512)) }
        case 8: folder.change(shard) { bytes in bytes += [UInt8](repeating: value, count: place % 512) }
        case 9...10: folder.remove(shard)
        case 11: folder.copy(shard, over: place % folder.count)
        case 12: folder.writeLeftover(beside: shard)
        default:
            // A header that was changed and sealed again is a lie that the checksums do not find.
            folder.change(shard) { bytes in
                guard bytes.count >= ShardHeader.byteCount, value != 0 else { return }
                bytes[8 + place % 52] ^= value
                seal(&bytes)
                isForged = true
            }
        }
    }
    do {
        let run = StripeRun(threads: Int(choice >> 1) % 2 + 1)
        let most = try StripeSet([folder.path])
        let output = folder.path + "/out"
        let isSure = most.ambiguity == nil
        require(isSure || (try? most.decode(to: .file(output), replacing: true)) == nil, "a set that nobody chose")
        let set = isSure ? most : try StripeSet([folder.path], set: most.identifier)
        let report = try set.verify(run: run)
        let decoded = Result { try set.decode(to: .file(output), replacing: true, run: run) }
        let isFile = (try? decoded.get()) != nil
        require(isFile == report.isRecoverable, "recoverable: \(report.isRecoverable), decoded: \(decoded)")
        if isFile { require(isForged || folder.read("out") == folder.content, "another file was decoded") }
        guard (try? set.repair(run: run)) != nil else { return }
        let after = try StripeSet([folder.path], set: set.identifier).verify(run: run)
        require(after.shards.allSatisfy { $0.state == .whole } || isForged, "a repaired set is not whole")
    } catch {
        require(!"\(error)".isEmpty, "an error without words")
    }
}
