/// A duration in words without loss: the largest unit of `s`, `ms`, `µs`, `ns` that it reaches, with all its digits.
///
/// Reasons of a verdict use it, so that a figure just below a limit never reads as the limit: 999 999 ns is
/// `0.999999 ms` beside a limit of `1 ms` in the same unit, see `exactDuration(_:unitOf:)`.
func exactDuration(_ nanoseconds: UInt64) -> String { exactDuration(nanoseconds, unitOf: nanoseconds) }

/// A duration in the unit that `reference` would be written in.
func exactDuration(_ nanoseconds: UInt64, unitOf reference: UInt64) -> String {
    let (unit, scale, places): (String, UInt64, Int) =
        switch reference {
        case 1_000_000_000...: ("s", 1_000_000_000, 9)
        case 1_000_000...: ("ms", 1_000_000, 6)
        case 1000...: ("µs", 1000, 3)
        default: ("ns", 1, 0)
        }
    let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: scale)
    guard rest > 0 else { return "\(whole) \(unit)" }
    let digits = String(rest)
    var decimals = String(repeating: "0", count: places - digits.count) + digits
    while decimals.hasSuffix("0") { decimals.removeLast() }
    return "\(whole).\(decimals) \(unit)"
}
