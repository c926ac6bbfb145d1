/// All signals of one name with the rules that judge them, in arrays by the signal's place in the lane.
///
/// What a signal takes beyond its history: 16 bytes for its newest sample, 8 for its ring, 4 for its number and 4 a rule.
struct Lane: Sendable {
    let rules: [CompiledRule]
    let windows: [WindowForm]
    /// Samples that are kept of a signal; 0 where no rule has a window.
    let capacity: Int
    /// The numbers of the signals in the catalogue.
    var signals: [UInt32] = []
    var times: [Int64] = []
    var values: [Double] = []
    /// One slot a signal and rule.
    var slots: [Slot] = []
    private var ring: [Sample] = []
    private var heads: [UInt32] = []
    private var counts: [UInt32] = []

    /// The time of a signal that was never seen.
    static let never = Int64.min

    struct Sample: Sendable, Hashable {
        var time: Int64
        var value: Double
    }

    init(rules: [CompiledRule], windows: [WindowForm], capacity: Int) {
        self.rules = rules
        self.windows = windows
        self.capacity = windows.isEmpty ? 0 : capacity
    }

    /// The bytes beyond the history.
    var memoryBytes: Int {
        signals.capacity * 4 + times.capacity * 8 + values.capacity * 8 + slots.capacity * MemoryLayout<Slot>.stride
            + heads.capacity * 4 + counts.capacity * 4
    }

    var historyBytes: Int { ring.capacity * MemoryLayout<Sample>.stride }

    /// Adds a signal, and says its place.
    mutating func add(_ signal: UInt32, matches: (CompiledRule) -> Bool) -> Int {
        let place = signals.count
        signals.append(signal)
        times.append(Lane.never)
        values.append(.nan)
        for rule in rules { slots.append(matches(rule) ? Slot() : .unmatched) }
        if capacity > 0 {
            ring.append(contentsOf: repeatElement(Sample(time: 0, value: 0), count: capacity))
            heads.append(0)
            counts.append(0)
        }
        return place
    }

    /// Takes a sample of the signal at a place.
    @inline(__always)
    mutating func ingest(_ place: Int, _ time: Int64, _ value: Double) -> SignalSeries.Outcome {
        let newest = times[place]
        if time <= newest {
            if time < newest { return .late }
            let known = values[place]
            return known == value || (known.isNaN && value.isNaN) ? .repeated : .contradicted
        }
        times[place] = time
        values[place] = value
        if capacity > 0, value.bitPattern != StaleMarker.bits { keep(place, time, value) }
        return .taken
    }

    @inline(__always)
    private mutating func keep(_ place: Int, _ time: Int64, _ value: Double) {
        let head = Int(heads[place])
        ring[place * capacity + head] = Sample(time: time, value: value)
        heads[place] = UInt32(head + 1 == capacity ? 0 : head + 1)
        if counts[place] < UInt32(capacity) { counts[place] += 1 }
    }

    /// Forgets all that is known of a signal.
    mutating func clear(_ place: Int) {
        times[place] = Lane.never
        values[place] = .nan
        if capacity > 0 {
            heads[place] = 0
            counts[place] = 0
        }
    }

    /// The kept samples of a signal, the oldest first.
    func history(_ place: Int) -> [Sample] {
        guard capacity > 0 else { return [] }
        let count = Int(counts[place])
        let start = Int(heads[place]) - count + (Int(heads[place]) < count ? capacity : 0)
        return (0..<count).map { offset in
            let position = start + offset
            return ring[place * capacity + (position < capacity ? position : position - capacity)]
        }
    }

    /// Puts back what ``history(_:)`` and the newest sample were.
    mutating func restore(_ place: Int, newest: Sample, history: [Sample]) {
        clear(place)
        for sample in history.suffix(capacity) { keep(place, sample.time, sample.value) }
        times[place] = newest.time
        values[place] = newest.value
    }

    /// One pass over a window of a signal.
    @inline(__always)
    func scan(_ place: Int, _ form: WindowForm, now: Int64, includesStart: Bool) -> WindowScan {
        var scan = WindowScan()
        let count = Int(counts[place])
        guard count > 0 else { return scan }
        let start = now.subtractingReportingOverflow(form.length).partialValue
        let bound = includesStart ? start : start &+ 1
        let base = place * capacity
        let head = Int(heads[place])
        // The oldest is at the head once the ring is full, and at 0 before.
        let oldest = count == capacity ? head : 0
        scan.isCut = count == capacity && ring[base + oldest].time >= bound
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
