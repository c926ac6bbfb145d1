/// What Package.swift says of its targets, as far as text can tell: each target with its name and its dependencies,
/// those that stand for a product by the product's name.
struct Manifest {
    struct Target {
        var name: String
        var kind: String
        var dependencies: [String]
        var line: Int
    }

    let targets: [Target]

    init(text: String) {
        let code = SwiftSource.uncommented(text)
        var products: [String: String] = [:]
        for declaration in code.pieces(after: "let ") {
            let name = declaration.prefix { $0.isLetter || $0.isNumber }
            let statement = declaration.prefix(200)
            guard statement.dropFirst(name.count).hasPrefix(" = Target.Dependency.product("),
                let product = statement.pieces(after: "name: \"").first
            else { continue }
            products[String(name)] = String(product.prefix { $0 != "\"" })
        }
        var targets: [Target] = []
        for kind in [".target(", ".executableTarget(", ".testTarget("] {
            for piece in code.pieces(after: kind) {
                let call = piece.balanced()
                guard let name = call.pieces(after: "name: \"").first?.prefix(while: { $0 != "\"" }) else { continue }
                let line = code[..<piece.startIndex].count { $0 == "\n" } + 1
                var dependencies: [String] = []
                if let list = call.pieces(after: "dependencies: [").first?.balanced() {
                    dependencies = list.topLevelItems().map { item in
                        if item.hasPrefix("\"") { return String(item.dropFirst().prefix { $0 != "\"" }) }
                        if let product = item.pieces(after: "name: \"").first {
                            return String(product.prefix { $0 != "\"" })
                        }
                        return products[item] ?? item
                    }
                }
                targets.append(Target(name: String(name), kind: kind, dependencies: dependencies, line: line))
            }
        }
        self.targets = targets.sorted { $0.line < $1.line }
    }

    /// Products whose modules have other names than they.
    private static let modulesOfProducts = [
        "Numerics": ["RealModule"], "Collections": ["OrderedCollections", "DequeModule"],
    ]

    /// The targets of the suite whose dependencies the graph of the house forbids.
    func offences(path: String) -> [Offence] {
        targets.filter {
            $0.kind != ".testTarget(" && $0.name != "TestSupport" && !ModuleTable.cModules.contains($0.name)
        }
        .flatMap { target -> [Offence] in
            guard let entry = ModuleTable.all[target.name] else {
                return [
                    Offence(
                        path: path, line: target.line, message: "\(target.name) has no place in the graph of the house")
                ]
            }
            return target.dependencies.filter { dependency in
                !(Manifest.modulesOfProducts[dependency] ?? [dependency]).contains { entry.allowed.contains($0) }
            }.map {
                Offence(path: path, line: target.line, message: "\(target.name) must not depend on \($0)")
            }
        }
    }

    /// Imports of a module that its target does not declare: SwiftPM lets them through when another target happens to
    /// build them.
    func undeclared(in source: SwiftSource) -> [Offence] {
        guard let target = targets.first(where: { $0.name == source.module }) else { return [] }
        let system = Set(ModuleTable.cLibraries + ["Dispatch", "FoundationEssentials", "Synchronization"])
        let declared = Set(target.dependencies.flatMap { Manifest.modulesOfProducts[$0] ?? [$0] })
        return ImportRule.imports(of: source).filter { !system.contains($0.module) && !declared.contains($0.module) }
            .map {
                Offence(
                    path: source.path, line: $0.line,
                    message: "Package.swift does not declare that \(target.name) depends on \($0.module)")
            }
    }
}

extension SwiftSource {
    /// The text without what follows `//`; texts stay. Good enough for a manifest, whose addresses hold `://` only.
    static func uncommented(_ text: String) -> Substring {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
            var rest = line
            var end = line.endIndex
            while let range = rest.firstRange(of: "//") {
                let isAddress = range.lowerBound > line.startIndex && line[line.index(before: range.lowerBound)] == ":"
                if !isAddress {
                    end = range.lowerBound
                    break
                }
                rest = rest[range.upperBound...]
            }
            return String(line[..<end])
        }.joined(separator: "\n")[...]
    }
}

extension StringProtocol where SubSequence == Substring {
    /// What follows each occurrence of a text.
    fileprivate func pieces(after text: String) -> [Substring] {
        var found: [Substring] = []
        var rest = self[startIndex...]
        while let range = rest.firstRange(of: text) {
            found.append(rest[range.upperBound...])
            rest = rest[range.upperBound...]
        }
        return found
    }

    /// The text up to the bracket that closes the one before it.
    fileprivate func balanced() -> Substring {
        var depth = 1
        for index in indices {
            if "([{".contains(self[index]) { depth += 1 }
            if ")]}".contains(self[index]) { depth -= 1 }
            if depth == 0 { return self[startIndex..<index] }
        }
        return self[startIndex...]
    }

    /// The items of a list, split at its own commas.
    fileprivate func topLevelItems() -> [String] {
        var items: [String] = []
        var item = ""
        var depth = 0
        for character in self {
            if "([{".contains(character) { depth += 1 }
            if ")]}".contains(character) { depth -= 1 }
            if character == ",", depth == 0 {
                items.append(item)
                item = ""
            } else if !(character.isWhitespace && item.isEmpty) {
                item.append(character)
            }
        }
        items.append(item)
        return items.map { item in
            var item = item
            while item.last?.isWhitespace == true { item.removeLast() }
            return item
        }.filter { !$0.isEmpty }
    }
}
