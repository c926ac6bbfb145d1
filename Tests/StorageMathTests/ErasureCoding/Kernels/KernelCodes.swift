import StorageMath
import TestSupport

/// A code of any matrix, which nothing was proven about: kernels calculate it all the same.
struct MatrixCode: ErasureCode {
    let layout: ErasureLayout
    let parityMatrix: CodingMatrix
    let proof = CodeProof.theorem("none")

    init(_ rows: [[UInt8]], over field: GaloisField = .storage) throws {
        parityMatrix = try CodingMatrix(rows, over: field)
        layout = try ErasureLayout(data: parityMatrix.columnCount, globalParities: parityMatrix.rowCount)
    }
}

/// The codes that kernels are tested on.
enum KernelCodes {
    /// Every convention, small and large.
    static let named: [any ErasureCode] = {
        let shapes: [(Int, Int, CodeConvention)] =
            CodeConvention.named.filter { $0 != .raidZ }.flatMap { convention in
                [(1, 1), (1, 3), (2, 2), (4, 2), (6, 2), (5, 3)].map { ($0.0, $0.1, convention) }
            } + [
                (3, 2, .raidZ), (9, 3, .raidZ), (10, 4, .vandermondePowers), (17, 3, .vandermondePowers),
                (10, 4, .cauchy1), (20, 12, .cauchy1), (20, 12, .backblaze), (20, 12, .jerasure), (16, 7, .zfec),
                (250, 6, .cauchy1), (253, 3, .vandermondePowers), (64, 2, .vandermondePowers), (5, 9, .cauchy1),
            ]
        let locals: [(Int, Int, Int)] = [(8, 2, 1), (12, 2, 1), (12, 2, 2), (6, 2, 2), (6, 3, 0), (4, 2, 3)]
        return shapes.compactMap { try? ReedSolomon(data: $0.0, parity: $0.1, convention: $0.2) }
            + locals.compactMap {
                try? LocalReconstructionCode(data: $0.0, localParities: $0.1, globalParities: $0.2)
            }
    }()

    /// A matrix of rows each of which is made in another way, in any order and over either field.
    static func random(using random: inout SeededRandom) throws -> MatrixCode {
        let field: GaloisField = Int.random(in: 0..<4, using: &random) == 0 ? .aes : .storage
        let columns = Int.random(in: 1...(Bool.random(using: &random) ? 8 : 24), using: &random)
        let rows = (0..<Int.random(in: 1...9, using: &random)).map { _ -> [UInt8] in
            switch Int.random(in: 0..<8, using: &random) {
            case 0: return [UInt8](repeating: 0, count: columns)
            case 1: return [UInt8](repeating: 1, count: columns)
            case 2, 3:
                // Ones side by side.
                let start = Int.random(in: 0..<columns, using: &random)
                let run = start...Int.random(in: start..<columns, using: &random)
                return (0..<columns).map { run.contains($0) ? 1 : 0 }
            case 4:
                return powers(columns, field, of: field.polynomial == .aes ? 3 : 2).shuffled(using: &random)
            case 5:
                return powers(columns, field)
            case 6:
                // Mostly zeros and ones.
                return (0..<columns).map { _ in [0, 0, 1, 1, 7].randomElement(using: &random) ?? 0 }
            default:
                return randomBytes(columns, using: &random)
            }
        }
        // Now and then a column that nothing takes.
        let without = Int.random(in: 0..<3 * columns, using: &random)
        return try MatrixCode(
            rows.map { row in row.indices.map { $0 == without ? 0 : row[$0] } }, over: field)
    }

    /// The powers of an element from 1 on: 1, 2, 4, …
    private static func powers(_ count: Int, _ field: GaloisField, of base: UInt8 = 2) -> [UInt8] {
        (1..<count).reduce(into: [1]) { powers, _ in powers.append(field.multiply(base, powers[powers.count - 1])) }
    }

    /// Matrices that decide how sums are shared out among passes.
    static let shapes: [String: [[UInt8]]] = {
        let powers = KernelCodes.powers(6, .storage)
        let ones = [UInt8](repeating: 1, count: 6)
        func other(_ row: Int, _ column: Int) -> UInt8 {
            let element = 17 * row + 41 * column + 3
            return UInt8(element % 251 + 2)
        }
        let others: [[UInt8]] = (0..<9).map { row in powers.indices.map { other(row, $0) } }
        func unit(_ count: Int) -> [[UInt8]] { (0..<count).map { row in (0..<count).map { row == $0 ? 1 : 0 } } }
        return [
            "ones that overlap": [[1, 1, 1, 0, 0, 0], [0, 1, 1, 1, 1, 0], [0, 0, 0, 1, 1, 1]],
            "ones with a gap before, between and after": [[0, 1, 0, 0, 0, 0], [0, 0, 0, 1, 1, 0]],
            "ones with holes": [[1, 0, 1, 0, 1, 0], ones],
            "a row and a column of zeros": [[0, 0, 0, 0], [1, 1, 0, 1], [3, 7, 0, 9]],
            "zeros alone": [[0, 0, 0], [0, 0, 0]],
            "powers alone": [powers],
            "powers reversed, and ones": [powers.reversed(), ones],
            "powers in another order, ones cut by it": [
                [4, 1, 32, 2, 16, 8], [1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1],
            ],
            // Which generates the field of AES, as 2 does not.
            "powers of 3 over 0x11b, and ones": [KernelCodes.powers(6, .aes, of: 3), ones],
            "powers twice": [ones, powers, powers.reversed()],
            "ones, powers and 1": [ones, powers] + others.prefix(1),
            "ones, powers and 2": [ones, powers] + others.prefix(2),
            "ones, powers and 3": [ones, powers] + others.prefix(3),
            "ones, powers and 9": [ones, powers] + others,
            "ones and 1": [ones] + others.prefix(1),
            "ones and 2": [ones] + others.prefix(2),
            "ones and 3": [ones] + others.prefix(3),
            "ones and 4": [ones] + others.prefix(4),
            "5": Array(others.prefix(5)), "6": Array(others.prefix(6)), "7": Array(others.prefix(7)),
            "one source": [[1], [2], [0], [255], [1]],
            "12 sums of one source each": unit(12),
            "100 sums of one source each": unit(100),
        ]
    }()
}
