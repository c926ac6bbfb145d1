extension RuleProfile: Encodable {
    /// Writes the form that people write by hand; what is not set is left out.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: AnyKey.self)
        try container.encode(name, forKey: AnyKey("name"))
        try container.encode(version, forKey: AnyKey("version"))
        try container.encodeIfPresent(summary, forKey: AnyKey("summary"))
        try container.encodeIfPresent(extends, forKey: AnyKey("extends"))
        var section = container.nestedContainer(keyedBy: AnyKey.self, forKey: AnyKey("rules"))
        for (rule, settings) in rules { try section.encode(settings, forKey: AnyKey(rule.rawValue)) }
        if !exemptions.isEmpty { try container.encode(exemptions, forKey: AnyKey("exemptions")) }
    }
}

extension RuleSettings: Codable {
    /// Reads the settings of one rule; what is wrong is told as a ``ProfileError``.
    public init(from decoder: any Decoder) throws {
        try self.init(DocumentReader(node: DocumentNode(from: decoder), path: DocumentPath(decoder.codingPath)))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: AnyKey.self)
        if !parameters.isEmpty { try container.encode(parameters, forKey: AnyKey("parameters")) }
        try container.encodeIfPresent(severity, forKey: AnyKey("severity"))
        try container.encodeIfPresent(mode, forKey: AnyKey("mode"))
        guard let source else { return }
        // A reference in a finding tells "not known" by null; in a profile what is not set is left out.
        var reference = container.nestedContainer(keyedBy: AnyKey.self, forKey: AnyKey("source"))
        if !source.architecture.isEmpty { try reference.encode(source.architecture, forKey: AnyKey("architecture")) }
        try reference.encodeIfPresent(source.document, forKey: AnyKey("document"))
        try reference.encodeIfPresent(source.date, forKey: AnyKey("date"))
    }
}

extension ParameterValue: Codable {
    /// Reads one parameter; what is wrong is told as a ``ProfileError``.
    public init(from decoder: any Decoder) throws {
        try self.init(DocumentReader(node: DocumentNode(from: decoder), path: DocumentPath(decoder.codingPath)))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .count(let value): try container.encode(value)
        case .flag(let value): try container.encode(value)
        case .list(let values): try container.encode(values)
        default:
            // The plain text where it reads back as the same value, else the form that names the kind.
            if ParameterValue(reading: description) == self {
                try container.encode(description)
            } else {
                try container.encode([kind.rawValue: description])
            }
        }
    }
}

extension Exemption: Codable {
    /// Reads one exemption; what is wrong is told as a ``ProfileError``.
    public init(from decoder: any Decoder) throws {
        try self.init(DocumentReader(node: DocumentNode(from: decoder), path: DocumentPath(decoder.codingPath)))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: AnyKey.self)
        try container.encode(rule, forKey: AnyKey("rule"))
        try container.encode(subject, forKey: AnyKey("subject"))
        try container.encode(owner, forKey: AnyKey("owner"))
        try container.encode(reason, forKey: AnyKey("reason"))
        try container.encode(expires, forKey: AnyKey("expires"))
    }
}
