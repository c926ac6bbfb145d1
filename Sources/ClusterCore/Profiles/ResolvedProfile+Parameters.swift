/// The figures of rules, by their kind. Each lookup throws a ``ProfileError`` that names the rule and the parameter
/// where there is no such figure or where it is of another kind.
extension ResolvedProfile {
    /// A duration.
    public func duration(_ rule: RuleID, _ parameter: String) throws(ProfileError) -> Duration {
        try value(rule, parameter, .duration) { if case .duration(let value) = $0 { value } else { nil } }
    }

    /// A size; a text of digits is bytes.
    public func bytes(_ rule: RuleID, _ parameter: String) throws(ProfileError) -> ByteCount {
        try value(rule, parameter, .bytes) { if case .bytes(let value) = $0 { value } else { nil } }
    }

    /// A bit rate.
    public func bitRate(_ rule: RuleID, _ parameter: String) throws(ProfileError) -> BitRate {
        try value(rule, parameter, .bitRate) { if case .bitRate(let value) = $0 { value } else { nil } }
    }

    /// A byte rate.
    public func byteRate(_ rule: RuleID, _ parameter: String) throws(ProfileError) -> ByteRate {
        try value(rule, parameter, .byteRate) { if case .byteRate(let value) = $0 { value } else { nil } }
    }

    /// A share or a ratio; a count is a whole fraction.
    public func fraction(_ rule: RuleID, _ parameter: String) throws(ProfileError) -> Fraction {
        try value(rule, parameter, .fraction) { if case .fraction(let value) = $0 { value } else { nil } }
    }

    /// A power.
    public func watts(_ rule: RuleID, _ parameter: String) throws(ProfileError) -> Watts {
        try value(rule, parameter, .watts) { if case .watts(let value) = $0 { value } else { nil } }
    }

    /// A temperature.
    public func celsius(_ rule: RuleID, _ parameter: String) throws(ProfileError) -> Celsius {
        try value(rule, parameter, .celsius) { if case .celsius(let value) = $0 { value } else { nil } }
    }

    /// A whole number of things.
    public func count(_ rule: RuleID, _ parameter: String) throws(ProfileError) -> Int64 {
        try value(rule, parameter, .count) { if case .count(let value) = $0 { value } else { nil } }
    }

    /// Yes or no.
    public func flag(_ rule: RuleID, _ parameter: String) throws(ProfileError) -> Bool {
        try value(rule, parameter, .flag) { if case .flag(let value) = $0 { value } else { nil } }
    }

    /// A text.
    public func text(_ rule: RuleID, _ parameter: String) throws(ProfileError) -> String {
        try value(rule, parameter, .text) { if case .text(let value) = $0 { value } else { nil } }
    }

    /// A list of texts.
    public func list(_ rule: RuleID, _ parameter: String) throws(ProfileError) -> [String] {
        try value(rule, parameter, .list) { if case .list(let value) = $0 { value } else { nil } }
    }

    /// A figure with where it comes from, whatever its kind.
    public func parameter(_ rule: RuleID, _ name: String) throws(ProfileError) -> ResolvedParameter {
        guard let settings = rules[rule] else {
            throw ProfileError(profile: self.name, path: "/rules", problem: .missingRule(rule))
        }
        guard let parameter = settings.parameters[name] else {
            throw ProfileError(
                profile: self.name, path: DocumentPath().appending("rules").appending(rule.rawValue).pointer,
                problem: .missingParameter(name, of: rule, known: settings.parameters.keys.sorted()))
        }
        return parameter
    }

    /// Where a figure is written: the source that its profile names or, where that names none, the rule's.
    public func source(_ rule: RuleID, _ parameter: String) throws(ProfileError) -> Reference? {
        try self.parameter(rule, parameter).source ?? rules[rule]?.source
    }

    private func value<Value>(
        _ rule: RuleID, _ name: String, _ kind: ParameterValue.Kind, _ extract: (ParameterValue) -> Value?
    ) throws(ProfileError) -> Value {
        let parameter = try parameter(rule, name)
        let path = DocumentPath().appending("rules").appending(rule.rawValue).appending("parameters").appending(name)
        let converted = try parameter.value.required(kind, profile: parameter.profile, path: path)
        guard let value = extract(converted) else {
            throw ProfileError(
                profile: parameter.profile, path: path.pointer,
                problem: .wrongKind(expected: kind, found: converted, because: nil))
        }
        return value
    }
}
