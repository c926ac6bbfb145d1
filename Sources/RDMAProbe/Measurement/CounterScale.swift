/// Turns what a counter says into nanoseconds of the system's clock, and notices where the two do not agree.
///
/// Both are read at the same moments, as near as that can be done: the counter, the clock, the counter again. So the clock's
/// time lies within two values of the counter, and what lies further off than these two and ``tolerance`` allow is the
/// counter's error or the clock's.
struct CounterScale {
    /// One moment on both.
    struct Reading {
        /// The counter before the clock was read, and after.
        var before: UInt64
        var after: UInt64
        /// The clock between the two.
        var nanoseconds: UInt64

        /// How many steps of the counter the reading took.
        var width: UInt64 { after &- before }
        /// The counter in the middle of the reading.
        var middle: UInt64 { before &+ width / 2 }

        /// The narrowest of some readings: a program that loses the processor between two of its steps gives a wide one.
        static func best(of tries: Int = 8, _ counter: () -> UInt64, _ clock: () -> UInt64) -> Reading {
            var best: Reading?
            for _ in 0..<max(1, tries) {
                let before = counter()
                let nanoseconds = clock()
                let reading = Reading(before: before, after: counter(), nanoseconds: nanoseconds)
                if best.map({ reading.width < $0.width }) ?? true { best = reading }
            }
            return best ?? Reading(before: 0, after: 0, nanoseconds: 0)
        }
    }

    /// How far a second of the counter may be from a second of the clock: a ten-thousandth, a tenth of what a bin of the
    /// histogram is wide. Clocks of the system that are made from the counter are within a millionth.
    static let tolerance = 1e-4
    /// How well the rate must be known before anything is measured by it.
    static let precision = 2e-5

    /// Nanoseconds of a step, times 2³².
    private(set) var factor: UInt64
    /// The last moment at which both were read: what the counter has counted since then is turned into time.
    private var anchor: Reading
    /// The first one, from which the rate is told.
    private let first: Reading
    /// The largest difference that was found, as a share of the time that it built up in.
    private(set) var largestDeviation = 0.0

    /// A scale from two readings; `nil` where they are too near to each other, or the counter stood still or went back.
    init?(from first: Reading, to last: Reading) {
        guard let rate = Rate(from: first, to: last), rate.uncertainty <= CounterScale.precision else { return nil }
        self.first = first
        anchor = last
        factor = rate.factor
    }

    /// Nanoseconds on the system's clock for a value of the counter.
    @inline(__always)
    func nanoseconds(at counter: UInt64) -> UInt64 {
        let product = (counter &- anchor.middle).multipliedFullWidth(by: factor)
        return anchor.nanoseconds &+ (product.high << 32 | product.low >> 32)
    }

    /// Takes in a later reading: from now on time is told from there, at the rate of all the time since the first.
    /// - Returns: whether counter and clock have agreed since the reading before.
    mutating func take(_ reading: Reading) -> Bool {
        guard reading.nanoseconds >= anchor.nanoseconds, reading.before >= anchor.before,
            reading.after >= reading.before,
            reading.before &- anchor.before < 1 << 62
        else { return false }
        let told = nanoseconds(at: max(reading.middle, anchor.middle))
        let apart = told > reading.nanoseconds ? told - reading.nanoseconds : reading.nanoseconds - told
        let elapsed = reading.nanoseconds - anchor.nanoseconds
        // A counter tells whole steps, which are 40 ns on some hosts.
        let reach = Double(reading.width / 2 + anchor.width / 2 + 3) * Double(factor) * 0x1p-32
        // Both times are in whole nanoseconds.
        let excess = Double(apart) - reach - 2
        if elapsed > 0, excess > 0 { largestDeviation = max(largestDeviation, excess / Double(elapsed)) }
        guard excess <= Double(elapsed) * CounterScale.tolerance else { return false }
        anchor = reading
        if let rate = Rate(from: first, to: reading) { factor = rate.factor }
        return true
    }

    /// How fast the counter counts between two readings.
    private struct Rate {
        let factor: UInt64
        /// How far off that may be, as a share of it.
        let uncertainty: Double

        init?(from first: Reading, to last: Reading) {
            guard last.nanoseconds > first.nanoseconds, last.middle > first.middle, first.after >= first.before,
                last.after >= last.before
            else { return nil }
            let steps = last.middle - first.middle
            let time = last.nanoseconds - first.nanoseconds
            let exact = Double(time) / Double(steps) * 0x1p32
            // Counters of less than 1 MHz or more than 4 THz are none.
            guard exact < 0x1p42, exact >= 0x1p20 else { return nil }
            factor = UInt64(exact.rounded())
            uncertainty = Double(first.width / 2 + last.width / 2 + 3) / Double(steps) + 2 / Double(time)
        }
    }
}
