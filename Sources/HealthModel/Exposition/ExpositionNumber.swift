/// Numbers of the exposition formats: decimal digits with an optional point and exponent, infinities and NaN in any case;
/// no hexadecimal numbers and no `_`.
enum ExpositionNumber {
    /// Reads a number as far as it goes; `nil` where there is none. What follows is the caller's to check.
    /// - Parameter plainly: whether digits are read one by one, and not by eight: slower, and the same.
    @inline(__always) static func read(
        _ bytes: Span<UInt8>, _ next: inout Int, _ end: Int, plainly: Bool = false
    ) -> SignalValue? {
        let start = next
        var isNegative = false
        if next < end, bytes[next] == UInt8(ascii: "-") || bytes[next] == UInt8(ascii: "+") {
            isNegative = bytes[next] == UInt8(ascii: "-")
            next += 1
        }
        var mantissa: UInt64 = 0
        var digits = 0
        let whole = next
        if !plainly { ExpositionWords.readDigits(bytes, &next, end, &mantissa) }
        while next < end, case let digit = bytes[next] &- 48, digit < 10 {
            mantissa = mantissa &* 10 &+ UInt64(digit)
            next += 1
        }
        digits = next - whole
        if next == end || (bytes[next] != UInt8(ascii: ".") && bytes[next] | 0x20 != UInt8(ascii: "e")) {
            if digits == 0 { return word(bytes, &next, end, isNegative) }
            if digits <= 19 { return whole19(mantissa, isNegative) }
            return long(bytes, start, whole, next, isNegative)
        }
        return fraction(bytes, start, &next, end, mantissa, digits, isNegative, plainly)
    }

    /// A whole number of at most 19 digits; those fit 64 bits.
    @inline(__always) private static func whole19(_ magnitude: UInt64, _ isNegative: Bool) -> SignalValue {
        guard isNegative, magnitude != 0 else { return isNegative ? .decimal(-0.0) : .unsigned(magnitude) }
        return magnitude <= 1 << 63
            ? .negative(Int64(truncatingIfNeeded: 0 &- magnitude)) : .decimal(-Double(magnitude))
    }

    /// A whole number of 20 digits or more: leading zeros do not count, and what 64 bits cannot hold is a double.
    private static func long(
        _ bytes: Span<UInt8>, _ start: Int, _ whole: Int, _ end: Int, _ isNegative: Bool
    ) -> SignalValue? {
        var magnitude: UInt64 = 0
        for index in whole..<end {
            let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(bytes[index] &- 48))
            if overflow || carry { return double(bytes, start, end) }
            magnitude = sum
        }
        return whole19(magnitude, isNegative)
    }

    private static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// A number with a point or an exponent. A mantissa below 2⁵³ and a power of ten of at most 22 are doubles both, so one
    /// operation rounds once (Clinger, PLDI 1990); everything else goes to the standard library.
    private static func fraction(
        _ bytes: Span<UInt8>, _ start: Int, _ next: inout Int, _ end: Int, _ mantissa: UInt64, _ digits: Int,
        _ isNegative: Bool, _ plainly: Bool
    ) -> SignalValue? {
        var (mantissa, digits, exponent) = (mantissa, digits, 0)
        if bytes[next] == UInt8(ascii: ".") {
            next += 1
            let first = next
            if !plainly { ExpositionWords.readDigits(bytes, &next, end, &mantissa) }
            while next < end, case let digit = bytes[next] &- 48, digit < 10 {
                mantissa = mantissa &* 10 &+ UInt64(digit)
                next += 1
            }
            exponent = first - next
            digits += next - first
        }
        guard digits > 0 else { return nil }
        if next < end, bytes[next] | 0x20 == UInt8(ascii: "e") {
            next += 1
            var isBelow = false
            if next < end, bytes[next] == UInt8(ascii: "-") || bytes[next] == UInt8(ascii: "+") {
                isBelow = bytes[next] == UInt8(ascii: "-")
                next += 1
            }
            let first = next
            var power = 0
            while next < end, case let digit = bytes[next] &- 48, digit < 10 {
                if power < 100_000 { power = power * 10 + Int(digit) }
                next += 1
            }
            guard next > first else { return nil }
            exponent += isBelow ? -power : power
        }
        if digits <= 19, mantissa < 1 << 53, exponent >= -22, exponent <= 22 {
            let value = Double(mantissa)
            let scaled = exponent < 0 ? value / powers[-exponent] : value * powers[exponent]
            return .decimal(isNegative ? -scaled : scaled)
        }
        return double(bytes, start, next)
    }

    /// The nearest double by the standard library; `nil` for a text of more than 4096 digits.
    private static func double(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> SignalValue? {
        guard end - start <= 4096 else { return nil }
        var text: [UInt8] = []
        text.reserveCapacity(end - start)
        for index in start..<end { text.append(bytes[index]) }
        return Double(String(decoding: text, as: UTF8.self)).map { .decimal($0) }
    }

    private static func word(_ bytes: Span<UInt8>, _ next: inout Int, _ end: Int, _ isNegative: Bool) -> SignalValue? {
        let start = next
        while next < end, case let letter = bytes[next] | 0x20, letter >= UInt8(ascii: "a"),
            letter <= UInt8(ascii: "z"),
            next - start < 9
        {
            next += 1
        }
        var text = ""
        for index in start..<next { text.unicodeScalars.append(Unicode.Scalar(bytes[index] | 0x20)) }
        switch text {
        case "inf", "infinity": return .decimal(isNegative ? -.infinity : .infinity)
        case "nan":
            // Only an infinity has a sign.
            let isSigned = start > 0 && (bytes[start - 1] == UInt8(ascii: "-") || bytes[start - 1] == UInt8(ascii: "+"))
            return isSigned ? nil : .decimal(.nan)
        default: return nil
        }
    }

    /// Seconds as nanoseconds: `1395066363.5`, `1.5e3`. Decimals beyond the ninth are cut, and a time that 64 bits cannot
    /// hold is the nearest that they can. `nil` for what is no finite number.
    static func seconds(
        _ bytes: Span<UInt8>, _ next: inout Int, _ end: Int
    ) -> (nanoseconds: Int64, isCut: Bool)? {
        let start = next
        guard let value = read(bytes, &next, end) else { return nil }
        var (index, isNegative) = (start, false)
        if bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
            isNegative = bytes[index] == UInt8(ascii: "-")
            index += 1
        }
        var (nanoseconds, decimals, fits, isFraction) = (0 as Int64, 0, true, false)
        func append(_ digit: Int64) {
            let (product, overflow) = nanoseconds.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(digit)
            nanoseconds = sum
            if overflow || carry { fits = false }
        }
        while index < next {
            switch bytes[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                if !isFraction || decimals < 9 { append(Int64(bytes[index] &- 48)) }
                if isFraction { decimals += 1 }
            case UInt8(ascii: "."): isFraction = true
            default:
                // An exponent, or a word: by way of the double.
                let double = value.double * 1e9
                guard double.isFinite else { return nil }
                if double >= 0x1p63 { return (.max, false) }
                if double <= -0x1p63 { return (.min, false) }
                return (Int64(double.rounded()), false)
            }
            index += 1
        }
        for _ in min(decimals, 9)..<9 { append(0) }
        guard fits else { return (isNegative ? .min : .max, false) }
        return (isNegative ? -nanoseconds : nanoseconds, decimals > 9)
    }
}
