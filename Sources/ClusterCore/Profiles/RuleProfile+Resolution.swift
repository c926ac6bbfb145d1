extension RuleProfile {
    /// Fills in what this profile leaves to the one that it extends, and that to the next, from a set of known
    /// profiles.
    ///
    /// The nearest profile wins, parameter by parameter. A parameter keeps the kind that the most general profile gave
    /// it: a duration cannot be replaced by a size.
    public func resolved(in known: some Collection<RuleProfile>) throws(ProfileError) -> ResolvedProfile {
        let chain = try self.chain(in: known)
        var rules: [RuleID: ResolvedRule] = [:]
        for profile in chain.reversed() {
            for (id, settings) in profile.rules.sorted(by: { $0.key < $1.key }) {
                var rule = rules[id] ?? ResolvedRule(parameters: [:], severity: nil, mode: .enforce, source: nil)
                try rule.apply(settings, of: id, from: profile)
                rules[id] = rule
            }
        }
        return ResolvedProfile(
            name: name, version: version, chain: chain.map(\.name), rules: rules,
            exemptions: chain.reversed().flatMap(\.exemptions))
    }

    /// This profile and those that it extends, near to far.
    private func chain(in known: some Collection<RuleProfile>) throws(ProfileError) -> [RuleProfile] {
        var chain = [self]
        while let parent = chain[chain.count - 1].extends {
            let names = chain.map(\.name) + [parent]
            func error(_ problem: ProfileError.Problem) -> ProfileError {
                ProfileError(profile: name, path: "/extends", problem: problem)
            }
            guard !chain.contains(where: { $0.name == parent }) else { throw error(.cycle(chain: names)) }
            guard chain.count < Limit.chain else { throw error(.chainTooLong(chain: names, limit: Limit.chain)) }
            let found = known.filter { $0.name == parent }
            guard let next = found.first else {
                throw error(.unknownParent(chain: names, known: Set(known.map(\.name)).sorted()))
            }
            guard found.allSatisfy({ $0 == next }) else { throw error(.ambiguousParent(chain: names)) }
            chain.append(next)
        }
        return chain
    }
}

extension ResolvedRule {
    fileprivate mutating func apply(
        _ settings: RuleSettings, of id: RuleID, from profile: RuleProfile
    ) throws(ProfileError) {
        severity = settings.severity ?? severity
        mode = settings.mode ?? mode
        source = settings.source ?? source
        for (name, value) in settings.parameters.sorted(by: { $0.key < $1.key }) {
            let path = DocumentPath().appending("rules").appending(id.rawValue).appending("parameters").appending(name)
            let kept = try parameters[name].map { before throws(ProfileError) in
                try value.required(before.value.kind, profile: profile.name, path: path)
            }
            parameters[name] = ResolvedParameter(value: kept ?? value, profile: profile.name, source: settings.source)
        }
    }
}

extension ParameterValue {
    /// This value as one of the kind that is asked for.
    func required(_ kind: Kind, profile: String, path: DocumentPath) throws(ProfileError) -> ParameterValue {
        var reason: UnitError?
        do throws(UnitError) {
            if let value = try converted(to: kind) { return value }
        } catch {
            reason = error
        }
        throw ProfileError(
            profile: profile, path: path.pointer, problem: .wrongKind(expected: kind, found: self, because: reason))
    }
}
