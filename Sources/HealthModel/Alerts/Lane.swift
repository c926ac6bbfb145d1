/// All signals of one name with the rules that judge them, in arrays by the signal's place in the lane.
///
/// What a signal takes beyond its history: 32 bytes for its newest sample and its ring, 4 for its number and 4 a rule.
struct Lane: Sendable {
    let rules: [CompiledRule]
    let windows: [WindowForm]
    /// Samples that are kept of a signal; 0 where no rule has a window.
    let capacity: Int
    /// Where not 0: samples that are closer to the kept one before the newest than this are kept only while they are the
    /// newest, or where a counter began anew.
    let thinning: Int64
    /// Two samples that are further apart have a gap between them; `nil` where nobody knows how often samples come.
    let longestGap: Int64?
    /// The numbers of the signals in the catalogue.
    var signals: [UInt32] = []
    private(set) var newest: [Point] = []
    /// One slot a signal and rule.
    var slots: [Slot] = []
    private(set) var ring: [Sample] = []
    let quiet: QuietBounds

    /// The time of a signal that was never seen.
    static let never = Int64.min

    struct Sample: Sendable, Hashable {
        var time: Int64
        var value: Double
    }

    /// The newest sample of a signal, and where its history stands in its part of the ring.
    struct Point: Sendable {
        var time = Lane.never
        var value = Double.nan
        /// Where the next sample goes.
        var head: UInt32 = 0
        var count: UInt32 = 0
        /// The sample since which there is no gap; ``Lane/never`` where the newest is no number.
        var since = Lane.never

        /// Whether all samples from a moment on are there.
        @inline(__always)
        func isWhole(from start: Int64) -> Bool { since != Lane.never && since <= start }
    }

    init(
        rules: [CompiledRule], windows: [WindowForm], capacity: Int, thinning: Int64 = 0, longestGap: Int64? = nil
    ) {
        self.rules = rules
        self.windows = windows
        self.thinning = thinning
        self.longestGap = longestGap
        self.capacity = windows.isEmpty ? 0 : capacity
        quiet = QuietBounds(rules, windows)
    }

    /// The bytes beyond the history.
    var memoryBytes: Int {
        signals.capacity * 4 + newest.capacity * MemoryLayout<Point>.stride
            + slots.capacity * MemoryLayout<Slot>.stride
    }

    var historyBytes: Int { ring.capacity * MemoryLayout<Sample>.stride }

    /// Adds a signal, and says its place.
    mutating func add(_ signal: UInt32, matches: (CompiledRule) -> Bool) -> Int {
        let place = signals.count
        signals.append(signal)
        newest.append(Point())
        for rule in rules { slots.append(matches(rule) ? Slot() : .unmatched) }
        if capacity > 0 {
            ring.append(contentsOf: repeatElement(Sample(time: 0, value: 0), count: capacity))
        }
        return place
    }

    /// Takes a sample of the signal at a place.
    @inline(__always)
    mutating func ingest(_ place: Int, _ time: Int64, _ value: Double) -> SignalSeries.Outcome {
        let point = newest[place]
        if time <= point.time {
            if time < point.time { return .late }
            return point.value == value || (point.value.isNaN && value.isNaN) ? .repeated : .contradicted
        }
        guard capacity > 0, value.bitPattern != StaleMarker.bits else {
            newest[place].time = time
            newest[place].value = value
            newest[place].since = Lane.never
            return .taken
        }
        keep(place, point, time, value)
        return .taken
    }

    @inline(__always)
    private mutating func keep(_ place: Int, _ point: Point, _ time: Int64, _ value: Double) {
        let head = Int(point.head)
        let since = value.isNaN ? Lane.never : hasGap(point, time) ? time : point.since
        if thinning > 0, isBetween(place, point, time, value) {
            ring[place * capacity + (head == 0 ? capacity - 1 : head - 1)] = Sample(time: time, value: value)
            newest[place] = Point(time: time, value: value, head: point.head, count: point.count, since: since)
            return
        }
        ring[place * capacity + head] = Sample(time: time, value: value)
        newest[place] = Point(
            time: time, value: value, head: UInt32(truncatingIfNeeded: head + 1 == capacity ? 0 : head + 1),
            count: point.count < UInt32(truncatingIfNeeded: capacity) ? point.count + 1 : point.count, since: since)
    }

    @inline(__always)
    private func hasGap(_ point: Point, _ time: Int64) -> Bool {
        guard point.since != Lane.never else { return true }
        guard let longestGap else { return false }
        let (distance, overflow) = time.subtractingReportingOverflow(point.time)
        return overflow || distance > longestGap
    }

    /// Whether the newest kept sample says nothing that the one before it and a new one do not say: a counter rose from
    /// each to the next, and not much time is between the outer two.
    private func isBetween(_ place: Int, _ point: Point, _ time: Int64, _ value: Double) -> Bool {
        guard point.count >= 2 else { return false }
        let head = Int(point.head)
        let last = ring[place * capacity + (head == 0 ? capacity - 1 : head - 1)]
        let before = ring[place * capacity + (head < 2 ? head + capacity - 2 : head - 2)]
        // NaN is neither above nor below, and stays.
        return before.value <= last.value && last.value <= value
            && time.subtractingReportingOverflow(before.time).partialValue < thinning
    }

