public import ClusterCore

/// Whether an operation can be done, and why.
public struct ControlPlaneAnswer: Sendable, Hashable {
    /// Whether it can.
    public let availability: Availability
    /// Why, in a sentence.
    public let reason: String
    /// Where it is written.
    public let reference: Reference

    /// Whether an operation can be done.
    public enum Availability: String, Sendable, Hashable, Codable, CaseIterable {
        case available
        /// It can, more slowly or not always.
        case degraded
        case unavailable
        /// What is known does not decide it.
        case unknown
    }
}

extension ControlPlaneSituation {
    /// Whether an operation can be done in this situation (AL-80).
    ///
    /// A day count is whole days: with a clock of 30 days the 30th is the last good one. What is not known makes the answer
    /// ``ControlPlaneAnswer/Availability/unknown`` unless it is the same whatever the unknown turns out to be.
    /// - Throws: ClusterCore's `ProfileError` where the profile has a clock that is no count.
    public func answer(
        to operation: ControlPlaneOperation, by profile: ResolvedProfile
    ) throws(ProfileError) -> ControlPlaneAnswer {
        let clocks = try Clocks(profile)
        if link == nil {
            return try agreed(
                operation, profile,
                LinkState.allCases.map { state in
                    var known = self
                    known.link = state
                    return known
                }, missing: "the state of the link")
        }
        if daysSinceSync == nil {
            let edges = [clocks.sync, clocks.arcIdentity].compactMap { $0 }
            return try agreed(
                operation, profile,
                ([0] + edges + edges.map { $0 + 1 }).map { days in
                    var known = self
                    known.daysSinceSync = days
                    return known
                }, missing: "the day of the last sync")
        }
        return decided(operation, clocks)
    }

    /// The answer that all of some situations have, or that nobody can tell.
    private func agreed(
        _ operation: ControlPlaneOperation, _ profile: ResolvedProfile, _ situations: [ControlPlaneSituation],
        missing: String
    ) throws(ProfileError) -> ControlPlaneAnswer {
        var answers: [ControlPlaneAnswer] = []
        for situation in situations { answers.append(try situation.answer(to: operation, by: profile)) }
        if let first = answers.first, answers.allSatisfy({ $0.availability == first.availability }) { return first }
        return ControlPlaneAnswer(
            availability: .unknown, reason: "it depends on \(missing), which is not known",
            reference: answers.last?.reference ?? Reference())
    }

    /// The answer where all that counts is known.
    private func decided(_ operation: ControlPlaneOperation, _ clocks: Clocks) -> ControlPlaneAnswer {
        switch operation.side {
        case .dataPlane:
            return answer(operation, .available, "the data plane is on site and needs no cloud")
        case .local: return localAnswer(operation, clocks)
        case .link: return linkAnswer(operation)
        case .cloud: return mode.isConnected ? cloudAnswer(operation, clocks) : cloudlessAnswer(operation)
        }
    }

    private func localAnswer(_ operation: ControlPlaneOperation, _ clocks: Clocks) -> ControlPlaneAnswer {
        if operation == .createVirtualMachine, mode.isConnected, let limit = clocks.sync, (daysSinceSync ?? 0) > limit {
            return ControlPlaneAnswer(
                availability: .unavailable,
                reason: "out of policy: more than \(limit) days without a sync; what runs keeps running",
                reference: clocks.reference(clocks.syncSource, [78]))
        }
        let items = mode.isConnected ? operation.items : [79]
        return answer(operation, .available, "it is governed on site", items)
    }

    private func linkAnswer(_ operation: ControlPlaneOperation) -> ControlPlaneAnswer {
        let modes: [ControlPlaneMode] =
            operation == .downloadUpdates ? [.connected, .periodicLink] : [.connected, .disconnectedDiagnostics]
        guard modes.contains(mode) else {
            let instead =
                operation == .downloadUpdates
                ? "nothing reaches out in this mode; carry updates in on media"
                : "nothing reaches out in this mode; export logs and hand them over"
            return answer(operation, .unavailable, instead, operation == .downloadUpdates ? [104, 105] : [104])
        }
        return byLink(operation)
    }

    private func cloudAnswer(_ operation: ControlPlaneOperation, _ clocks: Clocks) -> ControlPlaneAnswer {
        if link != .down, operation.needsArcIdentity, let limit = clocks.arcIdentity, (daysSinceSync ?? 0) > limit {
            return ControlPlaneAnswer(
                availability: .unavailable,
                reason:
                    "the Arc identity expired: more than \(limit) days without a connection; connect the machines anew",
                reference: clocks.reference(clocks.arcIdentitySource, operation.items))
        }
        return byLink(operation)
    }

    private func byLink(_ operation: ControlPlaneOperation) -> ControlPlaneAnswer {
        switch link {
        case .up: return answer(operation, .available, "the link is up")
        case .degraded:
            return answer(
                operation, .degraded, "the link is slower than management needs", operation.items + [103])
        case .down, nil:
            return answer(operation, .unavailable, "the link is down; it waits until the link is back")
        }
    }

