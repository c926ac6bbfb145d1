import StorageMath

/// The rows of a code's generator over GF(2^8) with polynomial 0x11d, and their rank: an independent reference.
enum FieldRows {
    /// Identity for data, XOR of a group for a local parity, and 2^(i·j) for global parity i (from 1) and column j,
    /// which together reach the full decodability rule for the codes tried.
    static func rows(of layout: ErasureLayout) -> [[UInt8]] {
        let (k, l) = (layout.data, layout.localParities)
        let data = (0..<k).map { row in (0..<k).map { UInt8($0 == row ? 1 : 0) } }
        let local = (0..<l).map { group in (0..<k).map { UInt8($0 / (k / l) == group ? 1 : 0) } }
        // Without local parities the first row is all ones, as in RAID 6.
        let first = l == 0 ? 0 : 1
        let global = (0..<layout.globalParities).map { row in (0..<k).map { power(of: (row + first) * $0) } }
        return data + local + global
    }

    static func rank(_ rows: [[UInt8]]) -> Int {
        var rows = rows
        var rank = 0
        for column in 0..<(rows.first?.count ?? 0) {
            guard let pivot = rows[rank...].firstIndex(where: { $0[column] != 0 }) else { continue }
            rows.swapAt(rank, pivot)
            let inverse = inverse(rows[rank][column])
            for other in rows.indices where other > rank && rows[other][column] != 0 {
                let factor = product(rows[other][column], inverse)
                for index in rows[other].indices { rows[other][index] ^= product(factor, rows[rank][index]) }
            }
            rank += 1
            if rank == rows.count { break }
        }
        return rank
    }

    private static func product(_ left: UInt8, _ right: UInt8) -> UInt8 {
        var (sum, left, right) = (UInt8(0), left, right)
        while right != 0 {
            if right & 1 == 1 { sum ^= left }
            left = left & 0x80 == 0 ? left << 1 : (left << 1) ^ 0x1d
            right >>= 1
        }
        return sum
    }

    private static func power(of exponent: Int) -> UInt8 {
        (0..<exponent).reduce(1) { value, _ in product(value, 2) }
    }

    private static func inverse(_ value: UInt8) -> UInt8 {
        (1...255).first { product(value, $0) == 1 } ?? 0
    }
}
