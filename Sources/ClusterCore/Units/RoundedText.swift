/// A number for people, with whether rounding took anything from it.
public struct RoundedText: Sendable, Hashable, CustomStringConvertible {
    /// The number and its unit, with a point for decimals in every locale.
    public let text: String
    /// Whether the text says the value exactly.
    public let isExact: Bool

    public var description: String { text }
}

extension RoundedText {
    /// The value in the largest of the scales that it reaches, to two decimals, halves away from zero, without trailing
    /// zeros. A value that rounds up to the next scale is told in that scale.
    init(_ value: UInt64, scales: [(unit: String, worth: UInt64)]) {
        var index = scales.lastIndex { $0.worth <= value } ?? 0
        while true {
            let (whole, remainder) = value.quotientAndRemainder(dividingBy: scales[index].worth)
            let (hundredths, isExact) = RoundedText.hundredths(of: remainder, over: scales[index].worth)
            let (rounded, fraction) = (whole + hundredths / 100, hundredths % 100)
            if index + 1 < scales.count, rounded >= scales[index + 1].worth / scales[index].worth {
                index += 1
                continue
            }
            text = "\(rounded)\(RoundedText.decimals(fraction)) \(scales[index].unit)"
            self.isExact = isExact
            return
        }
    }

    /// `remainder / worth` in hundredths, 0 to 100, halves up; `remainder` is below `worth`.
    private static func hundredths(of remainder: UInt64, over worth: UInt64) -> (UInt64, isExact: Bool) {
        let (quotient, left) = worth.dividingFullWidth(remainder.multipliedFullWidth(by: 100))
        return (left >= worth - left && left != 0 ? quotient + 1 : quotient, left == 0)
    }

    /// Hundredths behind a point, without trailing zeros: 50 is `.5`, 5 is `.05`, 0 is nothing.
    static func decimals(_ hundredths: UInt64) -> String {
        switch hundredths {
        case 0: ""
        case 1..<10: ".0\(hundredths)"
        default: hundredths % 10 == 0 ? ".\(hundredths / 10)" : ".\(hundredths)"
        }
    }
}
