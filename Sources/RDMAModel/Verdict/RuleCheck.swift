public import ClusterCore

/// One requirement as it was applied to one thing, also where it is met: what a verdict was concluded from.
///
/// Findings say what deserves attention; checks say everything that was asked and how the answer was.
public struct RuleCheck: Sendable, Hashable, Codable {
    /// The rule that was applied.
    public var rule: RuleID
    /// The cell that it was applied to; `nil` where it is about the run as a whole.
    @Explicit public var cell: ProbePlan.Cell?
    /// How it ended.
    public var outcome: Outcome
    /// Why, in a sentence.
    public var reason: String

    /// How a check ended.
    public enum Outcome: String, Sendable, Hashable, Codable, CaseIterable {
        /// The requirement is met, or exempted: the reason says which.
        case met
        /// The requirement is broken.
        case notMet = "not_met"
        /// What is known does not decide it.
        case undetermined
    }

    public init(rule: RuleID, cell: ProbePlan.Cell? = nil, outcome: Outcome, reason: String) {
        self.rule = rule
        self.cell = cell
        self.outcome = outcome
        self.reason = reason
    }
}

extension LatencyRequirement {
    /// Every requirement that was applied: the run as a whole first, then cell by cell in the order of the plan.
    func checks(of claims: Claims, _ evidence: ProbeEvidence) -> [RuleCheck] {
        var checks: [RuleCheck] = []
        // Where cells were measured, the ends did connect, whatever came later.
        if evidence.cells.contains(where: { $0.samples > 0 }) {
            checks.append(
                RuleCheck(rule: Shortfall.rdmaConnection.rule, outcome: .met, reason: "The two ends are connected."))
        }
        let lists: [([Claim], RuleCheck.Outcome)] = [
            (claims.broken, .notMet), (claims.missing, .undetermined), (claims.met, .met),
        ]
        for (list, outcome) in lists {
            for claim in list where claim.absent.isEmpty {
                checks.append(
                    RuleCheck(rule: claim.rule, cell: claim.cell, outcome: outcome, reason: claim.sentence))
            }
            for cell in list.flatMap(\.absent) { checks += absences(of: cell, evidence) }
        }
        if loss?.decides == true {
            for cell in evidence.cells where cell.samples > 0 || cell.lost > 0 {
                let judged = checks.contains { $0.rule == Self.lossRule && $0.cell == cell.cell }
                guard !judged else { continue }
                let lost = cell.lost == 0 ? "No operation" : "\(cell.lost) operations, no more than allowed,"
                checks.append(
                    RuleCheck(
                        rule: Self.lossRule, cell: cell.cell, outcome: .met,
                        reason: "\(lost) of \(cell.cell.words) \(cell.lost == 0 ? "was" : "were") lost."))
            }
        }
        checks += datagramChecks(of: claims, evidence)
        return inOrder(checks, evidence.plan)
    }

    /// What a cell that was not measured leaves open.
    private func absences(of cell: ProbePlan.Cell, _ evidence: ProbeEvidence) -> [RuleCheck] {
        var rules: [RuleID] = []
        if let latency, latency.decides, latency.demanded(by: evidence.plan).contains(cell) {
            rules.append(Self.latencyRule)
        }
        if loss?.decides == true, evidence.plan.cells.contains(cell) { rules.append(Self.lossRule) }
        return rules.map {
            RuleCheck(rule: $0, cell: cell, outcome: .undetermined, reason: "\(cell.words) was not measured.")
        }
    }

    private func inOrder(_ checks: [RuleCheck], _ plan: ProbePlan) -> [RuleCheck] {
        let cells = plan.cells
        func place(_ check: RuleCheck) -> Int {
            guard let cell = check.cell else { return -1 }
            return cells.firstIndex(of: cell) ?? cells.count
        }
        return checks.enumerated().sorted { left, right in
            let (one, other) = (place(left.element), place(right.element))
            if one != other { return one < other }
            // Of the cells that are not planned each stays together; of a cell the rules are in one order.
            if one < 0 || one == cells.count { return left.offset < right.offset }
            return left.element.rule < right.element.rule
        }.map(\.element)
    }
}
