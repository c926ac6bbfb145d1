import Fuzzing
import StorageMath

/// Shards in memories and arrays of their own: memories that overlap, damage that is located and repaired, checksums,
/// copies of mirrors, shards that arrive one after the other, and reconstructions that another coder made ready.
///
/// Must hold: an error says something and changes nothing; kernels do as the reference; what is repaired is what it
/// was.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = Input(start, count)
    do {
        switch input.byte() % 5 {
        case 0: try copies(&input)
        case 1, 2:
            try call(
                ReedSolomon(
                    data: Int(input.byte() % 12), parity: Int(input.byte() % 7),
                    convention: .named[Int(input.byte()) % 7]), &input)
        default:
            try call(
                LocalReconstructionCode(
                    data: Int(input.byte() % 12), localParities: Int(input.byte() % 4),
                    globalParities: Int(input.byte() % 3)), &input)
        }
    } catch {
        require(!"\(error)".isEmpty, "an error without words")
    }
    return 0
}

private func call(_ code: some ErasureCode, _ input: inout Input) throws {
    switch input.byte() % 5 {
    case 0: try memories(code, &input)
    case 1: try location(code, &input)
    case 2: try ranges(code, &input)
    case 3: try checksums(code, &input)
    default: try arrival(code, &input)
    }
}

/// A whole stripe of what the input has left, repeated.
private func stripe(_ code: some ErasureCode, _ length: Int, _ fill: [UInt8]) throws -> [[UInt8]] {
    let data = (0..<code.layout.data).map { symbol in
        (0..<length).map { byte in
            let place = symbol &* 257 &+ byte
            return fill.isEmpty ? UInt8(truncatingIfNeeded: place &* 31) : fill[place % fill.count] &+ UInt8(symbol)
        }
    }
    return data + (try code.encode(data))
}

// MARK: Memories

/// Shards anywhere in one memory, so that they overlap now and then.
private func memories<Coding: ErasureCode>(_ code: Coding, _ input: inout Input) throws {
    let kernel = CodingKernel.available[Int(input.byte()) % CodingKernel.available.count]
    let coders = [try ErasureCoder(code, kernel: kernel), try ErasureCoder(code, kernel: .reference)]
    let (operation, length, odd) = (input.byte(), Int(input.byte()) << 1, input.byte())
    let isLaidOut = input.byte() & 3 != 0
    let places = (0..<code.layout.symbols + (odd == 1 ? 1 : 0)).map { symbol -> Range<Int> in
        let start = isLaidOut ? symbol * 520 + Int(input.byte() % 16) : Int(input.byte()) << 4 | Int(input.byte() & 15)
        return start..<start + (odd == 2 && symbol == 1 ? length + 1 : length)
    }
    let low = Int(Int8(bitPattern: input.byte())) << 1
    let range = operation & 4 == 0 ? nil : low..<low + Int(input.byte()) << 1
    let lost = Set((0..<Int(input.byte() % 4)).map { _ in Int(input.byte() % 20) })
    let size = max(places.map(\.upperBound).max() ?? 0, 1)
    let fill = input.rest
    let before = (0..<size).map { fill.isEmpty ? UInt8(truncatingIfNeeded: $0 &* 31) : fill[$0 % fill.count] }

    func result(of index: Int) -> (bytes: [UInt8], words: String) {
        let coder = coders[index]
        var bytes = before
        var words = ""
        bytes.withUnsafeMutableBytes { memory in
            let shards = places.map { UnsafeMutableRawBufferPointer(rebasing: memory[$0]) }
            do {
                if operation & 3 == 0 {
                    try coder.encode(shards, range: range)
                } else {
                    let maker = operation & 3 == 3 ? coders[1 - index] : coder
                    try coder.reconstruct(maker.reconstruction(of: lost), in: shards, range: range)
                    require(operation & 3 != 3, "what another coder made ready was taken")
                }
            } catch {
                words = "\(error)"
                require(!words.isEmpty, "an error without words")
            }
        }
        require(words.isEmpty || bytes == before, "an error changed bytes: \(words)")
        return (bytes, words)
    }
    let (fast, plain) = (result(of: 0), result(of: 1))
    require(fast.words == plain.words, "\(kernel) says \(fast.words), the reference \(plain.words)")
    require(fast.bytes == plain.bytes, "\(kernel) \(code.layout): other bytes than the reference")
    guard fast.words.isEmpty, length > 0 else { return }
    let written = operation & 3 == 0 ? Set(code.layout.data..<code.layout.symbols) : lost
    for symbol in written {
        for other in places.indices where other != symbol {
            require(!places[symbol].overlaps(places[other]), "\(symbol) was written over \(other)")
        }
    }
}