    private func cloudlessAnswer(_ operation: ControlPlaneOperation) -> ControlPlaneAnswer {
        if localControl == .appliance, operation.isDoneByAppliance {
            return ControlPlaneAnswer(
                availability: .available, reason: "a control plane on site does it in the cloud's place",
                reference: Reference(
                    architecture: operation.items, document: "Microsoft, disconnected-operations-overview",
                    date: "2025-06-20"))
        }
        let items: [Int]
        let instead: String
        switch operation {
        case .backUpKeysToCloud:
            (items, instead) = ([65, 104], "no cloud governs in this mode; back recovery keys up by hand")
        case .backUpToCloud, .recoverInCloud:
            (items, instead) = ([104, 117], "no cloud governs in this mode; back up and recover on site")
        default: (items, instead) = ([79, 104], "no cloud governs in this mode")
        }
        return answer(operation, .unavailable, instead, items)
    }

    private func answer(
        _ operation: ControlPlaneOperation, _ availability: ControlPlaneAnswer.Availability, _ reason: String,
        _ items: [Int]? = nil
    ) -> ControlPlaneAnswer {
        ControlPlaneAnswer(
            availability: availability, reason: reason, reference: Reference(architecture: items ?? operation.items))
    }
}

// MARK: Clocks

/// The clocks of a profile, in days.
private struct Clocks {
    let sync: Int?
    let arcIdentity: Int?
    let syncSource: Reference?
    let arcIdentitySource: Reference?

    init(_ profile: ResolvedProfile) throws(ProfileError) {
        func days(_ rule: RuleID) throws(ProfileError) -> Int? {
            guard profile.asks(rule) else { return nil }
            // Beyond any calendar a clock does not run; the bound keeps the day after it a number.
            return Int(max(0, min(try profile.count(rule, "days"), 10_000_000)))
        }
        sync = try days(ControlPlaneProfile.sync)
        arcIdentity = try days(ControlPlaneProfile.arcIdentity)
        syncSource = profile.rule(governing: ControlPlaneProfile.sync)?.source
        arcIdentitySource = profile.rule(governing: ControlPlaneProfile.arcIdentity)?.source
    }

    func reference(_ source: Reference?, _ items: [Int]) -> Reference {
        Reference(
            architecture: items + (source?.architecture ?? []), document: source?.document, date: source?.date)
    }
}

/// A clock that runs while a cluster does not synchronise.
public struct ControlPlaneClock: Sendable, Hashable {
    /// The rule that sets it.
    public let rule: RuleID
    /// After how many days it runs out.
    public let days: Int
    /// How many days are left; below zero where it has run out, `nil` where the day of the last sync is not known.
    public let daysLeft: Int?
    /// What happens when it runs out.
    public let consequence: String
    /// Where it is written.
    public let reference: Reference
}

extension ControlPlaneSituation {
    /// The clocks that run in this situation; without a connected cloud none does.
    /// - Throws: ClusterCore's `ProfileError` where the profile has a clock that is no count.
    public func clocks(by profile: ResolvedProfile) throws(ProfileError) -> [ControlPlaneClock] {
        guard mode.isConnected else { return [] }
        let clocks = try Clocks(profile)
        let days = daysSinceSync.map { max(0, min($0, 10_000_000)) }
        return [
            (
                ControlPlaneProfile.sync, clocks.sync, clocks.syncSource,
                "no virtual machine is created until the next sync"
            ),
            (
                ControlPlaneProfile.arcIdentity, clocks.arcIdentity, clocks.arcIdentitySource,
                "the machines must be connected to Arc anew"
            ),
        ].compactMap { rule, limit, source, consequence in
            limit.map { limit in
                ControlPlaneClock(
                    rule: rule, days: limit, daysLeft: days.map { limit - $0 }, consequence: consequence,
                    reference: source ?? Reference())
            }
        }
    }

    /// A finding for each clock that has run out or of which nobody can tell how it stands, as severe as the profile says;
    /// information where fewer than `notice` days are left.
    /// - Throws: ClusterCore's `ProfileError` where the profile has a clock that is no count.
    public func findings(by profile: ResolvedProfile, notice: Int = 7) throws(ProfileError) -> [Finding] {
        try clocks(by: profile).compactMap { clock in
            let severity: Severity
            switch clock.daysLeft {
            case nil, .some(..<0): severity = profile.severity(of: clock.rule, otherwise: .critical)
            case let left? where left < notice: severity = .information
            default: return nil
            }
            return Finding(
                rule: clock.rule, severity: severity, outcome: clock.daysLeft == nil ? .undetermined : .notMet,
                subject: "control-plane",
                required: .text("a sync within \(clock.days) days"),
                measured: daysSinceSync.map { .text("\($0) days since the last sync") },
                remedy: "let the cluster reach the cloud; else \(clock.consequence)", reference: clock.reference)
        }
    }
}
