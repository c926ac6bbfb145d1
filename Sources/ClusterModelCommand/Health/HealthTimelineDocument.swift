import ClusterCore
import HealthModel
import Reports

/// What rules made of a recording: the document `clustermodel.health-timeline/1`.
struct HealthTimelineDocument: Encodable {
    static let schema = "clustermodel.health-timeline/1"

    let rules: HealthFindingsDocument.RulesName
    let source: String
    @Explicit var beginUnixNanoseconds: SignalTime?
    @Explicit var endUnixNanoseconds: SignalTime?
    let evaluations: Int
    let firings: [Firing]
    let events: [Event]
    let omittedEvents: Int
    /// How many signals each verdict holds for at the end, over all rules.
    let lastVerdicts: [String: Int]
    /// Rules that did not judge a signal, with why.
    let misfits: [String]
    /// Rules of which the recording has no signal.
    let unseenRules: [RuleID]
    /// Evaluations at which some verdict was not known.
    let unknownEvaluations: Int
    /// Times without an evaluation that are longer than values stay fresh.
    let gaps: Int
    /// Rules whose window holds more samples than are kept.
    let unheldRules: [RuleID]
    /// Samples behind the last evaluation.
    let unjudgedSamples: Int
    let counts: HealthCountsDocument
    /// When components were suspected to be gone.
    let suspicions: [Suspicion]
    /// Alerts that would not have been told at once, since what they depend on was gone or suspected to be.
    let holds: [Hold]
    /// Where the recording is damaged; `nil` where it is whole.
    @Explicit var damage: String?

    enum CodingKeys: String, CodingKey {
        case rules, source, evaluations, firings, events, misfits, gaps, counts, suspicions, holds, damage
        case unheldRules = "unheld_rules"
        case unjudgedSamples = "unjudged_samples"
        case beginUnixNanoseconds = "begin_unix_ns"
        case endUnixNanoseconds = "end_unix_ns"
        case omittedEvents = "omitted_events"
        case lastVerdicts = "last_verdicts"
        case unseenRules = "unseen_rules"
        case unknownEvaluations = "unknown_evaluations"
    }

    /// How often and how long a rule fired.
    struct Firing: Encodable {
        let rule: RuleID
        let count: Int
        let firingNanoseconds: Int64
        let open: Int

        enum CodingKeys: String, CodingKey {
            case rule, count, open
            case firingNanoseconds = "firing_ns"
        }
    }

    /// Something that happened to an alert.
    struct Event: Encodable {
        let timeUnixNanoseconds: SignalTime
        let kind: AlertEvent.Kind
        let rule: RuleID
        let subject: ComponentIdentifier
        let severity: Severity
        let fingerprint: AlertFingerprint
        @Explicit var value: Double?

        enum CodingKeys: String, CodingKey {
            case kind, rule, subject, severity, fingerprint, value
            case timeUnixNanoseconds = "time_unix_ns"
        }

        init(_ event: AlertEvent) {
            timeUnixNanoseconds = event.time
            kind = event.kind
            rule = event.alert.rule
            subject = event.alert.subject
            severity = event.alert.severity
            fingerprint = event.alert.fingerprint
            value = event.alert.value.flatMap { $0.isFinite ? $0 : nil }
        }
    }

    /// A component that was suspected to be gone.
    struct Suspicion: Encodable {
        let component: ComponentIdentifier
        let beginUnixNanoseconds: SignalTime
        @Explicit var endUnixNanoseconds: SignalTime?
        /// φ when it was noticed.
        let phi: Double

        enum CodingKeys: String, CodingKey {
            case component, phi
            case beginUnixNanoseconds = "begin_unix_ns"
            case endUnixNanoseconds = "end_unix_ns"
        }
    }

    /// An alert that was held back.
    struct Hold: Encodable {
        let rule: RuleID
        let subject: ComponentIdentifier
        let fingerprint: AlertFingerprint
        let cause: ComponentIdentifier
        let certainty: AlertHold.Certainty
        let beginUnixNanoseconds: SignalTime
        @Explicit var endUnixNanoseconds: SignalTime?
        @Explicit var ending: AlertHold.Ending?

