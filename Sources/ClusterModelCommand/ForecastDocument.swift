import ClusterCore
import ClusterDocuments
import Reports
import StorageMath

/// When something will be full: the document `clustermodel.forecast/1`.
struct ForecastDocument: Encodable {
    static let schema = "clustermodel.forecast/1"

    /// `full_between`, `no_trend`, `shrinking`, `full` or `not_enough`.
    let outcome: String
    /// Why there is no answer; `nil` where there is one.
    @Explicit var reason: String?
    @Explicit var earliestUnixSeconds: Int64?
    @Explicit var latestUnixSeconds: Int64?
    @Explicit var earliestSeconds: Int64?
    @Explicit var latestSeconds: Int64?
    let confidence: Confidence
    @Explicit var slowestBytesPerDay: Int64?
    @Explicit var fastestBytesPerDay: Int64?
    @Explicit var limitBytes: UInt64?
    let samples: Int
    let points: Int
    let basis: CapacityForecast.Basis
    let changePoints: [ChangePoint]
    @Explicit var requiredSeconds: Int64?
    let assumptions: [String]

    enum CodingKeys: String, CodingKey {
        case outcome, reason, confidence, samples, points, basis, assumptions
        case earliestUnixSeconds = "earliest_unix_seconds"
        case latestUnixSeconds = "latest_unix_seconds"
        case earliestSeconds = "earliest_seconds"
        case latestSeconds = "latest_seconds"
        case slowestBytesPerDay = "slowest_bytes_per_day"
        case fastestBytesPerDay = "fastest_bytes_per_day"
        case limitBytes = "limit_bytes"
        case changePoints = "change_points"
        case requiredSeconds = "required_seconds"
    }

    struct ChangePoint: Encodable {
        let kind: CapacityForecast.ChangePoint.Kind
        let unixSeconds: Int64

        enum CodingKeys: String, CodingKey {
            case kind
            case unixSeconds = "unix_seconds"
        }
    }
}

extension ForecastDocument {
    init(_ forecast: CapacityForecast, _ usage: UsageDocument, _ required: Duration?) {
        let last = usage.history.samples.last?.time.components.seconds ?? 0
        func later(_ seconds: Int64?) -> Int64? { seconds.map { last.addingReportingOverflow($0).partialValue } }
        var (earliest, latest): (Int64?, Int64?) = (nil, nil)
        switch forecast.outcome {
        case .full(let from, let to):
            outcome = "full_between"
            (earliest, latest) = (from.components.seconds, to?.components.seconds)
        case .noTrend: outcome = "no_trend"
        case .shrinking: outcome = "shrinking"
        case .alreadyFull: outcome = "full"
        case .notEnough(let words):
            outcome = "not_enough"
            reason = words
        }
        earliestSeconds = earliest
        latestSeconds = latest
        earliestUnixSeconds = later(earliest)
        latestUnixSeconds = later(latest)
        confidence = forecast.confidence
        slowestBytesPerDay = forecast.bytesPerDay?.lowerBound
        fastestBytesPerDay = forecast.bytesPerDay?.upperBound
        limitBytes = forecast.limit?.bytes
        samples = usage.history.samples.count
        points = forecast.points
        basis = forecast.basis
        changePoints = forecast.changePoints.map { ChangePoint(kind: $0.kind, unixSeconds: $0.time.components.seconds) }
        requiredSeconds = required?.components.seconds
        assumptions = forecast.assumptions
    }

    /// 1 where it is full or may be before the time that was asked for, 2 where nothing can be told.
    var status: ExitStatus {
        switch outcome {
        case "full": .requirementNotMet
        case "not_enough": .undetermined
        default:
            if let requiredSeconds, let earliestSeconds, earliestSeconds < requiredSeconds {
                .requirementNotMet
            } else {
                .requirementMet
            }
        }
    }

    /// The forecast for people.
    func text(_ forecast: CapacityForecast) -> TextDocument {
        var document = TextDocument()
        document.add(.heading("Forecast of \(samples) samples"))
        var facts: [TextDocument.Fact] = []
        if let limit = forecast.limit { facts.append(.init("full at", limit.humanText)) }
        if let slowest = slowestBytesPerDay, let fastest = fastestBytesPerDay {
            facts.append(
                .init("grows by", "\(ForecastDocument.perDay(slowest)) to \(ForecastDocument.perDay(fastest)) a day"))
        }
        facts.append(.init("drawn through", "\(points) \(basis == .periods ? "peaks of periods" : "peaks of cycles")"))
        for change in changePoints {
            facts.append(
                .init(
                    "begins anew",
                    "\(CalendarDate(unixSeconds: change.unixSeconds)?.description ?? "?"), \(change.kind == .resize ? "another size" : "a step in use")"
                ))
        }
        document.add(.facts(facts))
        if !assumptions.isEmpty {
            document.add(.heading("Taken for granted"))
            for assumption in assumptions { document.add(.paragraph(assumption)) }
        }
        document.add(.heading("Outcome"))
        document.add(
            .paragraph(words, tone: status == .requirementMet ? .good : status == .undetermined ? .warning : .bad))
        return document
    }

    private var words: String {
        switch outcome {
        case "full_between":
            let from = earliestUnixSeconds.flatMap { CalendarDate(unixSeconds: $0)?.description } ?? "?"
            let to = latestUnixSeconds.flatMap { CalendarDate(unixSeconds: $0)?.description }
            let days = (earliestSeconds ?? 0) / 86_400
            return
                "FULL between \(from) (in \(days) days) and \(to ?? "more than 100 years from now"), with \(confidence.rawValue) confidence"
        case "no_trend": return "NO TREND: use neither rises nor falls by more than chance explains"
        case "shrinking": return "SHRINKING: use falls"
        case "full": return "FULL now"
        default: return "NOT KNOWN: \(reason ?? "")"
        }
    }

    private static func perDay(_ bytes: Int64) -> String {
        (bytes < 0 ? "-" : "") + "\(ByteCount(bytes: bytes.magnitude).decimalText)"
    }
}
