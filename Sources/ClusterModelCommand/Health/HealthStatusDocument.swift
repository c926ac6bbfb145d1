import ClusterCore
import HealthModel
import Reports

/// How a host is: the document `clustermodel.health-status/1`.
struct HealthStatusDocument: Encodable {
    static let schema = "clustermodel.health-status/1"

    let rules: HealthFindingsDocument.RulesName
    let node: String
    let signals: Int
    let verdicts: [String: Int]
    /// Rules of which no signal was ever seen.
    let unseenRules: [RuleID]
    /// Of the signals of those that are built in, how to give them.
    let unseenSignals: [String: String]
    /// Rules that did not judge a signal, with why.
    let misfits: [String]
    let alerts: [Alert]
    /// The mutes in force.
    let mutes: [Mute]
    /// Mutes that ended at this run, with why.
    let endedMutes: [String: AlertMute.End]
    /// What this run did not take.
    let counts: HealthCountsDocument
    /// Files and values of the host that are not what they should be.
    let problems: [String]
    /// Notifications that nobody took, with why.
    let undelivered: [String]
    /// Whether it is known how often a run comes.
    let isPaceKnown: Bool

    enum CodingKeys: String, CodingKey {
        case rules, node, signals, verdicts, misfits, alerts, mutes, counts, problems, undelivered
        case isPaceKnown = "is_pace_known"
        case unseenRules = "unseen_rules"
        case unseenSignals = "unseen_signals"
        case endedMutes = "ended_mutes"
    }

    /// An alert that is pending, fires or flaps.
    struct Alert: Encodable {
        let rule: RuleID
        let subject: ComponentIdentifier
        let severity: Severity
        let state: HealthModel.Alert.State
        @Explicit var value: Double?
        @Explicit var staleSinceUnixNanoseconds: SignalTime?
        /// Whether it goes on and off so often that receivers hold it for firing until it settles.
        let isFlapping: Bool
        /// Why nobody is told of it now.
        @Explicit var suppression: String?
        /// What its subject depends on and it waits for, which is gone or suspected to be.
        @Explicit var heldBy: ComponentIdentifier?

        enum CodingKeys: String, CodingKey {
            case rule, subject, severity, state, value, suppression
            case heldBy = "held_by"
            case staleSinceUnixNanoseconds = "stale_since_unix_ns"
            case isFlapping = "is_flapping"
        }

        init(_ alert: HealthModel.Alert, isFlapping: Bool, _ suppression: AlertSuppression?) {
            rule = alert.rule
            subject = alert.subject
            severity = alert.severity
            state = alert.state
            value = alert.value.flatMap { $0.isFinite ? $0 : nil }
            staleSinceUnixNanoseconds = alert.staleSince
            self.isFlapping = isFlapping
            self.suppression = suppression.map { "\($0)" }
            heldBy = suppression?.parent?.cause
        }

        var words: String {
            var words = "\(state.rawValue) \(severity.rawValue) \(rule) \(subject)"
            if isFlapping { words += ", flapping: held for firing until it settles" }
            if let stale = staleSinceUnixNanoseconds {
                words += ", nothing known since \(HealthTimelineDocument.clock(stale))"
            }
            if let suppression { words += ", not told: \(suppression)" }
            return words
        }
    }

    /// A mute.
    struct Mute: Encodable {
        let name: String
        let expiresUnixNanoseconds: SignalTime
        let owner: String
        let reason: String

        enum CodingKeys: String, CodingKey {
            case name, owner, reason
            case expiresUnixNanoseconds = "expires_unix_ns"
        }
    }