        enum CodingKeys: String, CodingKey {
            case rule, subject, fingerprint, cause, certainty, ending
            case beginUnixNanoseconds = "begin_unix_ns"
            case endUnixNanoseconds = "end_unix_ns"
        }

        var words: String {
            let certainty = certainty == .gone ? "is gone" : "is suspected to be gone"
            let end = endUnixNanoseconds.map { "to \(HealthTimelineDocument.clock($0))" } ?? "to the end"
            let ending =
                switch ending {
                case .told: ", told then"
                case .over: ", over by then and never told"
                case .changed, nil: ""
                }
            return
                "\(HealthTimelineDocument.clock(beginUnixNanoseconds)) \(end): \(rule) \(subject), since \(cause) \(certainty)\(ending)"
        }
    }

    init(_ set: RuleSet, _ timeline: FaultTimeline, _ damages: [String]) {
        rules = .init(set)
        source = timeline.source
        beginUnixNanoseconds = timeline.begin
        endUnixNanoseconds = timeline.end
        evaluations = timeline.evaluations
        firings = timeline.firings.sorted { $0.key < $1.key }.map {
            Firing(rule: $0.key, count: $0.value.count, firingNanoseconds: $0.value.nanoseconds, open: $0.value.open)
        }
        events = timeline.events.map(Event.init)
        omittedEvents = timeline.omittedEvents
        lastVerdicts = Dictionary(
            timeline.lastVerdicts.map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: { first, _ in first })
        misfits = timeline.misfits.sorted { $0.key < $1.key }.map { "\($0.value)" }
        unseenRules = timeline.unseenRules
        unknownEvaluations = timeline.unknownEvaluations
        gaps = timeline.gaps
        unheldRules = timeline.unheldRules
        unjudgedSamples = timeline.unjudgedSamples
        counts = HealthCountsDocument(timeline.counts)
        suspicions = timeline.suspicions.map {
            Suspicion(component: $0.component, beginUnixNanoseconds: $0.begin, endUnixNanoseconds: $0.end, phi: $0.phi)
        }
        holds = timeline.holds.map {
            Hold(
                rule: $0.alert.rule, subject: $0.alert.subject, fingerprint: $0.alert.fingerprint, cause: $0.cause,
                certainty: $0.certainty, beginUnixNanoseconds: $0.begin, endUnixNanoseconds: $0.end, ending: $0.ending)
        }
        damage = damages.isEmpty ? nil : damages.joined(separator: "; ")
    }

    /// 1 where anything fired; 2 where nothing did and not all of it, all the time, is known to be well.
    var status: ExitStatus {
        if !firings.isEmpty { return .requirementNotMet }
        return doubts.isEmpty && misfits.isEmpty ? .requirementMet : .undetermined
    }

    /// Why it is not known that all was well, in words.
    private var doubts: [String] {
        var words = counts.doubts
        if evaluations == 0 { words.append("there is no moment of evaluation: nothing was judged") }
        if evaluations > 0, lastVerdicts.keys.contains(where: { $0 != SignalVerdict.healthy.rawValue }) {
            words.append("not every signal is healthy at the end")
        }
        if unjudgedSamples > 0 { words.append("\(unjudgedSamples) samples are behind the last evaluation") }
        if unknownEvaluations > 0 { words.append("not all was known at \(unknownEvaluations) evaluations") }
        if gaps > 0 { words.append("\(gaps) gaps are longer than a value stays fresh") }
        if !suspicions.isEmpty {
            let names = Set(suspicions.map(\.component.rawValue)).sorted().prefix(10).joined(separator: ", ")
            words.append("signs of life stopped of \(names)")
        }
        if !unseenRules.isEmpty { words.append("\(unseenRules.count) rules have no signal") }
        if !unheldRules.isEmpty {
            let names = unheldRules.prefix(10).map { "\($0)" }.joined(separator: ", ")
            words.append("more samples than are kept are in the window of \(names)")
        }
        if let damage { words.append("it is damaged: \(damage)") }
        return words
    }

