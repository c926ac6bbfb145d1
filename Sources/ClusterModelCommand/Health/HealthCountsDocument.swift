import HealthModel

/// What an engine did not take, and what it could not say: a part of the documents of replay and status.
struct HealthCountsDocument: Encodable {
    let taken: UInt64
    let late: UInt64
    let repeated: UInt64
    let contradicted: UInt64
    let fromFuture: UInt64
    let refusedAlerts: UInt64
    let clockWentBack: UInt64

    enum CodingKeys: String, CodingKey {
        case taken, late, repeated, contradicted
        case fromFuture = "from_future"
        case refusedAlerts = "refused_alerts"
        case clockWentBack = "clock_went_back"
    }

    /// - Parameter before: what was counted before that what is told of began.
    init(_ counts: EngineCounts, since before: EngineCounts = EngineCounts()) {
        taken = counts.taken &- before.taken
        late = counts.late &- before.late
        repeated = counts.repeated &- before.repeated
        contradicted = counts.contradicted &- before.contradicted
        fromFuture = counts.fromFuture &- before.fromFuture
        refusedAlerts = counts.refusedAlerts &- before.refusedAlerts
        clockWentBack = counts.clockWentBack &- before.clockWentBack
    }

    /// What keeps a result from being certain, in words; a sample that is there twice is no fault.
    var doubts: [String] {
        [
            (contradicted, "samples contradict another of the same time: two sources claim one signal"),
            (late, "samples are older than one before them and were not judged"),
            (fromFuture, "samples lie in the future and were not judged: a clock jumped"),
            (refusedAlerts, "conditions hold without an alert: there are too many alerts"),
            (clockWentBack, "evaluations are before the one before them: a clock was set back"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    }
}