    /// - Parameter before: what the engine had counted before this run.
    init(
        _ set: RuleSet, _ node: String, _ watch: HealthWatch, _ step: HealthWatch.Step, since before: EngineCounts,
        _ problems: [SignalError], _ undelivered: [String], isPaceKnown: Bool
    ) {
        let engine = watch.engine
        rules = .init(set)
        self.node = node
        signals = engine.catalogue.count
        verdicts = Dictionary(
            engine.verdicts().map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: { first, _ in first })
        let unseen = set.rules.filter { engine.verdicts(of: $0.id).isEmpty }
        unseenRules = unseen.map(\.id)
        unseenSignals = Dictionary(
            unseen.compactMap { rule in
                SignalGiver.of(rule.selector.name.text).map { (rule.selector.name.text, $0.words) }
            }, uniquingKeysWith: { first, _ in first })
        misfits = engine.misfits.sorted { $0.key < $1.key }.map { "\($0.value)" }
        let flapping = watch.dispatcher.flapping
        let flags = Set(flapping.map(\.fingerprint))
        let live = engine.liveAlerts
        let present = Set(live.map(\.fingerprint))
        let suppressions = watch.dispatcher.suppressions(at: step.time) { watch.isSuspected($0, at: step.time) }
        alerts = (live + flapping.filter { !present.contains($0.fingerprint) }).map {
            Alert($0, isFlapping: flags.contains($0.fingerprint), suppressions[$0.fingerprint])
        }
        mutes = watch.dispatcher.mutes.values.sorted { $0.name < $1.name }.map {
            Mute(name: $0.name, expiresUnixNanoseconds: $0.expires, owner: $0.owner, reason: $0.reason)
        }
        endedMutes = Dictionary(
            step.endedMutes.map { ($0.name, $0.reason) }, uniquingKeysWith: { first, _ in first })
        counts = HealthCountsDocument(engine.counts, since: before)
        self.problems = problems.prefix(100).map { "\($0)" }
        self.undelivered = undelivered
        self.isPaceKnown = isPaceKnown
    }

    /// 1 where an alert fires or flaps; 0 only where every rule saw a signal, all are healthy, nothing is in doubt and
    /// everybody was told.
    var status: ExitStatus {
        if alerts.contains(where: { $0.state == .firing || $0.isFlapping }) { return .requirementNotMet }
        let isKnown = verdicts.keys.allSatisfy { $0 == SignalVerdict.healthy.rawValue } && !verdicts.isEmpty
        let isWhole = unseenRules.isEmpty && misfits.isEmpty && counts.doubts.isEmpty && problems.isEmpty
        return isKnown && isWhole && undelivered.isEmpty ? .requirementMet : .undetermined
    }

    /// The state for people.
    var text: TextDocument {
        var document = TextDocument()
        document.add(.heading("\(node) by rules \(rules.name), version \(rules.version)"))
        var facts: [TextDocument.Fact] = [.init("signals", "\(signals)")]
        for (verdict, count) in verdicts.sorted(by: { $0.key < $1.key }) { facts.append(.init(verdict, "\(count)")) }
        facts.append(.init("rules without signal", "\(unseenRules.count) of \(rules.count)"))
        document.add(.facts(facts))
        if !alerts.isEmpty { document.add(.heading("Alerts")) }
        for alert in alerts.prefix(100) {
            document.add(.paragraph(alert.words, tone: alert.state == .firing ? .bad : .warning))
        }
        for mute in mutes {
            let end = HealthTimelineDocument.clock(mute.expiresUnixNanoseconds)
            document.add(.paragraph("Muted: \(mute.name), until \(end), by \(mute.owner): \(mute.reason)"))
        }
        for (name, end) in endedMutes.sorted(by: { $0.key < $1.key }) {
            document.add(.paragraph("Not muted any more: \(name): \(end.rawValue)", tone: .warning))
        }
        if let undecided = verdicts[SignalVerdict.undecided.rawValue], !isPaceKnown {
            document.add(
                .paragraph(
                    "Not decided: \(undecided); rules over a window need a run each so often: --state FILE --every 1m",
                    tone: .warning))
        }
        for (signal, giver) in unseenSignals.sorted(by: { $0.key < $1.key }) {
            document.add(.paragraph("Not seen: \(signal); \(giver)", tone: .warning))
        }
        for misfit in misfits { document.add(.paragraph("Not judged: \(misfit)", tone: .warning)) }
        for words in counts.doubts { document.add(.paragraph("In doubt: \(words).", tone: .warning)) }
        for problem in problems { document.add(.paragraph("Unreadable: \(problem)", tone: .warning)) }
        for words in undelivered { document.add(.paragraph("Not told: \(words)", tone: .warning)) }
        document.add(.heading("Outcome"))
        switch status {
        case .requirementMet: document.add(.paragraph("HEALTHY: all rules judged, none fires", tone: .good))
        case .requirementNotMet: document.add(.paragraph("FIRING: see above", tone: .bad))
        default: document.add(.paragraph("NOT KNOWN: nothing fires, and not everything is known", tone: .warning))
        }
        return document
    }
}