    /// The timeline for people.
    var text: TextDocument {
        var document = TextDocument()
        document.add(.heading("\(source) by rules \(rules.name), version \(rules.version)"))
        var facts: [TextDocument.Fact] = [
            .init("from", beginUnixNanoseconds.map(HealthTimelineDocument.clock) ?? "not known"),
            .init("to", endUnixNanoseconds.map(HealthTimelineDocument.clock) ?? "not known"),
            .init("evaluations", "\(evaluations)"),
        ]
        for (verdict, count) in lastVerdicts.sorted(by: { $0.key < $1.key }) {
            facts.append(.init("at the end \(verdict)", "\(count)"))
        }
        facts.append(.init("rules without signal", "\(unseenRules.count) of \(rules.count)"))
        facts.append(.init("of them not all known", "\(unknownEvaluations)"))
        facts.append(.init("gaps", "\(gaps)"))
        if let damage { facts.append(.init("damaged", damage)) }
        document.add(.facts(facts))
        if !firings.isEmpty { document.add(.heading("Rules that fired")) }
        document.add(
            .facts(
                firings.map {
                    let seconds = Duration.seconds($0.firingNanoseconds / 1_000_000_000).unitText
                    let often = $0.count == 1 ? "once" : "\($0.count) times"
                    return .init("\($0.rule)", "\(often), for \(seconds), \($0.open) still firing")
                }))
        if !events.isEmpty { document.add(.heading("Events")) }
        for event in events.prefix(200) {
            document.add(
                .paragraph(
                    "\(HealthTimelineDocument.clock(event.timeUnixNanoseconds)) \(event.kind.rawValue) \(event.rule) \(event.subject)"
                ))
        }
        let more = events.count - 200 + omittedEvents
        if more > 0 { document.add(.paragraph("\(more) more events; --format json has \(events.count) of them.")) }
        if !suspicions.isEmpty { document.add(.heading("Suspected to be gone")) }
        for suspicion in suspicions.prefix(100) {
            let end = suspicion.endUnixNanoseconds.map { "to \(HealthTimelineDocument.clock($0))" } ?? "to the end"
            let phi = (suspicion.phi * 10).rounded() / 10
            document.add(
                .paragraph(
                    "\(HealthTimelineDocument.clock(suspicion.beginUnixNanoseconds)) \(end): \(suspicion.component), phi \(phi)"
                ))
        }
        if !holds.isEmpty { document.add(.heading("Alerts that were held back")) }
        for hold in holds.prefix(100) { document.add(.paragraph(hold.words)) }
        let unlisted = max(0, suspicions.count - 100) + max(0, holds.count - 100)
        if unlisted > 0 { document.add(.paragraph("\(unlisted) more of these; --format json has them.")) }
        for misfit in misfits { document.add(.paragraph("Not judged: \(misfit)", tone: .warning)) }
        for words in doubts { document.add(.paragraph("In doubt: \(words).", tone: .warning)) }
        document.add(.heading("Outcome"))
        switch status {
        case .requirementMet: document.add(.paragraph("QUIET: nothing fired, and all was known", tone: .good))
        case .requirementNotMet: document.add(.paragraph("FIRED: see above", tone: .bad))
        default: document.add(.paragraph("NOT KNOWN: nothing fired, and not everything was known", tone: .warning))
        }
        return document
    }

    /// `2026-11-27 22:40:00` in UTC.
    static func clock(_ time: SignalTime) -> String {
        let seconds = time.nanoseconds / 1_000_000_000
        let day = CalendarDate(unixSeconds: seconds)?.description ?? "?"
        let clock = (seconds % 86_400 + 86_400) % 86_400
        let parts = [clock / 3600, clock / 60 % 60, clock % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return "\(day) \(parts.joined(separator: ":"))"
    }
}