    /// Forgets all that is known of a signal.
    mutating func clear(_ place: Int) { newest[place] = Point() }

    /// The kept samples of a signal, the oldest first.
    func history(_ place: Int) -> [Sample] {
        guard capacity > 0 else { return [] }
        let count = Int(newest[place].count)
        let head = Int(newest[place].head)
        let start = head - count + (head < count ? capacity : 0)
        return (0..<count).map { offset in
            let position = start + offset
            return ring[place * capacity + (position < capacity ? position : position - capacity)]
        }
    }

    /// Puts back what ``history(_:)`` and the newest sample were.
    /// - Precondition: the history is in order of time and ends at the newest sample or before.
    mutating func restore(_ place: Int, newest sample: Sample, since: Int64, history: [Sample]) {
        clear(place)
        for kept in history.suffix(capacity) {
            let point = newest[place]
            ring[place * capacity + Int(point.head)] = kept
            newest[place].head = point.head + 1 == UInt32(truncatingIfNeeded: capacity) ? 0 : point.head + 1
            newest[place].count = point.count + 1
        }
        newest[place].since = since
        newest[place].time = sample.time
        newest[place].value = sample.value
    }

    /// One pass over a window of a signal.
    @inline(__always)
    func scan(_ place: Int, _ form: WindowForm, now: Int64, includesStart: Bool) -> WindowScan {
        var scan = WindowScan()
        let count = Int(newest[place].count)
        guard count > 0 else { return scan }
        let start = now.subtractingReportingOverflow(form.length).partialValue
        let bound = includesStart ? start : start &+ 1
        let base = place * capacity
        let head = Int(newest[place].head)
        // The oldest is at the head once the ring is full, and at 0 before.
        let oldest = count == capacity ? head : 0
        scan.isCut = count == capacity && ring[base + oldest].time >= bound
        scan.isWhole = newest[place].isWhole(from: start)
        var position = oldest
        for _ in 0..<count {
            let sample = ring[base + position]
            position += 1
            if position == capacity { position = 0 }
            if sample.time < bound || sample.time > now { continue }
            if !form.takesNaN, sample.value.isNaN { continue }
            scan.add(sample.time, sample.value)
        }
        return scan
    }
}

/// What is kept of one rule on one signal: four bytes.
struct Slot: Sendable, Hashable {
    var bits: UInt32 = 0

    private static let alertMask: UInt32 = 0x00FF_FFFF
    private static let verdictShift: UInt32 = 24
    private static let flapBit: UInt32 = 1 << 28
    private static let unmatchedBit: UInt32 = 1 << 31

    /// A rule that does not judge this signal.
    static let unmatched = Slot(bits: unmatchedBit)
    /// A rule for which the signal is healthy, without an alert or a record of changes.
    static let healthy = Slot(bits: UInt32(VerdictCode.healthy.rawValue) << verdictShift)

    @inline(__always) static func == (left: Slot, right: Slot) -> Bool { left.bits == right.bits }

    @inline(__always) var isUnmatched: Bool { bits & Slot.unmatchedBit != 0 }
    /// Whether neither an alert nor a record of changes belongs to it.
    @inline(__always) var isQuiet: Bool { bits & (Slot.alertMask | Slot.flapBit) == 0 }

    /// The place of its live alert.
    var alert: Int? {
        get { bits & Slot.alertMask == 0 ? nil : Int(bits & Slot.alertMask) - 1 }
        set { bits = bits & ~Slot.alertMask | (newValue.map { UInt32($0 + 1) } ?? 0) }
    }

    @inline(__always) var verdict: VerdictCode {
        get { VerdictCode(rawValue: UInt8(bits >> Slot.verdictShift & 7)) ?? .neverSeen }
        set { bits = bits & ~(7 << Slot.verdictShift) | UInt32(newValue.rawValue) << Slot.verdictShift }
    }

    var hasChanges: Bool {
        get { bits & Slot.flapBit != 0 }
        set { bits = newValue ? bits | Slot.flapBit : bits & ~Slot.flapBit }
    }
}

/// A ``SignalVerdict`` in three bits.
enum VerdictCode: UInt8, Sendable {
    case neverSeen = 0
    case healthy, pending, firing, undecided, stale

    var verdict: SignalVerdict {
        switch self {
        case .neverSeen: .neverSeen
        case .healthy: .healthy
        case .pending: .pending
        case .firing: .firing
        case .undecided: .undecided
        case .stale: .stale
        }
    }

    init(_ verdict: SignalVerdict) {
        switch verdict {
        case .neverSeen: self = .neverSeen
        case .healthy: self = .healthy
        case .pending: self = .pending
        case .firing: self = .firing
        case .undecided: self = .undecided
        case .stale: self = .stale
        }
    }
}

/// The sample by which a source says that a signal ended: a NaN of its own, as in Prometheus (model/value/value.go).
public enum StaleMarker {
    /// The bits of that NaN.
    public static let bits: UInt64 = 0x7FF0_0000_0000_0002
    /// That NaN.
    public static var value: Double { Double(bitPattern: bits) }
}
