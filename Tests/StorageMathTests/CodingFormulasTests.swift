import StorageMath
import TestSupport
import Testing

/// The examples of the article "Erasure coding", each compared with published bytes or with a sum done by hand.
@Suite struct CodingFormulasTests {
    private static let page = "Sources/StorageMath/StorageMath.docc/ErasureCoding.md"

    /// The example says so, in its last line.
    private func shows(_ words: String..., in example: String) throws {
        let code = try #require(FormulaExamples(page: repositoryText(Self.page)).code[example])
        let line = try #require(code.last)
        for word in words { #expect(line.contains(word), "\(word) in \(line)") }
    }

    @Test func `FIPS 197: 0x57 times 0x83 is 0xc1 over 0x11b, and by hand 0x31 over 0x11d`() throws {
        // example: field
        let storage = GaloisField.storage.multiply(0x57, 0x83)
        let aes = GaloisField.aes.multiply(0x57, 0x83)
        let words = [storage, aes].map { String($0, radix: 16) }
        // 31 over 0x11d, c1 over 0x11b
        // end of example
        #expect(storage == 0x31 && aes == 0xc1)
        try shows("\(words[0]) over 0x11d", "\(words[1]) over 0x11b", in: "field")
    }

    @Test func `Backblaze's published 5+5 bytes, and ISA-L's of the same data`() throws {
        // example: conventions
        let data: [[UInt8]] = [[0, 1], [4, 5], [2, 3], [6, 7], [8, 9]]
        let backblaze = try ReedSolomon(data: 5, parity: 5, convention: .backblaze).encode(data)
        let cauchy = try ReedSolomon(data: 5, parity: 5, convention: .cauchy1).encode(data)
        // Backblaze [12, 13] [10, 11] [14, 15] [90, 91] [94, 95]; Cauchy1 [97, 64] [173, 3] …
        // end of example
        #expect(backblaze == [[12, 13], [10, 11], [14, 15], [90, 91], [94, 95]])
        #expect(cauchy == [[97, 64], [173, 3], [218, 14], [107, 35], [110, 177]])
        try shows(
            backblaze.map { "\($0)" }.joined(separator: " "), "\(cauchy[0]) \(cauchy[1])", in: "conventions")
    }

    @Test func `a V-pow code beyond the limits of erasure_code.h is refused by the part that is singular`() throws {
        // example: proof
        let safe = try ReedSolomon(data: 10, parity: 4, convention: .vandermondePowers).proof
        let refusal = try Result { try ReedSolomon(data: 9, parity: 9, convention: .vandermondePowers) }.refusal
        // 10+4: no square part of 1000 is singular; 9+9 is refused: singular in parity rows [0, 3, 4] and data columns [0, 2, 5]
        // end of example
        // C(14, 4) - 1 square parts.
        #expect(safe == .exhaustive(minors: 1000))
        try shows("1000", refusal, in: "proof")
    }

    @Test func `Azure 2012: (6,2,2) reads 3.6 symbols a repair`() throws {
        // example: local-repair
        let azure = try LocalReconstructionCode(data: 6, localParities: 2, globalParities: 2)
        let reads = try (0..<10).map { try azure.readSet(toRebuild: [$0]).count }
        let average = Double(reads.reduce(0, +)) / Double(reads.count)
        // 3.6 reads a repair; a global parity takes 6
        // end of example
        #expect(average == 3.6 && reads[9] == 6)
        try shows("\(average) reads", "parity takes \(reads[9])", in: "local-repair")
    }

    @Test func `one symbol of each group and one more: eleven symbols on four servers`() throws {
        // example: placement
        let layout = try ErasureLayout(data: 8, localParities: 2, globalParities: 1)
        let servers = try layout.placement(across: 4)
        // 4 servers hold 3, 3, 3, 2 of 11 symbols
        // end of example
        let counts = servers.domains.map(\.count).sorted(by: >)
        #expect(counts == [3, 3, 3, 2])
        try shows(counts.map { "\($0)" }.joined(separator: ", ") + " of \(layout.symbols)", in: "placement")
    }

    @Test func `RAID-6 section 4: two data shards come back from P, Q and the others`() throws {
        // example: two-shards
        let code = try ReedSolomon(data: 4, parity: 2, convention: .vandermondePowers)
        let coder = try ErasureCoder(code)
        let regions = try ShardRegions(count: 6, length: 3)
        var stripe: [UInt8] = [1, 2, 3, 10, 20, 30, 5, 6, 7, 50, 60, 70, 0, 0, 0, 0, 0, 0]
        var bytes = stripe.mutableSpan
        try coder.encode(&bytes, at: regions)
        for lost in 3..<9 { bytes[lost] = 0 }
        let repair = try coder.reconstruction(of: [1, 2])
        try coder.reconstruct(repair, in: &bytes, at: regions)
        // 10 20 30 and 5 6 7 are back, read from symbols [0, 3, 4, 5]
        // end of example
        let back = stripe[3..<9].map { "\($0)" }
        #expect(back == ["10", "20", "30", "5", "6", "7"])
        try shows(
            back[..<3].joined(separator: " "), back[3...].joined(separator: " "), "\(repair.plan.reads)",
            in: "two-shards")
    }

    @Test func `by hand: P is 1 + 2 + 7 = 4 and Q is 1 + 4 + 28 = 25`() throws {
        // example: update
        let raid6 = try ReedSolomon(data: 3, parity: 2, convention: .vandermondePowers)
        var parities = try raid6.encode([[1], [2], [3]])
        try raid6.update(&parities, symbol: 2, from: [3], to: [7])
        // P 1 + 2 + 7 = 4, Q 1 + 2·2 + 4·7 = 25
        // end of example
        // Sums are exclusive ors: 1 ^ 2 ^ 7 and 1 ^ 4 ^ 28, with no reduction below 256.
        let byHand: [[UInt8]] = [[1 ^ 2 ^ 7], [1 ^ 4 ^ 28]]
        #expect(parities == byHand)
        try shows("= \(parities[0][0]),", "= \(parities[1][0])", in: "update")
    }

    @Test func `Hamming 1950: four parities locate two damaged shards, here one`() throws {
        // example: damage
        let wide = try ReedSolomon(data: 4, parity: 4, convention: .cauchy1)
        var shards: [[UInt8]] = [[1, 2], [3, 4], [5, 6], [7, 8]]
        shards += try wide.encode(shards)
        shards[2][1] ^= 0x40
        let damage = try wide.locateDamage(in: shards)
        // symbol 2, byte 1; certain up to 3 damaged shards
        // end of example
        #expect(damage == .located([2: [1..<2]], certainUpTo: 3))
        try shows("symbol 2, byte 1", "up to 3", in: "damage")
    }

    @Test func `4+2 moves two bytes for one of data through the caches and one and a half past them`() throws {
        // example: bytes-moved
        let shape = (data: 4.0, parity: 2.0)
        let cached = 1 + 2 * shape.parity / shape.data
        let streamed = 1 + shape.parity / shape.data
        // 2.0 and 1.5 bytes: 1.33 times
        // end of example
        #expect(cached / streamed == 4.0 / 3)
        try shows("\(cached) and \(streamed)", in: "bytes-moved")
    }
}

extension Result where Failure == any Error {
    /// Where it says what is singular, in its own words.
    fileprivate var refusal: String {
        get throws {
            guard case .failure(let error as StorageMathError) = self else { return "no refusal" }
            return error.value
        }
    }
}
