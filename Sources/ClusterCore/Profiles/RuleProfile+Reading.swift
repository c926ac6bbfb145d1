extension RuleProfile: Decodable {
    /// Reads a profile from a document; what is wrong is told as a ``ProfileError``.
    public init(from decoder: any Decoder) throws {
        let node = try DocumentNode(from: decoder)
        try self.init(DocumentReader(node: node, path: DocumentPath(decoder.codingPath)))
    }

    init(_ unnamed: DocumentReader) throws(ProfileError) {
        var reader = unnamed
        let known = ["name", "version", "summary", "extends", "rules", "exemptions"]
        // The name first: every later error says which profile it is about.
        let head = try reader.members(limit: RuleProfile.Limit.rules, of: "keys")
        if let name = head["name"] { reader.profile = try name.profileName() }
        let members = try reader.members(known: known)
        name = try members.required("name", in: reader).profileName()
        version = try members.required("version", in: reader).text()
        summary = try members["summary"]?.text()
        extends = try members["extends"]?.profileName()
        rules = [:]
        if let section = members["rules"] {
            let entries = try section.members(limit: Limit.rules, of: "rules")
            for (key, entry) in entries.sorted(by: { $0.key < $1.key }) {
                rules[try entry.ruleID(key)] = try RuleSettings(entry)
            }
        }
        exemptions = []
        for item in try members["exemptions"]?.items(limit: Limit.exemptions, of: "exemptions") ?? [] {
            exemptions.append(try Exemption(item))
        }
    }
}

extension DocumentReader {
    /// A name of a profile.
    fileprivate func profileName() throws(ProfileError) -> String {
        let name = try text()
        let isWellFormed = name.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        guard isWellFormed, !name.isEmpty, name.utf8.count <= RuleProfile.Limit.nameBytes else {
            throw error(.badName(name, expected: "a profile's name: 1 to 64 letters, digits, dots, _ and -"))
        }
        return name
    }
}

extension RuleSettings {
    init(_ reader: DocumentReader) throws(ProfileError) {
        let members = try reader.members(known: ["parameters", "severity", "mode", "source"])
        self.init(
            severity: try members["severity"]?.choice(Severity.self), mode: try members["mode"]?.choice(RuleMode.self),
            source: try members["source"]?.reference())
        guard let section = members["parameters"] else { return }
        let entries = try section.members(limit: RuleProfile.Limit.parameters, of: "parameters")
        for (name, entry) in entries.sorted(by: { $0.key < $1.key }) {
            guard !name.isEmpty, name.utf8.count <= RuleProfile.Limit.nameBytes else {
                throw entry.error(.badName(name, expected: "a parameter's name: 1 to 64 bytes"))
            }
            parameters[name] = try ParameterValue(entry)
        }
    }
}

extension ParameterValue {
    init(_ reader: DocumentReader) throws(ProfileError) {
        switch reader.node {
        case .text: self = ParameterValue(reading: try reader.text())
        case .integer(let value): self = .count(value)
        case .flag(let value): self = .flag(value)
        case .list: self = .list(try reader.texts())
        case .object: self = try ParameterValue(named: reader)
        case .null, .number:
            throw reader.error(
                .wrongType(
                    expected:
                        "a text with a unit, a whole number, true, false or a list of texts (0.7 is written \"0.7\")",
                    found: reader.node.words))
        }
    }

    /// The form that names its kind: `{"text": "5m"}`.
    private init(named reader: DocumentReader) throws(ProfileError) {
        let members = try reader.members(known: Kind.allCases.map(\.rawValue))
        guard members.count == 1, let (name, value) = members.first, let kind = Kind(rawValue: name) else {
            throw reader.error(.wrongType(expected: "an object with one key", found: "\(members.count) keys"))
        }
        switch kind {
        case .count: self = .count(try value.integer())
        case .flag: self = .flag(try value.flag())
        case .list: self = .list(try value.texts())
        case .text: self = .text(try value.text())
        default: self = try value.unit { text throws(UnitError) in try ParameterValue(parsing: text, as: kind) }
        }
    }
}

extension DocumentReader {
    fileprivate func texts() throws(ProfileError) -> [String] {
        var texts: [String] = []
        for item in try items(limit: RuleProfile.Limit.listItems, of: "items") { texts.append(try item.text()) }
        return texts
    }

    fileprivate func reference() throws(ProfileError) -> Reference {
        let members = try members(known: ["architecture", "document", "date"])
        var items: [Int] = []
        for item in try members["architecture"]?.items(limit: 142, of: "items") ?? [] {
            let number = try item.integer()
            guard (1...142).contains(number) else {
                throw item.error(.badName("\(number)", expected: "an item of the architecture: 1 to 142"))
            }
            items.append(Int(number))
        }
        let date = try members["date"]?.unit { text throws(UnitError) in try CalendarDate(parsing: text) }
        return Reference(architecture: items, document: try members["document"]?.text(), date: date?.description)
    }
}

extension Exemption {
    init(_ reader: DocumentReader) throws(ProfileError) {
        let members = try reader.members(known: ["rule", "subject", "owner", "reason", "expires"])
        let rule = try members.required("rule", in: reader)
        let subject = try members.required("subject", in: reader)
        let expires = try members.required("expires", in: reader)
        self.init(
            rule: try rule.ruleID(rule.text()),
            subject: ComponentIdentifier(rawValue: try subject.filled()),
            owner: try members.required("owner", in: reader).filled(),
            reason: try members.required("reason", in: reader).filled(),
            expires: try expires.unit { text throws(UnitError) in try CalendarDate(parsing: text) })
    }
}

extension DocumentReader {
    /// A text that says something.
    fileprivate func filled() throws(ProfileError) -> String {
        let text = try text()
        guard !text.isEmpty else { throw error(.badName(text, expected: "a text that says something")) }
        return text
    }
}
