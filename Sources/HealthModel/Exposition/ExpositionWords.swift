/// Bytes by eight in a word of 64 bits, the first one lowest.
enum ExpositionWords {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    /// The eight bytes from a place on.
    /// - Precondition: they are there.
    @inline(__always) static func word(_ bytes: Span<UInt8>, _ place: Int) -> UInt64 {
        UInt64(littleEndian: unsafe bytes.bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self))
    }

    /// The four bytes from a place on.
    /// - Precondition: they are there.
    @inline(__always) static func half(_ bytes: Span<UInt8>, _ place: Int) -> UInt64 {
        UInt64(UInt32(littleEndian: unsafe bytes.bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt32.self)))
    }

    /// Whether so many bytes are the same from two places on.
    /// - Precondition: they are there.
    @inline(__always) static func areAlike(_ one: Int, _ other: Int, _ count: Int, _ bytes: Span<UInt8>) -> Bool {
        if count >= 8 {
            var offset = 0
            while offset + 8 <= count {
                if word(bytes, one + offset) != word(bytes, other + offset) { return false }
                offset += 8
            }
            return offset == count || word(bytes, one + count - 8) == word(bytes, other + count - 8)
        }
        if max(one, other) + 8 <= bytes.count {
            // What lies behind them is shifted out.
            return (word(bytes, one) ^ word(bytes, other)) << UInt64(64 - 8 * count) == 0
        }
        for offset in 0..<count where bytes[one + offset] != bytes[other + offset] { return false }
        return true
    }

    /// The first quote, backslash or end of a line from a place on, or a place before it.
    @inline(__always) static func skipText(_ bytes: Span<UInt8>, _ place: Int) -> Int {
        var place = place
        while place + 8 <= bytes.count {
            let word = word(bytes, place)
            let found =
                zeros(word ^ 0x2222_2222_2222_2222) | zeros(word ^ 0x5C5C_5C5C_5C5C_5C5C)
                | zeros(word ^ 0x0A0A_0A0A_0A0A_0A0A)
            if found != 0 { return place + found.trailingZeroBitCount / 8 }
            place += 8
        }
        return place
    }

    /// The highest bits of the bytes that are zero; exact for the lowest one.
    @inline(__always) private static func zeros(_ word: UInt64) -> UInt64 { (word &- ones) & ~word & highs }

    /// Reads digits, eight at a time, as long as eight stand there; the number wraps as it does digit by digit.
    @inline(__always) static func readDigits(
        _ bytes: Span<UInt8>, _ next: inout Int, _ end: Int, _ number: inout UInt64
    ) {
        while next + 8 <= end {
            let word = word(bytes, next)
            let isDigits =
                word & 0xF0F0_F0F0_F0F0_F0F0 == 0x3030_3030_3030_3030
                && (word &+ 0x0606_0606_0606_0606) & 0xF0F0_F0F0_F0F0_F0F0 == 0x3030_3030_3030_3030
            guard isDigits else { return }
            // Pairs of digits, then pairs of pairs, then both halves (fast_float, Lemire 2021).
            let digits = word &- 0x3030_3030_3030_3030
            let pairs = digits &* 10 &+ digits >> 8
            let low = (pairs & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
            let high = (pairs >> 16 & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
            number = number &* 100_000_000 &+ (low &+ high) >> 32
            next += 8
        }
    }
}