// MARK: Damage

private func location(_ code: some ErasureCode, _ input: inout Input) throws {
    let length = Int(input.byte() % 24) + 1
    let damage = (0..<Int(input.byte() % 6)).map { _ in
        (symbol: Int(input.byte()) % code.layout.symbols, byte: Int(input.byte()) % length, by: input.byte())
    }
    let whole = try stripe(code, length, input.rest)
    var shards = whole
    for change in damage { shards[change.symbol][change.byte] ^= change.by }
    let wrong = (0..<length).map { byte in shards.indices.filter { shards[$0][byte] != whole[$0][byte] } }
    let most = wrong.map(\.count).max() ?? 0
    let found = try code.locateDamage(in: shards)
    switch found {
    case .consistent(let bound): require(shards == whole || most > bound, "damage of \(most) in a column was not seen")
    case .located(let ranges, let bound):
        var repaired = shards
        try code.repair(&repaired, damaged: ranges)
        require(repaired == whole || most > bound, "\(most) damaged in a column, repaired to something else")
        require(try code.verify(repaired), "what was repaired contradicts itself")
    case .beyondReach(let byte):
        require(most > code.locatable, "byte \(byte) is beyond reach with \(most) damaged in a column")
    }
    if most <= code.locatable, shards != whole {
        guard case .located(let ranges, _) = found else { return require(false, "\(most) damaged, \(found)") }
        for byte in 0..<length {
            let told = shards.indices.filter { symbol in ranges[symbol]?.contains { $0.contains(byte) } == true }
            require(told == wrong[byte], "byte \(byte): \(told) told, \(wrong[byte]) damaged")
        }
    }
}

private func ranges(_ code: some ErasureCode, _ input: inout Input) throws {
    let length = Int(input.byte() % 64)
    var damaged: [Int: [Range<Int>]] = [:]
    for _ in 0..<input.byte() % 8 {
        let (symbol, start) = (Int(Int8(bitPattern: input.byte() % 132)), Int(Int8(bitPattern: input.byte() % 130)))
        damaged[symbol % 20, default: []].append(start..<start + Int(input.byte() % 70))
    }
    let whole = try stripe(code, length, input.rest)
    var shards = whole
    for (symbol, ranges) in damaged where shards.indices.contains(symbol) {
        for range in ranges { for byte in range.clamped(to: 0..<length) { shards[symbol][byte] ^= 0x5a } }
    }
    let before = shards
    do { try code.repair(&shards, damaged: damaged) } catch {
        return require(shards == before && !"\(error)".isEmpty, "an error changed bytes: \(error)")
    }
    require(shards == whole, "\(damaged) came back as something else")
}

private func checksums(_ code: some ErasureCode, _ input: inout Input) throws {
    let length = Int(input.byte() % 64)
    let damaged = Set((0..<Int(input.byte() % 6)).map { _ in Int(input.byte()) % code.layout.symbols })
    let wrong = Int(input.byte() % 40)
    let whole = try stripe(code, length, input.rest)
    var sums = whole.map { CRC32C.checksum(of: $0) }
    // Now and then a checksum is wrong, or there is one too many.
    if sums.indices.contains(wrong) { sums[wrong] ^= 1 } else if wrong == 39 { sums.append(0) }
    var shards = whole
    if length > 0 { for symbol in damaged { shards[symbol][symbol % length] ^= 0x80 } }
    let before = shards
    do {
        let repaired = try code.repair(&shards, checksums: sums)
        require(!sums.indices.contains(wrong) || wrong == 39, "a wrong checksum was confirmed")
        require(shards == whole && Set(repaired) == (length > 0 ? damaged : []), "\(repaired) were repaired")
    } catch {
        require(shards == before && !"\(error)".isEmpty, "an error changed bytes: \(error)")
    }
}

// MARK: Arrival

