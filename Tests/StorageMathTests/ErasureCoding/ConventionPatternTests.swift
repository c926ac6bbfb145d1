import StorageMath
import TestSupport
import Testing

/// Products over a field of 256 elements by shifting and adding, apart from the product's tables.
private struct PlainField {
    private let products: [UInt8]
    private let reciprocals: [UInt8]

    static let storage = PlainField(0x1d)
    static let aes = PlainField(0x1b)

    private init(_ low: UInt8) {
        var products: [UInt8] = []
        var reciprocals = [UInt8](repeating: 0, count: 256)
        for left in 0...255 {
            for right in 0...255 {
                var (sum, left, right) = (UInt8(0), UInt8(left), right)
                while right != 0 {
                    if right & 1 == 1 { sum ^= left }
                    left = left & 0x80 == 0 ? left << 1 : left << 1 ^ low
                    right >>= 1
                }
                products.append(sum)
            }
            if left > 0, let inverse = products[(256 * left)...].firstIndex(of: 1) {
                reciprocals[left] = UInt8(inverse - 256 * left)
            }
        }
        self.products = products
        self.reciprocals = reciprocals
    }

    func multiply(_ left: UInt8, _ right: UInt8) -> UInt8 { products[256 * Int(left) + Int(right)] }

    /// Whether these columns are independent in these rows.
    func isFull(_ matrix: [[UInt8]], rows: [Int], columns: [Int]) -> Bool {
        var left = rows.map { row in columns.map { matrix[row][$0] } }
        for column in columns.indices {
            guard let pivot = left.indices.dropFirst(column).first(where: { left[$0][column] != 0 }) else {
                return false
            }
            left.swapAt(column, pivot)
            let inverse = reciprocals[Int(left[column][column])]
            for row in left.indices.dropFirst(column + 1) where left[row][column] != 0 {
                let factor = multiply(left[row][column], inverse)
                for place in columns.indices { left[row][place] ^= multiply(factor, left[column][place]) }
            }
        }
        return true
    }
}

/// All losses of up to *m* shards of codes with *k* ≤ 16 and *m* ≤ 4, by each convention: by the rank of what is left
/// whether they can be had back, against what the constructor says, and the bytes of some.
@Suite struct ConventionPatternTests {
    private static let aesCauchy = "Cauchy over 0x11b"
    private static let aesPowers = "powers over 0x11b"
    private static let names = CodeConvention.named.map(\.description) + [aesCauchy, aesPowers]

    private func convention(_ name: String, _ data: Int, _ parity: Int) throws -> CodeConvention {
        if let named = CodeConvention.named.first(where: { "\($0)" == name }) { return named }
        let rows = try (0..<parity).map { row in
            try (0..<data).map { column in
                name == Self.aesCauchy
                    ? try GaloisField.aes.inverse(of: UInt8((data + row) ^ column))
                    : try GaloisField.aes.power(2, row * column)
            }
        }
        return .custom(try CodingMatrix(rows, over: .aes))
    }

    @Test(arguments: names)
    func `a code is made exactly where every loss of up to m shards has the rank, and gives the bytes back`(
        name: String
    ) throws {
        let field = name == Self.aesCauchy || name == Self.aesPowers ? PlainField.aes : .storage
        var (patterns, made, compared) = (0, 0, 0)
        for data in 1...16 {
            for parity in 1...(name == "RAID-Z" ? 3 : 4) {
                let convention = try convention(name, data, parity)
                let matrix = try convention.parityMatrix(data: data, parity: parity).rows
                let losses = (1...parity).flatMap { choices(of: data + parity, taking: $0) }
                patterns += losses.count
                let isSeparable = losses.allSatisfy { loss in
                    let (lost, parities) = (loss.filter { $0 < data }, Set(loss.filter { $0 >= data }))
                    let left = (0..<parity).filter { !parities.contains(data + $0) }
                    return field.isFull(matrix, rows: left, columns: lost)
                }
                let code = try? ReedSolomon(data: data, parity: parity, convention: convention)
                #expect((code != nil) == isSeparable, "\(data)+\(parity)")
                guard let code else { continue }
                made += 1
                var random = SeededRandom(seed: UInt64(100 * data + parity))
                let whole = try stripe(of: code, length: 2, using: &random)
                for (row, coefficients) in matrix.enumerated() {
                    let sum = zip(coefficients, whole).reduce([0, 0] as [UInt8]) { sum, term in
                        zip(sum, term.1).map { $0 ^ field.multiply(term.0, $1) }
                    }
                    #expect(whole[data + row] == sum, "\(data)+\(parity)")
                }
                // 11 has no factor in common with the numbers of losses of a size, so each size and shard is met.
                for loss in losses.indices.filter({ ($0 + data) % 11 == 0 || losses.count < 40 }).map({ losses[$0] }) {
                    var shards = whole.map(Optional.some)
                    for symbol in loss { shards[symbol] = nil }
                    try code.reconstruct(&shards)
                    #expect(shards == whole.map(Optional.some), "\(data)+\(parity) without \(loss)")
                    compared += 1
                }
            }
        }
        #expect(patterns == (name == "RAID-Z" ? 7_452 : 35_300))
        // Theory has all shapes of these; PAR1 and the powers of 2 over 0x11b have some.
        let isPartial = ["PAR1", Self.aesPowers].contains(name)
        #expect(isPartial ? made >= 48 : made == (name == "RAID-Z" ? 48 : 64))
        #expect(compared > (isPartial ? 500 : patterns / 20))
    }
}
