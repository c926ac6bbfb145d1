public import ClusterCore

extension LatencyRequirement {
    /// Reads the requirement from a profile's rules `rdma.latency`, `rdma.loss` and `rdma.software`, see
    /// ``ProbeProfile``. A rule that is off is as good as absent.
    /// - Throws: `ProfileError` where a parameter is missing, of another kind or not known, and where the profile has
    ///   neither of the first two rules, so that a profile meant for something else is not taken for a lenient one.
    public init(_ profile: ResolvedProfile) throws(ProfileError) {
        guard profile.rules[Self.latencyRule] != nil || profile.rules[Self.lossRule] != nil else {
            throw ProfileError(profile: profile.name, path: "/rules", problem: .missingRule(Self.latencyRule))
        }
        self.init(
            profile: profile.name, latency: try Latency(profile), loss: try Loss(profile),
            datagramLoss: try DatagramLoss(profile),
            softwareSeverity: profile.mode(of: Self.softwareRule) == .off
                ? nil : profile.severity(of: Self.softwareRule, otherwise: .warning))
    }

    /// Reads the requirement from a profile that may extend the built-in ones.
    public init(_ profile: RuleProfile) throws(ProfileError) {
        try self.init(profile.resolved(in: ProbeProfile.builtIn))
    }
}

extension LatencyRequirement.Latency {
    init?(_ profile: ResolvedProfile) throws(ProfileError) {
        let rule = LatencyRequirement.latencyRule
        guard let settings = profile.rules[rule], settings.mode != .off else { return nil }
        try profile.refuseParameters(
            of: rule,
            otherThan: ["percentile", "sizes", "sizes_up_to", "operations", "required_below", "optimal_below"])
        let required = try profile.nanoseconds(rule, "required_below")
        let optimal =
            profile.has(rule, "optimal_below") ? try profile.nanoseconds(rule, "optimal_below") : nil
        if let optimal, optimal > required {
            throw profile.error(
                rule, "optimal_below", "\(optimal)ns", expected: "at most required_below, \(required)ns")
        }
        self.init(
            percentile: try profile.percentile(rule, "percentile"),
            sizesBytes: try profile.sizes(rule, "sizes"),
            sizesUpToBytes: profile.has(rule, "sizes_up_to") ? try profile.bytes(rule, "sizes_up_to").bytes : nil,
            operations: try profile.operations(rule, "operations"),
            requiredBelowNanoseconds: required, optimalBelowNanoseconds: optimal, decides: settings.mode == .enforce,
            severity: settings.severity ?? .critical, reference: settings.source)
        if sizesBytes.isEmpty, sizesUpToBytes == nil {
            throw profile.error(rule, "sizes", "", expected: "a size at least, or sizes_up_to")
        }
    }
}

extension LatencyRequirement.Loss {
    init?(_ profile: ResolvedProfile) throws(ProfileError) {
        let rule = LatencyRequirement.lossRule
        guard let settings = profile.rules[rule], settings.mode != .off else { return nil }
        try profile.refuseParameters(of: rule, otherThan: ["at_most"])
        let atMost = try profile.count(rule, "at_most")
        guard let atMost = UInt64(exactly: atMost) else {
            throw profile.error(rule, "at_most", "\(atMost)", expected: "a count of zero or more")
        }
        self.init(
            atMost: atMost, decides: settings.mode == .enforce, severity: settings.severity ?? .critical,
            reference: settings.source)
    }
}

extension LatencyRequirement.DatagramLoss {
    init?(_ profile: ResolvedProfile) throws(ProfileError) {
        let rule = LatencyRequirement.datagramLossRule
        guard let settings = profile.rules[rule], settings.mode != .off else { return nil }
        try profile.refuseParameters(of: rule, otherThan: ["at_most"])
        let atMost = try profile.fraction(rule, "at_most")
        guard atMost >= .zero, atMost <= .one else {
            throw profile.error(rule, "at_most", "\(atMost)", expected: "a share from 0 to 1, such as 1/1000 or 0.1%")
        }
        self.init(
            atMost: atMost, decides: settings.mode == .enforce, severity: settings.severity ?? .critical,
            reference: settings.source)
    }
}

extension ResolvedProfile {
    fileprivate func has(_ rule: RuleID, _ parameter: String) -> Bool { rules[rule]?.parameters[parameter] != nil }

    fileprivate func error(_ rule: RuleID, _ parameter: String, _ found: String, expected: String) -> ProfileError {
        ProfileError(
            profile: rules[rule]?.parameters[parameter]?.profile ?? name,
            path: "/rules/\(rule)/parameters/\(parameter)",
            problem: .badName(found, expected: expected))
    }

    /// A parameter that nobody reads may be a misspelt one.
    fileprivate func refuseParameters(of rule: RuleID, otherThan known: [String]) throws(ProfileError) {
        for name in (rules[rule]?.parameters ?? [:]).keys.sorted() where !known.contains(name) {
            throw ProfileError(
                profile: rules[rule]?.parameters[name]?.profile ?? self.name, path: "/rules/\(rule)/parameters",
                problem: .unknownKey(name, known: known))
        }
    }

    fileprivate func nanoseconds(_ rule: RuleID, _ parameter: String) throws(ProfileError) -> UInt64 {
        let duration = try duration(rule, parameter)
        guard let whole = try? duration.nanoseconds(), let value = UInt64(exactly: whole) else {
            throw error(rule, parameter, duration.unitText, expected: "a whole number of nanoseconds, zero or more")
        }
        return value
    }

    fileprivate func percentile(_ rule: RuleID, _ parameter: String) throws(ProfileError) -> Percentile {
        let text = try text(rule, parameter)
        guard let percentile = Percentile(name: text), Percentile.reported.contains(percentile) else {
            let names = Percentile.reported.map(\.name).joined(separator: ", ")
            throw error(rule, parameter, text, expected: "one of the reported percentiles: \(names)")
        }
        return percentile
    }

    fileprivate func sizes(_ rule: RuleID, _ parameter: String) throws(ProfileError) -> [UInt64] {
        guard has(rule, parameter) else { return [] }
        var sizes: [UInt64] = []
        for text in try list(rule, parameter) {
            do throws(UnitError) {
                sizes.append(try ByteCount(parsing: text).bytes)
            } catch {
                throw ProfileError(
                    profile: rules[rule]?.parameters[parameter]?.profile ?? name,
                    path: "/rules/\(rule)/parameters/\(parameter)", problem: .badUnit(error))
            }
        }
        return sizes
    }

    fileprivate func operations(_ rule: RuleID, _ parameter: String) throws(ProfileError) -> [Operation]? {
        guard has(rule, parameter) else { return nil }
        var operations: [Operation] = []
        for word in try list(rule, parameter) {
            guard let operation = Operation(rawValue: word) else {
                let names = Operation.allCases.map(\.rawValue).joined(separator: ", ")
                throw error(rule, parameter, word, expected: "an operation: \(names)")
            }
            operations.append(operation)
        }
        return operations
    }
}
