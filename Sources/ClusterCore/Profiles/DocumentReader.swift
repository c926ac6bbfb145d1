/// Reads a tree by what should be there, and says where something else is.
struct DocumentReader {
    let node: DocumentNode
    let path: DocumentPath
    /// The profile's name, once it is known.
    var profile: String?

    func error(_ problem: ProfileError.Problem) -> ProfileError {
        ProfileError(profile: profile, path: path.pointer, problem: problem)
    }

    private func wrongType(_ expected: String) -> ProfileError {
        error(.wrongType(expected: expected, found: node.words))
    }

    /// The members, none of them outside the known keys.
    func members(known: [String]) throws(ProfileError) -> [String: DocumentReader] {
        let members = try members(limit: known.count + RuleProfile.Limit.rules, of: "keys")
        // The first in order, so that the same document always gives the same error.
        for key in members.keys.sorted() where !known.contains(key) {
            throw ProfileError(
                profile: profile, path: path.pointer, problem: .unknownKey(key, known: known))
        }
        return members
    }

    /// The members of an object whose keys are names that the writer chose.
    func members(limit: Int, of what: String) throws(ProfileError) -> [String: DocumentReader] {
        guard case .object(let members) = node else { throw wrongType("an object") }
        guard members.count <= limit else { throw error(.tooMuch(of: what, limit: limit)) }
        var readers: [String: DocumentReader] = [:]
        for (key, member) in members {
            readers[key] = DocumentReader(node: member, path: path.appending(key), profile: profile)
        }
        return readers
    }

    func items(limit: Int, of what: String) throws(ProfileError) -> [DocumentReader] {
        guard case .list(let items) = node else { throw wrongType("a list") }
        guard items.count <= limit else { throw error(.tooMuch(of: what, limit: limit)) }
        return items.enumerated().map { index, item in
            DocumentReader(node: item, path: path.appending(String(index)), profile: profile)
        }
    }

    func text() throws(ProfileError) -> String {
        guard case .text(let text) = node else { throw wrongType("a text") }
        guard text.utf8.count <= RuleProfile.Limit.textBytes else {
            throw error(.tooMuch(of: "bytes in a text", limit: RuleProfile.Limit.textBytes))
        }
        return text
    }

    func integer() throws(ProfileError) -> Int64 {
        guard case .integer(let value) = node else { throw wrongType("a whole number") }
        return value
    }

    func flag() throws(ProfileError) -> Bool {
        guard case .flag(let value) = node else { throw wrongType("true or false") }
        return value
    }

    /// One of a few words.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(_: Choice.Type) throws(ProfileError) -> Choice {
        let word = try text()
        guard let choice = Choice(rawValue: word) else {
            throw error(.unknownWord(word, choices: Choice.allCases.map(\.rawValue)))
        }
        return choice
    }

    func unit<Value>(_ read: (String) throws(UnitError) -> Value) throws(ProfileError) -> Value {
        let text = try text()
        do throws(UnitError) { return try read(text) } catch { throw self.error(.badUnit(error)) }
    }

    func ruleID(_ name: String) throws(ProfileError) -> RuleID {
        guard let rule = RuleID(rawValue: name) else {
            throw error(.badName(name, expected: "a rule: lower-case words joined by dots"))
        }
        return rule
    }
}

extension [String: DocumentReader] {
    /// The member that must be there.
    func required(_ key: String, in reader: DocumentReader) throws(ProfileError) -> DocumentReader {
        guard let member = self[key] else { throw reader.error(.missingKey(key)) }
        return member
    }
}
