import StorageMath
import TestSupport
import Testing

/// The coefficients of the named conventions, and which shapes of them are codes.
@Suite struct CodeConventionTests {
    private func rows(_ convention: CodeConvention, _ data: Int, _ parity: Int) throws -> [[UInt8]] {
        try convention.parityMatrix(data: data, parity: parity).rows
    }

    @Test func `Jerasure 8+4 has the rows of klauspost's test`() throws {
        #expect(
            try rows(.jerasure, 8, 4) == [
                [1, 1, 1, 1, 1, 1, 1, 1], [1, 55, 39, 73, 84, 181, 225, 217], [1, 39, 217, 161, 92, 60, 172, 90],
                [1, 172, 70, 235, 143, 34, 200, 101],
            ])
    }

    @Test func `Backblaze 5+5 has the first row 7 7 6 6 1`() throws {
        #expect(try rows(.backblaze, 5, 5)[0] == [7, 7, 6, 6, 1])
    }

    @Test(
        arguments: [
            (.backblaze, [[12, 13], [10, 11], [14, 15], [90, 91], [94, 95]]),
            (.vandermondePowers, [[8, 9], [176, 175], [69, 13], [26, 164], [180, 57]]),
            (.cauchy1, [[97, 64], [173, 3], [218, 14], [107, 35], [110, 177]]),
            (.zfec, [[4, 5], [118, 119], [132, 133], [18, 19], [51, 50]]),
        ] as [(CodeConvention, [[UInt8]])])
    func `5+5 of Backblaze's published data, and the same data by other conventions`(
        convention: CodeConvention, expected: [[UInt8]]
    ) throws {
        let code = try ReedSolomon(data: 5, parity: 5, convention: convention)
        #expect(try code.encode([[0, 1], [4, 5], [2, 3], [6, 7], [8, 9]]) == expected)
    }

    @Test func `with one parity V-pow, PAR1, Jerasure and RAID-Z are the exclusive or; Backblaze for 1, 3 and 7 data`()
        throws
    {
        for data in 1...8 {
            let ones = [[UInt8](repeating: 1, count: data)]
            for convention in [CodeConvention.vandermondePowers, .par1, .jerasure, .raidZ] {
                #expect(try rows(convention, data, 1) == ones, "\(convention) \(data)+1")
            }
            #expect(try (rows(.backblaze, data, 1) == ones) == [1, 3, 7].contains(data), "\(data)+1")
        }
    }

    @Test func `Backblaze equals zfec only for k = 1 and 2+1, V-pow equals PAR1 for k = 2`() throws {
        for data in 1...8 {
            for parity in 1...4 {
                let equal = try rows(.backblaze, data, parity) == rows(.zfec, data, parity)
                #expect(equal == (data == 1 || (data == 2 && parity == 1)), "\(data)+\(parity)")
                let powers = try rows(.vandermondePowers, data, parity) == rows(.par1, data, parity)
                #expect(powers == (data <= 2 || parity == 1), "\(data)+\(parity)")
            }
        }
    }

    @Test func `row 1 of V-pow is Q of RAID-6, and RAID-Z has it in reverse`() throws {
        let field = GaloisField.storage
        let powers = try (0..<10).map { try field.power(2, $0) }
        #expect(try rows(.vandermondePowers, 10, 2)[1] == powers)
        #expect(try rows(.raidZ, 10, 3)[1] == powers.reversed())
        #expect(try rows(.raidZ, 10, 3)[2] == (0..<10).reversed().map { try field.power(4, $0) })
    }

    @Test func `Cauchy1 is the inverse of k + i xor j`() throws {
        let matrix = try CodeConvention.cauchy1.parityMatrix(data: 10, parity: 6)
        for row in 0..<6 {
            for column in 0..<10 {
                #expect(GaloisField.storage.multiply(matrix[row, column], UInt8((10 + row) ^ column)) == 1)
            }
        }
    }

    @Test func `Backblaze extrapolates: shards a xor b i have parities a xor b (k + r)`() throws {
        for (data, parity) in [(2, 2), (5, 5), (10, 4), (17, 3)] {
            let code = try ReedSolomon(data: data, parity: parity, convention: .backblaze)
            forRandom(20) { random in
                let (first, slope) = (
                    UInt8.random(in: 0...255, using: &random), UInt8.random(in: 0...255, using: &random)
                )
                let line = (0..<data + parity).map { [first ^ GaloisField.storage.multiply(slope, UInt8($0))] }
                return try code.encode(Array(line[..<data])) == Array(line[data...])
            }
        }
    }

    @Test(arguments: [(1, 255), (3, 253), (253, 3), (200, 2), (4, 21), (5, 5), (21, 4), (10, 4), (2, 100)])
    func `V-pow is proven within the limits of ISA-L erasure_code_h`(data: Int, parity: Int) throws {
        let code = try ReedSolomon(data: data, parity: parity, convention: .vandermondePowers)
        #expect(code.layout.symbols == data + parity)
    }

    @Test(arguments: [(4, 22), (5, 6), (6, 5), (22, 4), (9, 9), (32, 4), (128, 128), (20, 20)])
    func `V-pow is refused beyond the limits of ISA-L erasure_code_h, with a part that is singular`(
        data: Int, parity: Int
    ) throws {
        let error = #expect(throws: StorageMathError.self) {
            try ReedSolomon(data: data, parity: parity, convention: .vandermondePowers)
        }
        let value = try #require(error?.value)
        // What the refusal names is singular by the rank as well.
        let lists = value.split(separator: "[").dropFirst().map { part in
            part.prefix { $0 != "]" }.split(separator: ",").compactMap { Int($0.filter(\.isNumber)) }
        }
        try #require(lists.count == 2, "\(value)")
        let part = try CodeConvention.vandermondePowers.parityMatrix(data: data, parity: parity)
            .submatrix(rows: lists[0], columns: lists[1])
        #expect(part.rank < lists[0].count)
    }

    @Test func `PAR1 is proven or refused, shape by shape`() throws {
        #expect(!CodeConvention.par1.isAlwaysSeparable)
        #expect(throws: Never.self) { try ReedSolomon(data: 10, parity: 3, convention: .par1) }
        var refused = 0
        for data in 4...12 {
            for parity in 4...6 where (try? ReedSolomon(data: data, parity: parity, convention: .par1)) == nil {
                refused += 1
            }
        }
        #expect(refused > 0)
    }

    @Test func `conventions that theory proves have no singular part in small shapes, looked at one by one`() throws {
        for convention in CodeConvention.named where convention.isAlwaysSeparable {
            for (data, parity) in [(1, 3), (4, 2), (5, 3), (6, 6), (12, 3), (20, 3)] {
                if convention == .raidZ, parity > 3 { continue }
                let matrix = try convention.parityMatrix(data: data, parity: parity)
                let code = try ReedSolomon(data: data, parity: parity, convention: .custom(matrix))
                guard case .exhaustive(let minors) = code.proof else {
                    Issue.record("\(convention) \(data)+\(parity)")
                    continue
                }
                #expect(minors == binomial(data + parity, parity) - 1)
            }
        }
    }

    @Test func `theory covers V-pow and PAR1 of three parities, looked at one by one`() throws {
        for convention in [CodeConvention.vandermondePowers, .par1] {
            for (data, parity) in [(3, 3), (25, 3), (40, 2)] {
                let matrix = try convention.parityMatrix(data: data, parity: parity)
                #expect(throws: Never.self) {
                    try ReedSolomon(data: data, parity: parity, convention: .custom(matrix))
                }
            }
        }
        let wide = try CodeConvention.vandermondePowers.parityMatrix(data: 3, parity: 30)
        #expect(throws: Never.self) { try ReedSolomon(data: 3, parity: 30, convention: .custom(wide)) }
    }

    @Test func `a custom matrix is refused where it is singular, has another shape or is too large to prove`() throws {
        let singular = try CodingMatrix([[1, 2, 3], [2, 4, 6]])
        let error = #expect(throws: StorageMathError.self) {
            try ReedSolomon(data: 3, parity: 2, convention: .custom(singular))
        }
        #expect(error?.value.contains("parity rows [0, 1] and data columns [0, 1]") == true)
        #expect(throws: StorageMathError.self) { try ReedSolomon(data: 4, parity: 2, convention: .custom(singular)) }
        let zero = try CodingMatrix([[1, 0, 3]])
        #expect(throws: StorageMathError.self) { try ReedSolomon(data: 3, parity: 1, convention: .custom(zero)) }
        let large = try CodeConvention.cauchy1.parityMatrix(data: 60, parity: 60)
        let tooMany = #expect(throws: StorageMathError.self) {
            try ReedSolomon(data: 60, parity: 60, convention: .custom(large))
        }
        #expect(tooMany?.value == "more than 1048576")
        #expect(throws: Never.self) { try ReedSolomon(data: 60, parity: 60, convention: .cauchy1) }
    }

    @Test func `shapes that no code has are refused by every convention`() {
        for convention in CodeConvention.named {
            for (data, parity) in [(0, 2), (4, 0), (200, 57), (-1, 3), (Int.max, 1), (1, Int.max), (256, 1)] {
                #expect(throws: StorageMathError.self, "\(convention) \(data)+\(parity)") {
                    try ReedSolomon(data: data, parity: parity, convention: convention)
                }
            }
        }
        #expect(throws: StorageMathError.self) { try ReedSolomon(data: 4, parity: 4, convention: .raidZ) }
    }

    private func binomial(_ count: Int, _ chosen: Int) -> Int {
        (0..<chosen).reduce(1) { $0 * (count - $1) / ($1 + 1) }
    }
}
