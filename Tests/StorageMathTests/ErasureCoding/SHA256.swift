/// SHA-256 (FIPS 180-4), for published digests of tables.
enum SHA256 {
    static func digest(of bytes: [UInt8]) -> String {
        // The fractional parts of roots of primes, as FIPS 180-4 4.2.2 and 5.3.3 define the constants.
        let primes = (2...311).filter { number in (2..<number).allSatisfy { number % $0 != 0 } }
        let constants = primes.prefix(64).map { root(of: UInt64($0), power: 3) }
        var state = primes.prefix(8).map { root(of: UInt64($0), power: 2) }
        var message = bytes + [0x80]
        while message.count % 64 != 56 { message.append(0) }
        for shift in stride(from: 56, through: 0, by: -8) {
            message.append(UInt8(truncatingIfNeeded: (UInt64(bytes.count) * 8) >> UInt64(shift)))
        }
        for block in stride(from: 0, to: message.count, by: 64) {
            var words = (0..<16).map { word in
                (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(message[block + 4 * word + $1]) }
            }
            for index in 16..<64 {
                let (early, late) = (words[index - 15], words[index - 2])
                let first = turn(early, 7) ^ turn(early, 18) ^ early >> 3
                let second = turn(late, 17) ^ turn(late, 19) ^ late >> 10
                words.append(words[index - 16] &+ first &+ words[index - 7] &+ second)
            }
            var now = state
            for index in 0..<64 {
                let choice = now[4] & now[5] ^ ~now[4] & now[6]
                let sumOne = turn(now[4], 6) ^ turn(now[4], 11) ^ turn(now[4], 25)
                let first = now[7] &+ sumOne &+ choice &+ constants[index] &+ words[index]
                let majority = now[0] & now[1] ^ now[0] & now[2] ^ now[1] & now[2]
                let second = (turn(now[0], 2) ^ turn(now[0], 13) ^ turn(now[0], 22)) &+ majority
                now = [first &+ second, now[0], now[1], now[2], now[3] &+ first, now[4], now[5], now[6]]
            }
            for index in 0..<8 { state[index] &+= now[index] }
        }
        return hexadecimal(state.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * $0)) } })
    }

    private static func turn(_ word: UInt32, _ bits: UInt32) -> UInt32 { word >> bits | word << (32 - bits) }

    /// The first 32 bits of the fractional part of a root: floor(root * 2^32) without its whole part, by bisection.
    private static func root(of number: UInt64, power: Int) -> UInt32 {
        var (low, high) = (UInt64(1) << 32, UInt64(20) << 32)
        while high - low > 1 {
            let middle = (low + high) / 2
            if isAbove(middle, number, power) { high = middle } else { low = middle }
        }
        return UInt32(truncatingIfNeeded: low)
    }

    /// Whether (value / 2^32)^power is above the number, exactly.
    private static func isAbove(_ value: UInt64, _ number: UInt64, _ power: Int) -> Bool {
        // 20 * 2^32 takes 37 bits, its square 74, its cube 111.
        let wide = UInt128(value)
        let product = power == 2 ? wide * wide : wide * wide * wide
        return product > UInt128(number) << UInt128(32 * power)
    }
}

/// Bytes as people write them: `0718`.
func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

/// The bytes of hexadecimal digits.
func bytes(_ text: String) -> [UInt8] {
    let digits = text.compactMap { $0.hexDigitValue }
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}
