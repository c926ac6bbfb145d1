/// A file and a type are named after what they hold, never after a drawer.
enum NameRule {
    private static let drawers: Set<String> = [
        "Util", "Utils", "Utility", "Utilities", "Helper", "Helpers", "Common", "Manager", "Misc",
    ]

    static func offences(in source: SwiftSource) -> [Offence] {
        var offences: [Offence] = []
        for part in source.path.split(separator: "/") {
            if let drawer = drawer(in: String(part.prefix { $0 != "." })) {
                offences.append(
                    Offence(
                        path: source.path, line: 0, message: "\"\(drawer)\" in a path says nothing: name what is in it")
                )
            }
        }
        for (name, line) in declaredTypes(in: source) {
            if let drawer = drawer(in: name) {
                offences.append(
                    Offence(
                        path: source.path, line: line, message: "\"\(drawer)\" in \(name) says nothing: name what it is"
                    ))
            }
        }
        return offences
    }

    static func declaredTypes(in source: SwiftSource) -> [(name: String, line: Int)] {
        let kinds: Set<String> = ["struct", "class", "enum", "protocol", "actor", "typealias"]
        return source.codeLines.enumerated().flatMap { index, line -> [(name: String, line: Int)] in
            let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
            return words.indices.dropLast().filter {
                kinds.contains(words[$0]) && words[$0 + 1].first?.isUppercase == true
            }
            .map { (words[$0 + 1], index + 1) }
        }
    }

    /// The drawer among the words of a name in camel or snake case.
    private static func drawer(in name: String) -> String? {
        var words: [String] = []
        var word = ""
        for character in name {
            if character.isUppercase || !(character.isLetter || character.isNumber) {
                words.append(word)
                word = ""
            }
            if character.isLetter || character.isNumber { word.append(character) }
        }
        words.append(word)
        return words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.first { drawers.contains($0) }
    }
}
