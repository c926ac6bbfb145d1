/// How an engine takes samples, and what it holds at most.
public struct EngineSettings: Sendable, Hashable, Codable {
    /// The shortest time between two samples of a signal, in nanoseconds: a window of rules has room for so many samples.
    /// Where samples come faster, the oldest of a window are forgotten, and a window that is not whole says nothing.
    public var sampleIntervalNanoseconds: Int64
    /// The most samples that are kept of one signal for the windows of its rules.
    public var historyLimit: Int
    /// The most live alerts; conditions beyond it hold without an alert, are counted and are no more healthy for that.
    public var alertLimit: Int
    /// The most signals.
    public var signalLimit: Int
    /// A sample that lies further in the future than this at an evaluation is dropped: a clock jumped.
    public var futureToleranceNanoseconds: Int64
    /// Whether a window holds its first moment too, as in Prometheus before version 3.
    public var windowsIncludeStart: Bool
    /// Whether the rise of a counter is extrapolated as Prometheus did before March 2024 (its pull request 13725), 2.42 among
    /// them: to the point where the counter would be zero even where only half a spacing would be added otherwise.
    public var extrapolatesToZeroFirst: Bool
    /// The time in which each signal is sampled once, in nanoseconds, where that is known: by it a lost sample is seen.
    ///
    /// A rule then says nothing of a value at an evaluation that is half an interval or more behind the newest sample, nor
    /// of a window that does not begin behind a sample or in which a sample is missing: two are further apart than one
    /// interval and a half. Where evaluations are as far apart, one is missing, and what the past decides is not known: on
    /// which side a value between two thresholds belongs, and for how long an alert that is kept was over. So evaluations
    /// belong right behind the samples, and no lost sample makes anything look better.
    /// With `nil` a rule's own freshness and number of samples decide alone. Rules whose no-data behaviour is
    /// ``NoDataBehaviour/resolve`` do as Prometheus in any case.
    public var expectedIntervalNanoseconds: Int64?
    /// Whether rules are judged as their export to Prometheus judges: NaN is a sample of a window, and while nothing is
    /// known a pending alert counts as holding.
    public var judgesAsExported: Bool

    /// - Parameters:
    ///   - sampleIntervalNanoseconds: 15 s; taken to be at least 1 ms.
    ///   - historyLimit: 50,000; taken into 2…1,000,000.
    ///   - alertLimit: 10,000; taken into 0…1,000,000.
    ///   - signalLimit: 1,000,000.
    ///   - futureToleranceNanoseconds: 1 s.
    ///   - windowsIncludeStart: false.
    ///   - extrapolatesToZeroFirst: false.
    ///   - expectedIntervalNanoseconds: not known.
    ///   - judgesAsExported: false.
    public init(
        sampleIntervalNanoseconds: Int64 = 15_000_000_000, historyLimit: Int = 50_000, alertLimit: Int = 10_000,
        signalLimit: Int = 1_000_000, futureToleranceNanoseconds: Int64 = 1_000_000_000,
        windowsIncludeStart: Bool = false, extrapolatesToZeroFirst: Bool = false,
        expectedIntervalNanoseconds: Int64? = nil, judgesAsExported: Bool = false
    ) {
        self.sampleIntervalNanoseconds = max(1_000_000, sampleIntervalNanoseconds)
        self.historyLimit = max(2, min(historyLimit, 1_000_000))
        self.alertLimit = max(0, min(alertLimit, 1_000_000))
        self.signalLimit = max(0, min(signalLimit, Int(UInt32.max) - 1))
        self.futureToleranceNanoseconds = max(0, futureToleranceNanoseconds)
        self.windowsIncludeStart = windowsIncludeStart
        self.extrapolatesToZeroFirst = extrapolatesToZeroFirst
        self.expectedIntervalNanoseconds = expectedIntervalNanoseconds.map { max(1, $0) }
        self.judgesAsExported = judgesAsExported
    }

    /// Reads settings, taken into their limits.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            sampleIntervalNanoseconds: container.decode(Int64.self, forKey: .sampleIntervalNanoseconds),
            historyLimit: container.decode(Int.self, forKey: .historyLimit),
            alertLimit: container.decode(Int.self, forKey: .alertLimit),
            signalLimit: container.decode(Int.self, forKey: .signalLimit),
            futureToleranceNanoseconds: container.decode(Int64.self, forKey: .futureToleranceNanoseconds),
            windowsIncludeStart: container.decode(Bool.self, forKey: .windowsIncludeStart),
            extrapolatesToZeroFirst: container.decodeIfPresent(Bool.self, forKey: .extrapolatesToZeroFirst) ?? false,
            expectedIntervalNanoseconds: container.decodeIfPresent(Int64.self, forKey: .expectedIntervalNanoseconds),
            judgesAsExported: container.decodeIfPresent(Bool.self, forKey: .judgesAsExported) ?? false)
    }

    private enum CodingKeys: String, CodingKey {
        case sampleIntervalNanoseconds = "sample_interval_ns"
        case historyLimit = "history_limit"
        case alertLimit = "alert_limit"
        case signalLimit = "signal_limit"
        case futureToleranceNanoseconds = "future_tolerance_ns"
        case windowsIncludeStart = "windows_include_start"
        case extrapolatesToZeroFirst = "extrapolates_to_zero_first"
        case expectedIntervalNanoseconds = "expected_interval_ns"
        case judgesAsExported = "judges_as_exported"
    }

    /// Samples that a window of so many nanoseconds may hold, with room for the one before it.
    func capacity(ofWindow window: Int64) -> Int {
        Int(clamping: window / sampleIntervalNanoseconds) + 2
    }

    /// How far apart the kept samples of a counter are at least, so that a window of so many nanoseconds has room: every
    /// other one of them is twice as far behind the one before.
    func thinning(ofWindow window: Int64) -> Int64 {
        capacity(ofWindow: window) <= historyLimit ? 0 : window / Int64(max(1, historyLimit - 3)) &* 2 &+ 2
    }
}

/// What an engine did not take, and what it could not say.
public struct EngineCounts: Sendable, Hashable, Codable {
    /// Samples that were taken.
    public var taken: UInt64 = 0
    /// Samples that were older than the newest of their signal.
    public var late: UInt64 = 0
    /// Samples with the time and the value of the newest.
    public var repeated: UInt64 = 0
    /// Samples with the time of the newest and another value: two sources claim one signal.
    public var contradicted: UInt64 = 0
    /// Samples from the future.
    public var fromFuture: UInt64 = 0
    /// Conditions that held and got no alert, since there were too many.
    public var refusedAlerts: UInt64 = 0
    /// Evaluations before the time of the last one.
    public var clockWentBack: UInt64 = 0

    public init() {}

    /// The counts of two engines together.
    static func + (left: EngineCounts, right: EngineCounts) -> EngineCounts {
        var sum = left
        sum.taken &+= right.taken
        sum.late &+= right.late
        sum.repeated &+= right.repeated
        sum.contradicted &+= right.contradicted
        sum.fromFuture &+= right.fromFuture
        sum.refusedAlerts &+= right.refusedAlerts
        sum.clockWentBack &+= right.clockWentBack
        return sum
    }
}
