import StorageMath
import TestSupport

/// A whole stripe of random data and its parities.
func stripe(of code: some ErasureCode, length: Int, using random: inout SeededRandom) throws -> [[UInt8]] {
    let data = (0..<code.layout.data).map { _ in randomBytes(length, using: &random) }
    return data + (try code.encode(data))
}

func randomBytes(_ count: Int, using random: inout SeededRandom) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    while bytes.count < count {
        var word = random.next()
        for _ in 0..<min(8, count - bytes.count) {
            bytes.append(UInt8(truncatingIfNeeded: word))
            word >>= 8
        }
    }
    return bytes
}

/// All sets of numbers below `count`, of `size` of them.
func choices(of count: Int, taking size: Int) -> [[Int]] {
    guard size > 0 else { return [[]] }
    guard count >= size else { return [] }
    return choices(of: count - 1, taking: size)
        + choices(of: count - 1, taking: size - 1).map { $0 + [count - 1] }
}
