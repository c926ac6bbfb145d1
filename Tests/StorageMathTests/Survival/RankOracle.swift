import StorageMath
import TestSupport

/// Whether a code can give its data back, by the rank of the matrix of what is left: independent of any rule about
/// groups.
///
/// Over the integers modulo the prime 2^61 - 1 with random global parities, a matrix has the rank that its pattern of
/// zeros allows but for a chance below 2^-50 (Schwartz and Zippel): that of a maximally recoverable code.
struct RankOracle {
    private let rows: [[UInt64]]
    private let data: Int
    private static let prime: UInt64 = (1 << 61) - 1

    init(_ layout: ErasureLayout, seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let data = layout.data
        var rows = (0..<data).map { symbol in (0..<data).map { $0 == symbol ? UInt64(1) : 0 } }
        for group in 0..<layout.localParities {
            let size = data / layout.localParities
            rows.append((0..<data).map { $0 / size == group ? 1 : 0 })
        }
        for _ in 0..<layout.globalParities {
            rows.append((0..<data).map { _ in random.next() % RankOracle.prime })
        }
        self.rows = rows
        self.data = data
    }

    /// Nested parity: `columns` symbols of which the last is the sum of the others, and all of them once more.
    init(nestedParityOf columns: Int) {
        let data = columns - 1
        let one = (0..<data).map { symbol in (0..<data).map { $0 == symbol ? UInt64(1) : 0 } }
        let server = one + [Array(repeating: 1, count: data)]
        rows = server + server
        self.data = data
    }

    func canDecode(without lost: Set<Int>) -> Bool {
        var left = rows.indices.filter { !lost.contains($0) }.map { rows[$0] }
        var rank = 0
        for column in 0..<data {
            guard let pivot = left.indices.dropFirst(rank).first(where: { left[$0][column] != 0 }) else { return false }
            left.swapAt(rank, pivot)
            let inverse = power(left[rank][column], RankOracle.prime - 2)
            for row in left.indices.dropFirst(rank + 1) where left[row][column] != 0 {
                let factor = times(left[row][column], inverse)
                for entry in column..<data {
                    let part = times(factor, left[rank][entry])
                    left[row][entry] = (left[row][entry] + RankOracle.prime - part) % RankOracle.prime
                }
            }
            rank += 1
        }
        return true
    }

    private func times(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return RankOracle.prime.dividingFullWidth((product.high, product.low)).remainder
    }

    private func power(_ base: UInt64, _ exponent: UInt64) -> UInt64 {
        var (result, base, exponent) = (UInt64(1), base, exponent)
        while exponent > 0 {
            if exponent & 1 == 1 { result = times(result, base) }
            base = times(base, base)
            exponent >>= 1
        }
        return result
    }
}
