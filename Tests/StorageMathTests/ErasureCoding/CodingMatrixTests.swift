import StorageMath
import TestSupport
import Testing

/// Matrices over GF(2^8).
@Suite struct CodingMatrixTests {
    @Test func `the inverse of klauspost matrix_test`() throws {
        let matrix = try CodingMatrix([[56, 23, 98], [3, 100, 200], [45, 201, 123]])
        let inverse = try CodingMatrix([[175, 133, 33], [130, 13, 245], [112, 35, 126]])
        #expect(try matrix.inverted() == inverse)
        #expect(try matrix.multiplied(by: inverse) == CodingMatrix(identity: 3))
    }

    @Test func `a singular matrix of klauspost matrix_test is refused`() throws {
        let matrix = try CodingMatrix([[4, 2], [12, 6]])
        #expect(matrix.rank == 1)
        let error = #expect(throws: StorageMathError.self) { try matrix.inverted() }
        #expect(error?.value == "1")
    }

    @Test func `the product of klauspost matrix_test`() throws {
        let product = try CodingMatrix([[1, 2], [3, 4]]).multiplied(by: CodingMatrix([[5, 6], [7, 8]]))
        #expect(product.rows == [[11, 22], [19, 42]])
    }

    @Test(arguments: [GaloisField.storage, .aes])
    func `an inverse exists where and only where the rank is full, and undoes the matrix`(field: GaloisField) throws {
        let identities = try (1...8).map { try CodingMatrix(identity: $0, over: field) }
        forRandom(300) { random in
            let size = Int.random(in: 1...8, using: &random)
            // Few different elements, so that many are singular.
            let rows = (0..<size).map { _ in (0..<size).map { _ in UInt8.random(in: 0...2, using: &random) } }
            let matrix = try CodingMatrix(rows, over: field)
            guard let inverse = try? matrix.inverted() else { return matrix.rank < size }
            return try matrix.rank == size && matrix.multiplied(by: inverse) == identities[size - 1]
                && inverse.multiplied(by: matrix) == identities[size - 1]
        }
    }

    @Test func `a rank is the logarithm of how many vectors the rows make`() throws {
        forRandom(40) { random in
            let rows = (0..<2).map { _ in (0..<3).map { _ in UInt8.random(in: 0...3, using: &random) } }
            let field = GaloisField.storage
            var sums: Set<[UInt8]> = []
            for first in UInt8.min...UInt8.max {
                for second in stride(from: 0, through: 255, by: 15).map({ UInt8($0) }) {
                    sums.insert(
                        (0..<3).map { field.multiply(first, rows[0][$0]) ^ field.multiply(second, rows[1][$0]) })
                }
            }
            let expected = sums.count == 1 ? 0 : sums.count <= 256 ? 1 : 2
            return try CodingMatrix(rows).rank == expected
        }
    }

    @Test func `parts are rows and columns in the order named`() throws {
        let matrix = try CodingMatrix([[1, 2, 3], [4, 5, 6]])
        #expect(try matrix.submatrix(rows: [1], columns: [2, 0]).rows == [[6, 4]])
        #expect(matrix[1, 2] == 6)
    }

    @Test func `what is no matrix is refused`() throws {
        let matrix = try CodingMatrix([[1, 2, 3], [4, 5, 6]])
        #expect(throws: StorageMathError.self) { try CodingMatrix([]) }
        #expect(throws: StorageMathError.self) { try CodingMatrix([[]]) }
        #expect(throws: StorageMathError.self) { try CodingMatrix([[1, 2], [3]]) }
        #expect(throws: StorageMathError.self) { try CodingMatrix(identity: 0) }
        #expect(throws: StorageMathError.self) { try CodingMatrix(identity: .max) }
        #expect(throws: StorageMathError.self) { try matrix.inverted() }
        #expect(throws: StorageMathError.self) { try matrix.multiplied(by: matrix) }
        #expect(throws: StorageMathError.self) { try matrix.submatrix(rows: [2], columns: [0]) }
        #expect(throws: StorageMathError.self) { try matrix.submatrix(rows: [0], columns: [-1]) }
        #expect(throws: StorageMathError.self) { try matrix.submatrix(rows: [], columns: [0]) }
        let other = try CodingMatrix(identity: 3, over: .aes)
        let error = #expect(throws: StorageMathError.self) { try matrix.multiplied(by: other) }
        #expect(error?.value == "GF(2^8) over 0x11b")
    }
}
