/// A number as it is written: digits with at most one decimal point, exact, never through floating point.
struct WrittenNumber {
    var isNegative: Bool
    /// The digits without the point and without trailing zeros of the fraction: 150 in `1.50` is 15 with one decimal.
    var digits: UInt64
    var decimals: Int
    /// The number as it was written, for remedies.
    var text: String
    /// What follows it, without the one space that may stand between.
    var rest: [Unicode.Scalar]
    /// The position in the input at which `rest` starts, from 1.
    var restPosition: Int

    /// Reads the number at the start of a text.
    init(_ input: String, _ quantity: UnitError.Quantity, signed: Bool) throws(UnitError) {
        func error(_ problem: UnitError.Problem, _ remedy: String) -> UnitError {
            UnitError(input, quantity, problem, remedy: remedy)
        }
        guard !input.isEmpty else { throw error(.empty, "write a number") }
        guard input.utf8.count <= UnitError.inputLimit else { throw error(.tooLong, "write it shorter") }
        let scalars = Array(input.unicodeScalars)
        var next = 0
        func scalar(_ offset: Int = 0) -> Unicode.Scalar? {
            next + offset < scalars.count ? scalars[next + offset] : nil
        }

        isNegative = false
        if scalar() == "-" || scalar() == "\u{2212}" {
            guard signed else { throw error(.negative, "write a value of zero or more") }
            guard scalar() == "-" else { throw error(.unexpected("\u{2212}", position: 1), "write the sign as -") }
            isNegative = true
            next += 1
        }

        let start = next
        var value: UInt64 = 0
        var fits = true
        func append(_ digit: Unicode.Scalar) {
            let (product, high) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit.value - 48))
            (value, fits) = (sum, fits && !high && !carry)
        }
        while let digit = scalar(), digit.isDigit {
            append(digit)
            next += 1
        }
        guard next > start else {
            guard let found = scalar() else { throw error(.unfinished, "write a number") }
            throw error(.unexpected(found, position: next + 1), "start with a digit from 0 to 9")
        }
        guard fits else { throw error(.tooLarge(limit: "\(UInt64.max)"), "write a smaller number") }

        var decimals = 0
        if scalar() == "." {
            next += 1
            let whole = next
            var significant = whole
            var end = whole
            while end < scalars.count, scalars[end].isDigit {
                if scalars[end] != "0" { significant = end + 1 }
                end += 1
            }
            guard end > whole else {
                guard end < scalars.count else { throw error(.unfinished, "write a digit after the point") }
                throw error(.unexpected(scalars[end], position: end + 1), "write a digit after the point")
            }
            decimals = significant - whole
            for digit in scalars[whole..<significant] { append(digit) }
            next = end
            guard fits, decimals <= 19 else { throw error(.tooManyDigits, "write fewer decimals or a smaller unit") }
        }
        digits = value
        self.decimals = decimals
        text = String(String.UnicodeScalarView(scalars[..<next]))

        if let mark = scalar(), mark == "," || mark == "'" || mark == "_" || mark == "\u{A0}" || mark == "\u{202F}",
            let digit = scalar(1), digit.isDigit
        {
            throw error(.grouping, "write 1000 for a thousand and 1.5 for one and a half")
        }
        if let mark = scalar(), mark == "e" || mark == "E", let after = scalar(1) {
            if after.isDigit || after == "+" || after == "-" { throw error(.exponent, "write the digits out") }
        }
        if scalar() == " " {
            next += 1
            guard let after = scalar() else {
                throw error(.unexpected(" ", position: next), "write nothing after the value")
            }
            if after.isDigit { throw error(.grouping, "write 1000 for a thousand and 1.5 for one and a half") }
        }
        rest = Array(scalars[next...])
        restPosition = next + 1
    }

    /// The magnitude in units of `multiplier` ones, where it is whole: `1.5` times 1024 is 1536.
    func scaled(by multiplier: UInt64) -> Result<UInt64, Exact.Failure> {
        var (divisor, factor) = (Exact.powerOfTen(decimals), multiplier)
        // Cancel first: 10^19 times a multiplier would leave the 128 bits that `scale` has room for.
        let common = Exact.greatestCommonDivisor(divisor, factor)
        (divisor, factor) = (divisor / common, factor / common)
        return Exact.scale(digits, by: factor, over: divisor, rounding: .exact)
    }
}

extension Unicode.Scalar {
    /// Whether this is one of the ten digits that are read; digits of other scripts are not.
    var isDigit: Bool { ("0"..."9").contains(self) }
}
