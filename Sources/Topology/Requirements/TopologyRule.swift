public import ClusterCore

/// A rule of a cluster's architecture: what it asks, why, what to do where it is broken, and how it is told from a model.
///
/// The figures are not here: they are parameters of a profile (``TopologyProfile``), and a rule that the profile does not
/// name is not asked.
public struct TopologyRule: Sendable {
    /// What it asks, why, and what to do where it is broken.
    public let explanation: RuleExplanation
    /// Its name, as findings have it.
    public var rule: RuleID { explanation.rule }

    /// Tells it from a model.
    let judge: @Sendable (inout RuleJudgement) throws -> Void

    /// A figure of a rule.
    public typealias Parameter = RuleExplanation.Parameter

    init(
        _ rule: RuleID, _ title: String, reason: String, remedy: String, parameters: [Parameter] = [],
        judge: @escaping @Sendable (inout RuleJudgement) throws -> Void
    ) {
        self.init(RuleExplanation(rule, title, reason: reason, remedy: remedy, parameters), judge: judge)
    }

    init(_ explanation: RuleExplanation, judge: @escaping @Sendable (inout RuleJudgement) throws -> Void) {
        self.explanation = explanation
        self.judge = judge
    }
}

extension TopologyRule {
    /// All rules, by name.
    public static let all: [TopologyRule] = [
        clusterRules, zoneRules, processorRules, hardwareRules, driveRules, storageRules, rackRules, siteRules,
        powerRules, cablingRules, trafficRules, lossRules, switchRules, operationRules, backupRules, workloadRules,
        recoveryRules,
    ].joined().sorted { $0.rule < $1.rule }

    /// The rule of a name, or `nil` where there is none.
    public static func named(_ name: String) -> TopologyRule? { all.first { $0.rule.rawValue == name } }

    /// The rule whose name is nearest to a misspelt one.
    public static func nearest(to name: String) -> RuleID? {
        let names = all.map(\.rule.rawValue)
        let found = names.first { $0.hasSuffix(".\(name.lowercased())") } ?? NearestName.nearest(to: name, among: names)
        return found.flatMap { RuleID(rawValue: $0) }
    }

    /// What the architecture and Microsoft's pages say differently of this rule, figure by figure, each value with who says
    /// it. Figures on which they agree are left out.
    public var disagreements: [Disagreement] { explanation.parameters.compactMap { disagreement(on: $0.name) } }

    /// What sources say differently of one figure, or `nil` where they agree.
    /// - Parameter profile: the profile that set the figure: one for another kind of cluster has sources of its own.
    public func disagreement(on parameter: String, setBy profile: String? = nil) -> Disagreement? {
        Disagreement(rule, parameter, setBy: profile)
    }
}

/// A figure on which sources disagree.
public struct Disagreement: Sendable, Hashable {
    public let rule: RuleID
    public let parameter: String
    /// Each value with those who say it.
    public let positions: [Position]

    /// A value and who says it.
    public struct Position: Sendable, Hashable {
        public let value: ParameterValue
        public let sources: [String]
    }

    init?(_ rule: RuleID, _ parameter: String, setBy setter: String?) {
        var positions: [(value: ParameterValue, sources: [String])] = []
        let general = [TopologyProfile.architecture, TopologyProfile.azureLocal23H2]
        let special = TopologyProfile.builtIn.filter { $0.name == setter && !general.contains($0) }
        for profile in special.isEmpty ? general : special {
            guard let settings = profile.rules[rule], let value = settings.parameters[parameter] else { continue }
            // Who says it: the page, where one is named, else the architecture's items.
            let page = Reference(document: settings.source?.document, date: settings.source?.date).description
            let source = page.isEmpty ? settings.source?.description ?? profile.name : page
            if let index = positions.firstIndex(where: { $0.value == value }) {
                if !positions[index].sources.contains(source) { positions[index].sources.append(source) }
            } else {
                positions.append((value, [source]))
            }
        }
        for reading in TopologyProfile.furtherReadings
        where reading.rule == rule && reading.parameter == parameter
            && (special.isEmpty ? general : special).contains(where: { $0.name == reading.profile })
        {
            if !positions.contains(where: { $0.value == reading.value }) {
                positions.append((reading.value, [reading.source]))
            }
        }
        guard positions.count > 1 else { return nil }
        self.rule = rule
        self.parameter = parameter
        self.positions = positions.map { Position(value: $0.value, sources: $0.sources) }
    }

    /// `128 GB (AL-9); 32 GB (Microsoft, …)`.
    public var words: String {
        positions.map { "\($0.value.humanText) (\($0.sources.joined(separator: "; ")))" }.joined(separator: " · ")
    }
}

extension ParameterValue {
    /// The value for people: sizes as they are sold.
    var humanText: String {
        switch self {
        case .bytes(let value): "\(value.decimalText)"
        case .fraction(let value): "\(value.percentText)"
        case .bitRate(let value): "\(value.decimalText)"
        default: description
        }
    }
}