private func arrival(_ code: some ErasureCode, _ input: inout Input) throws {
    let length = Int(input.byte() % 64)
    let order = (0..<Int(input.byte() % 24)).map { _ in Int(Int8(bitPattern: input.byte())) % 16 }
    let odd = Int(input.byte())
    let whole = try stripe(code, length, input.rest)
    var encoding = ProgressiveEncoding(code)
    var came: Set<Int> = []
    for (turn, symbol) in (order + (odd & 1 == 0 ? Array(0..<code.layout.data) : [])).enumerated() {
        let isFitting = (0..<code.layout.data).contains(symbol) && !came.contains(symbol)
        let isLong = turn == odd % 8 && !came.isEmpty
        do {
            let shard = isFitting ? whole[symbol] : []
            try encoding.add(isLong ? shard + [1] : shard, as: symbol)
            require(isFitting && !isLong, "\(symbol) was taken in")
            came.insert(symbol)
        } catch {
            require((!isFitting || isLong) && !"\(error)".isEmpty, "\(symbol) was refused: \(error)")
        }
    }
    require(encoding.missing == Set(0..<code.layout.data).subtracting(came), "\(encoding.missing) are missing")
    do {
        let parities = try encoding.parities()
        require(encoding.missing.isEmpty && parities == Array(whole[code.layout.data...]), "other parities")
    } catch {
        require(!encoding.missing.isEmpty, "all came: \(error)")
    }
}

// MARK: Mirrors

private func copies(_ input: inout Input) throws {
    let mirror = try MirrorCopies(count: Int(input.byte() % 6))
    let (length, operation) = (Int(input.byte()) << 1, input.byte())
    let kernel = CodingKernel.available[Int(input.byte()) % CodingKernel.available.count]
    let offsets = (0..<mirror.count).map { _ in Int(input.byte()) << 4 | Int(input.byte() & 15) }
    let damage = (0..<Int(input.byte() % 5)).map { _ in (Int(input.byte()) % mirror.count, Int(input.byte())) }
    let fill = input.rest
    let right = (0..<length).map { fill.isEmpty ? UInt8(truncatingIfNeeded: $0) : fill[$0 % fill.count] }
    var shards = Array(repeating: right, count: mirror.count)
    for (copy, byte) in damage where byte < length { shards[copy][byte] ^= UInt8(copy + 1) }
    let before = shards
    let wrong = Set(shards.indices.filter { shards[$0] != right })
    switch operation % 3 {
    case 0:
        let differences = try mirror.differences(between: shards)
        for byte in 0..<length {
            let differs = shards.contains { $0[byte] != shards[0][byte] }
            require(differences.contains { $0.contains(byte) } == differs, "byte \(byte)")
        }
        do {
            let changed = try mirror.repairByMajority(&shards)
            require(shards.allSatisfy { $0 == shards[0] }, "copies that differ")
            require(changed.keys.allSatisfy { before[$0] != shards[$0] }, "\(changed) changed")
            for byte in 0..<length where 2 * before.count(where: { $0[byte] == right[byte] }) > mirror.count {
                require(shards[0][byte] == right[byte], "byte \(byte) is not what most copies had")
            }
        } catch { require(shards == before, "an error changed bytes: \(error)") }
    case 1:
        do {
            let changed = try mirror.repair(&shards, checksum: CRC32C.checksum(of: right))
            require(Set(changed) == wrong && shards.allSatisfy { $0 == right }, "\(changed) were repaired")
        } catch { require(shards == before && wrong.count == mirror.count, "\(error)") }
    default:
        let regions = try ShardRegions(offsets: offsets, length: length)
        var buffer = [UInt8](repeating: 0xEE, count: max(0, regions.end - (operation >> 4 == 0 ? 1 : 0)))
        let empty = buffer
        do {
            var span = buffer.mutableSpan
            let stores = StorePolicy.allCases[Int(operation >> 2) % 3]
            try mirror.write(right.span, to: &span, at: regions, kernel: kernel, stores: stores)
        } catch {
            require(buffer == empty, "an error changed bytes: \(error)")
            throw error
        }
        require(offsets.allSatisfy { Array(buffer[$0..<$0 + length]) == right }, "\(kernel): other bytes")
        require(try mirror.agree(in: buffer.span, at: regions), "copies that were just written differ")
    }
}
