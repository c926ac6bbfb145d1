/// The types that sources declare, each with its own members.
///
/// Not a parser: it follows braces, which is enough to tell a member of a type from a name of the same letters elsewhere.
struct DeclaredSymbols {
    /// Members by type, a nested one by its path from the outermost: `ControlPlane.Sync`.
    private var members: [String: Set<String>] = [:]

    private static let typeKeywords: Set<String> = ["struct", "class", "enum", "protocol", "actor", "extension"]
    private static let memberKeywords: Set<String> = ["func", "var", "let", "typealias", "associatedtype"]

    init(_ sources: [SwiftSource]) {
        for source in sources { read(source.codeLines.joined(separator: "\n")) }
    }

    /// What is wrong with `Type`, `Type.member` or `Type.Nested.member`; `nil` where it is declared so.
    func problem(with symbol: String) -> String? {
        let parts = symbol.split(separator: ".").map(String.init)
        guard let first = parts.first, !paths(of: first).isEmpty else {
            return "no type is called \(parts.first ?? symbol)"
        }
        var places = paths(of: first)
        for (index, part) in parts.enumerated().dropFirst() {
            let owner = parts[..<index].joined(separator: ".")
            places = places.filter { members[$0]?.contains(part) == true }
            guard !places.isEmpty else { return "\(owner) has no member \(part)" }
            places = places.map { "\($0).\(part)" }
        }
        return nil
    }

    /// The paths that end in a type's name.
    private func paths(of name: String) -> [String] {
        members.keys.filter { $0 == name || $0.hasSuffix(".\(name)") }
    }

    private mutating func read(_ code: String) {
        /// The types that are open, with the depth of their braces.
        var scopes: [(path: String, depth: Int)] = []
        var depth = 0
        /// A type whose brace is still to come.
        var pending: String?
        var words: [String] = []
        var word = ""
        var isCaseList = false
        var parentheses = 0

        func owner() -> String? { scopes.last.flatMap { $0.depth == depth ? $0.path : nil } }
        func finishWord() {
            defer { word = "" }
            guard !word.isEmpty else { return }
            let before = words.last
            words.append(word)
            if word == "case", owner() != nil { isCaseList = true }
            if let before, DeclaredSymbols.typeKeywords.contains(before), parentheses == 0 {
                // `class func` and `class var` are members.
                guard !DeclaredSymbols.memberKeywords.contains(word) else { return }
                let path = before == "extension" ? word : (owner().map { "\($0).\(word)" } ?? word)
                if before != "extension", let owner = owner() { members[owner, default: []].insert(word) }
                members[path, default: []].formUnion([])
                pending = path
            } else if let before, DeclaredSymbols.memberKeywords.contains(before), let owner = owner() {
                members[owner, default: []].insert(word)
                if before == "typealias" { members["\(owner).\(word)", default: []].formUnion([]) }
            } else if before == "typealias", depth == 0 {
                members[word, default: []].formUnion([])
            } else if isCaseList, before == "case" || before == ",", parentheses == 0, let owner = owner() {
                members[owner, default: []].insert(word)
            }
        }
        for character in code {
            if character.isLetter || character.isNumber || character == "_"
                || character == "." && words.last == "extension" && !word.isEmpty
            {
                word.append(character)
                continue
            }
            finishWord()
            switch character {
            case "(": parentheses += 1
            case ")": parentheses -= 1
            case ",":
                if parentheses == 0 { words.append(",") }
            case "{":
                depth += 1
                if let path = pending { scopes.append((path, depth)) }
                pending = nil
                isCaseList = false
                words.append("{")
            case "}":
                if scopes.last?.depth == depth { scopes.removeLast() }
                depth -= 1
                isCaseList = false
                words.append("}")
            case "\n":
                if words.last != "," { isCaseList = false }
            case " ": break
            default: words.append(String(character))
            }
            if words.count > 64 { words.removeFirst(32) }
        }
        finishWord()
    }
}
