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
    let alerts: [Alert]
    /// Files of the host that are not what they should be.
    let problems: [String]
    /// Notifications that nobody took, with why.
    let undelivered: [String]

    enum CodingKeys: String, CodingKey {
        case rules, node, signals, verdicts, alerts, problems, undelivered
        case unseenRules = "unseen_rules"
    }

    /// An alert that is pending or fires.
    struct Alert: Encodable {
        let rule: RuleID
        let subject: ComponentIdentifier
        let severity: Severity
        let state: HealthModel.Alert.State
        @Explicit var value: Double?
        @Explicit var staleSinceUnixNanoseconds: SignalTime?

        enum CodingKeys: String, CodingKey {
            case rule, subject, severity, state, value
            case staleSinceUnixNanoseconds = "stale_since_unix_ns"
        }
    }

    init(_ set: RuleSet, _ node: String, _ engine: AlertEngine, _ problems: [SignalError], _ undelivered: [String]) {
        rules = .init(set)
        self.node = node
        signals = engine.catalogue.count
        verdicts = Dictionary(
            engine.verdicts().map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: { first, _ in first })
        unseenRules = set.rules.map(\.id).filter { engine.verdicts(of: $0).isEmpty }
        alerts = engine.liveAlerts.map { alert in
            Alert(
                rule: alert.rule, subject: alert.subject, severity: alert.severity, state: alert.state,
                value: alert.value.flatMap { $0.isFinite ? $0 : nil }, staleSinceUnixNanoseconds: alert.staleSince)
        }
        self.problems = problems.prefix(100).map { "\($0)" }
        self.undelivered = undelivered
    }

    /// 1 where an alert fires; 0 only where every rule saw a signal, all are healthy, and everybody was told.
    var status: ExitStatus {
        if alerts.contains(where: { $0.state == .firing }) { return .requirementNotMet }
        let isKnown = verdicts.keys.allSatisfy { $0 == SignalVerdict.healthy.rawValue } && !verdicts.isEmpty
        return isKnown && unseenRules.isEmpty && problems.isEmpty && undelivered.isEmpty
            ? .requirementMet : .undetermined
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
            let stale = alert.staleSinceUnixNanoseconds == nil ? "" : ", nothing known since"
            document.add(
                .paragraph(
                    "\(alert.state.rawValue) \(alert.severity.rawValue) \(alert.rule) \(alert.subject)\(stale)",
                    tone: alert.state == .firing ? .bad : .warning))
        }
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
