/// How many samples there are of each size, in memory that does not grow: values below 2048 apart, above in 1024 steps from
/// each power of two to the next, so that a step is less than a thousandth of its value.
///
/// The scale is that of G. Tene's HdrHistogram with three significant digits. The place of a value follows from where its
/// highest bit is, so that taking one in is a shift and an addition.
@safe struct LatencyHistogram: ~Copyable {
    /// Values from here on cannot be told apart.
    static let ceiling: UInt64 = 1 << 42
    /// Steps from a power of two to the next.
    private static let steps = 1024
    private static let places = place(of: ceiling - 1) + 1

    private let counts: UnsafeMutablePointer<UInt64>

    init() {
        unsafe counts = .allocate(capacity: LatencyHistogram.places)
        unsafe counts.initialize(repeating: 0, count: LatencyHistogram.places)
    }

    deinit { unsafe counts.deallocate() }

    /// Takes in a value; one above the ceiling counts as the largest below it.
    @inline(__always)
    func add(_ value: UInt64) {
        let place = LatencyHistogram.place(of: min(value, LatencyHistogram.ceiling - 1))
        unsafe counts[place] &+= 1
    }

    @inline(__always)
    private static func place(of value: UInt64) -> Int {
        let shift = 53 - (value | 2047).leadingZeroBitCount
        return shift * steps + Int(truncatingIfNeeded: value >> UInt64(truncatingIfNeeded: shift))
    }

    /// The largest value of a place.
    private static func edge(of place: Int) -> UInt64 {
        guard place >= 2 * steps else { return UInt64(place) }
        let shift = place / steps - 1
        return (UInt64(place - shift * steps) + 1) << UInt64(shift) - 1
    }

    /// Calls with the largest value and the count of every place that is occupied, from the smallest value on.
    /// - Parameter values: between which values all that was taken in lies.
    @inline(__always)
    func forEach(in values: ClosedRange<UInt64>, _ body: (_ edge: UInt64, _ count: UInt64) -> Void) {
        let ends = [values.lowerBound, values.upperBound].map {
            LatencyHistogram.place(of: min($0, LatencyHistogram.ceiling - 1))
        }
        for place in ends[0]...ends[1] {
            let count = unsafe counts[place]
            if count > 0 { body(LatencyHistogram.edge(of: place), count) }
        }
    }
}
