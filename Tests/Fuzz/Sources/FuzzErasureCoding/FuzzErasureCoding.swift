import Fuzzing
import StorageMath

/// Calls of the coders as a caller might get them wrong: shapes, lengths, starts that are unaligned or overlap, ranges,
/// losses and changes, all from the input.
///
/// Must hold: an error says something and changes nothing; what a kernel writes is what the reference writes, and no byte
/// beside it changes.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = Input(start, count)
    do {
        if input.byte() & 1 == 0 {
            try call(
                ReedSolomon(
                    data: Int(input.byte() % 20), parity: Int(input.byte() % 8),
                    convention: .named[Int(input.byte()) % 7]), &input)
        } else {
            try call(
                LocalReconstructionCode(
                    data: Int(input.byte() % 14), localParities: Int(input.byte() % 5),
                    globalParities: Int(input.byte() % 3)),
                &input)
        }
    } catch {
        require(!"\(error)".isEmpty, "an error without words")
    }
    return 0
}

private func call(_ code: some ErasureCode, _ input: inout Input) throws {
    let kernel = CodingKernel.available[Int(input.byte()) % CodingKernel.available.count]
    let stores = StorePolicy.allCases[Int(input.byte()) % 3]
    let caches = CodingCaches(
        secondLevel: Int(input.byte()) << 6, streamingThreshold: Int(input.byte()) << 4,
        mostAlike: input.byte() & 1 == 0 ? nil : 3)
    let coder = try ErasureCoder(code, kernel: kernel, stores: stores, caches: caches)
    let reference = try ErasureCoder(code, kernel: .reference)
    let length = Int(input.byte()) << 2 | Int(input.byte() & 3)
    let stride = length + Int(Int8(bitPattern: input.byte()))
    let regions: ShardRegions
    if input.byte() & 3 == 0 {
        regions = try ShardRegions(
            offsets: (0..<code.layout.symbols).map { _ in Int(input.byte()) << 8 | Int(input.byte()) }, length: length)
    } else {
        regions = try ShardRegions(count: code.layout.symbols, length: length, stride: stride)
    }
    let operation = input.byte()
    let lost = Set((0..<Int(input.byte() % 5)).map { _ in Int(input.byte() % 24) })
    let range = Int(input.byte()) << 2..<Int(input.byte()) << 2 + 1024
    let symbol = Int(input.byte() % 24)
    let offset = Int(Int8(bitPattern: input.byte())) * 4
    // Now and then too short for the regions.
    let size = max(0, regions.end + Int(input.byte() % 65) - 8)
    guard size <= 1 << 17 else { return }
    let fill = input.rest
    let before = (0..<size).map {
        fill.isEmpty ? UInt8(truncatingIfNeeded: $0 &* 31) : fill[$0 % fill.count] &+ UInt8(truncatingIfNeeded: $0 >> 8)
    }
    let change = Array(before.prefix(Int(operation) << 1))

    func result<Coding: ErasureCode>(of coder: ErasureCoder<Coding>) -> (bytes: [UInt8], words: String) {
        var bytes = before
        do {
            var span = bytes.mutableSpan
            switch operation % 6 {
            case 0: try coder.encode(&span, at: regions)
            case 1:
                var checksums = [UInt32](repeating: 0, count: Int(operation) % 30)
                try coder.encode(&span, at: regions, checksums: &checksums)
                return (bytes, "\(checksums)")
            case 2: return (bytes, "\(try coder.mismatchedParities(in: bytes.span, at: regions))")
            case 3: try coder.reconstruct(coder.reconstruction(of: lost), in: &span, at: regions)
            case 4:
                try coder.reconstruct(
                    coder.reconstruction(of: lost), in: &span, at: regions, range: range.clamped(to: 0..<4096))
            default:
                try coder.update(
                    &span, at: regions, symbol: symbol, from: change.span, to: Array(change.reversed()).span,
                    offset: offset)
            }
        } catch {
            require(bytes == before, "an error changed bytes: \(error)")
            return (bytes, "\(error)")
        }
        return (bytes, "")
    }
    let (fast, plain) = (result(of: coder), result(of: reference))
    require(fast.words == plain.words, "\(kernel) says \(fast.words), the reference \(plain.words)")
    require(fast.bytes == plain.bytes, "\(kernel) \(code.layout): other bytes than the reference")
    let written = Set(0..<code.layout.symbols).subtracting(
        operation % 6 < 3 || operation % 6 > 4
            ? Set(0..<code.layout.data) : Set(0..<code.layout.symbols).subtracting(lost))
    var mayChange = [Bool](repeating: false, count: size)
    if regions.end <= size {
        for symbol in written where symbol < regions.offsets.count {
            for byte in 0..<length { mayChange[regions.offsets[symbol] + byte] = true }
        }
    }
    require(
        zip(fast.bytes, before).enumerated().allSatisfy { $1.0 == $1.1 || mayChange[$0] },
        "\(kernel): bytes beside the results changed")
}
