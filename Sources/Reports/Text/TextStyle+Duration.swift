extension TextStyle {
    /// A duration for people: three significant digits, halves rounded up, in the largest of `ns`, `µs`, `ms` and `s`
    /// that it reaches: `459 µs`, `4.34 ms`, `12.0 s`. Below 1 µs and from 1000 s on it is a whole number. A value that
    /// rounds up to 1000 is told in the next unit: 999 950 ns are `1.00 ms`.
    public func duration(nanoseconds: UInt64) -> String {
        let scales: [(unit: String, worth: UInt64)] = [
            ("ns", 1), (symbol("µs", ascii: "us"), 1000), ("ms", 1_000_000), ("s", 1_000_000_000),
        ]
        var index = scales.lastIndex { $0.worth <= nanoseconds } ?? 0
        let whole = nanoseconds / scales[index].worth
        var places = index == 0 ? 0 : whole < 10 ? 2 : whole < 100 ? 1 : 0
        while true {
            // The worth of every unit above ns is a multiple of 1000, so that a step is whole.
            let step = scales[index].worth / [1, 10, 100][places]
            let (steps, rest) = nanoseconds.quotientAndRemainder(dividingBy: step)
            let rounded = steps + (rest > 0 && rest >= step - rest ? 1 : 0)
            if rounded >= 1000, places > 0 {
                places -= 1
            } else if rounded >= 1000, index + 1 < scales.count {
                (index, places) = (index + 1, 2)
            } else {
                return "\(decimalText(rounded, places: places)) \(scales[index].unit)"
            }
        }
    }

    /// A duration with all its digits, in the largest of the same units that it reaches: `4.339211 ms`, `1 ms`.
    public func exactDuration(nanoseconds: UInt64) -> String {
        let scales: [(unit: String, worth: UInt64, places: Int)] = [
            ("ns", 1, 0), (symbol("µs", ascii: "us"), 1000, 3), ("ms", 1_000_000, 6), ("s", 1_000_000_000, 9),
        ]
        let scale = scales.last { $0.worth <= nanoseconds } ?? scales[0]
        var text = decimalText(nanoseconds, places: scale.places)
        if scale.places > 0 {
            while text.hasSuffix("0") { text.removeLast() }
            if text.hasSuffix(".") { text.removeLast() }
        }
        return "\(text) \(scale.unit)"
    }

    /// `value` with a point before its last `places` digits.
    private func decimalText(_ value: UInt64, places: Int) -> String {
        let digits = String(value)
        guard places > 0 else { return digits }
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        return "\(padded.dropLast(places)).\(padded.suffix(places))"
    }
}
