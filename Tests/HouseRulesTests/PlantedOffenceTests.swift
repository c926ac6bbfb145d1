import Testing

/// Every rule finds what is planted for it, and nothing in what only looks like it.
@Suite struct `Planted offences` {
    private func source(_ text: String, at path: String = "Sources/ClusterCore/File.swift") -> SwiftSource {
        SwiftSource(path: path, text: text)
    }

    private func code(_ text: String) -> String { source(text).codeLines.joined(separator: "\n") }

    @Test func `a call past the table of calls is found, one through it and the data path are not`() {
        let text =
            "int a(void) { return calls()->alloc_pd(x) + ibv_post_send(q, &r, &b); }\nvoid b(void) { !rdma_accept(id, ibv_alloc_pd(c)); }\n// ibv_open_device(x)\n"
        #expect(CallTableRule.offences(path: "CShims/CVerbs/CVerbs.c", text: text).map(\.line) == [2, 2])
        #expect(CallTableRule.offences(path: CallTableRule.table, text: text).isEmpty)
    }

    @Test func `comments and texts are no code, what is interpolated is`() {
        #expect(!code("a // b").contains("b"))
        #expect(!code("a /* b /* c */ d */ e").contains("d"))
        #expect(code("a /* b /* c */ d */ e").contains("e"))
        #expect(!code(#"a "b" c"#).contains("b"))
        #expect(code(#"a "b" c"#).contains("c"))
        #expect(code(#""x \(y("z") + w) v" u"#).filter { $0 != " " } == "(y()+w)u")
        #expect(!code(##"#"b " c"# d"##).contains("c"))
        #expect(code(##"#"b " c"# d"##).contains("d"))
        #expect(!code(##"#"b \(c)"#"##).contains("c"))
        #expect(code(##"#"b \#(c)"#"##).contains("c"))
        #expect(!code("\"\"\"\nb \" c\n\"\"\"").contains("c"))
        #expect(!code(#""\" b" "#).contains("b"))
        #expect(code("f(\"//\") + g").contains("g"))
        #expect(!code("func `b c`()").contains("b"))
        #expect(code("func `b c`() { d }").contains("d"))
    }

    @Test func `lines keep their numbers`() {
        let text = "a\n/* b\nc */ d\n\"\"\"\ne\n\"\"\"; f\n"
        let lines = source(text).codeLines
        #expect(lines.count == source(text).lines.count)
        #expect(lines[2].contains("d"))
        #expect(lines[5].contains("f"))
    }

    @Test(arguments: [
        "import Foundation", "public import Foundation", "@preconcurrency import Foundation",
        "import struct Foundation.Data",
        "  import Glibc", "import Dispatch", "import CVerbs", "import ArgumentParser", "import Yams", "import CNuma",
        "@testable import StorageMath", "import Foundation.NSDate",
    ])
    func `an import that ClusterCore must not have is found`(line: String) {
        #expect(ImportRule.offences(in: source("// first\n\(line)\n")).map(\.line) == [2])
    }

    @Test(arguments: [
        "import FoundationEssentials", "// import Foundation", "\"import Foundation\"", "/*\nimport Foundation\n*/",
        "let important = 1",
    ])
    func `what is allowed or no import is left alone`(text: String) {
        #expect(ImportRule.offences(in: source(text)).isEmpty)
    }

    @Test(arguments: [
        ("Verbs", "CVerbs"), ("HostTopology", "CNuma"), ("ClusterDocuments", "Yams"),
        ("RDMAProbeCommand", "ArgumentParser"),
        ("ClusterModelCommand", "ArgumentParser"),
    ])
    func `only one place imports what has one place`(owner: String, module: String) {
        let commands = ["ConsoleIO", "RDMAProbeCommand", "ClusterModelCommand"]
        for (name, entry) in ModuleTable.all
        where name != owner && !(commands.contains(owner) && commands.contains(name)) {
            #expect(!entry.allowed.contains(module), "\(name) may import \(module)")
        }
        #expect(ModuleTable.all[owner]?.allowed.contains(module) == true)
    }

    @Test func `nobody imports Foundation and no pure module a C library`() {
        for (name, entry) in ModuleTable.all {
            #expect(!entry.allowed.contains("Foundation"), "\(name)")
            if entry.isPure {
                #expect(entry.allowed.isDisjoint(with: ModuleTable.cLibraries + ["Dispatch"]), "\(name)")
            }
        }
    }

    @Test func `the graph of the house has no cycle`() {
        var open = ModuleTable.all.mapValues { Set($0.modules) }
        for name in ModuleTable.cModules { open[name] = [] }
        while let next = open.first(where: { $0.value.isEmpty })?.key {
            open[next] = nil
            for name in open.keys { open[name]?.remove(next) }
        }
        #expect(open.isEmpty)
    }

    @Test func `a module without a place is found`() {
        #expect(ImportRule.offences(in: source("", at: "Sources/Novelty/File.swift")).count == 1)
    }

    @Test func `a C library outside its condition is found`() {
        #expect(ImportRule.unguarded(in: source("import Glibc")).count == 1)
        #expect(ImportRule.unguarded(in: source("#if os(Linux)\nimport Glibc\n#endif")).count == 1)
        #expect(
            ImportRule.unguarded(
                in: source("#if canImport(Glibc)\nimport Glibc\n#elseif canImport(Musl)\nimport Musl\n#endif")
            ).isEmpty)
        #expect(
            ImportRule.unguarded(in: source("#if canImport(Glibc)\nimport Glibc\n#else\nimport Musl\n#endif")).map(
                \.line) == [4])
        #expect(ImportRule.unguarded(in: source("#if canImport(Glibc)\n#endif\nimport Glibc")).map(\.line) == [3])
    }

    @Test(arguments: [
        "let now = Date()", "ContinuousClock().now", "let x: SuspendingClock", "var g = SystemRandomNumberGenerator()",
        "Int.random(in: 0..<3)", "[1].randomElement()", "list.shuffled()", "getenv(name)", "ProcessInfo.processInfo",
        "FileManager.default", "try Data(contentsOf: url)", "print(x)", "\"\\(Date())\"", "let u = UUID()",
        "Bool.random()",
    ])
    func `the outside world in a pure module is found`(line: String) {
        #expect(PurityRule.offences(in: source(line)).count == 1)
        #expect(PurityRule.offences(in: source(line, at: "Sources/Reports/File.swift")).count == 1)
        #expect(PurityRule.offences(in: source(line, at: "Sources/HostTopology/File.swift")).isEmpty)
    }

    @Test(arguments: [
        "// Date()", "let text = \"Date()\"", "let d = CalendarDate()", "Int.random(in: 0..<3, using: &source)",
        "list.append(contentsOf: more)", "func print(_ x: Int) {}", "report.print(x)", "blueprint(x)",
    ])
    func `what only looks like the outside world is left alone`(line: String) {
        #expect(PurityRule.offences(in: source(line)).isEmpty)
    }

    @Test(arguments: [
        "Sources/Verbs/Utils.swift", "Sources/Verbs/Helpers/Queue.swift", "Sources/Verbs/QueueManager.swift",
        "Sources/Verbs/common_types.swift",
        "Sources/Verbs/Misc+Queue.swift",
    ])
    func `a drawer in a path is found`(path: String) { #expect(NameRule.offences(in: source("", at: path)).count == 1) }

    @Test func `a drawer in a type is found, a longer word is not`() {
        #expect(NameRule.offences(in: source("public struct QueueHelper {}")).map(\.line) == [1])
        #expect(NameRule.offences(in: source("enum Utilities {}")).count == 1)
        #expect(
            NameRule.offences(in: source("struct CommonlyKnown {}\nstruct Management {}\n// struct Helper")).isEmpty)
    }

    @Test func `a file of 500 lines is short and one of 501 is not`() {
        let line = "x\n"
        #expect(LengthRule.offences(path: "a", text: String(repeating: line, count: 500)).isEmpty)
        #expect(LengthRule.offences(path: "a", text: String(repeating: line, count: 501)).count == 1)
        #expect(LengthRule.offences(path: "a", text: String(repeating: line, count: 500) + "x").count == 1)
    }

    @Test(arguments: ["fatalError()", "let x = try! f()", "(y as! Int)", "{fatalError(\"no\")}"])
    func `a trap is found`(line: String) { #expect(CrashRule.offences(in: source(line)).count == 1) }

    @Test(arguments: ["// fatalError()", "\"try!\"", "x as? Int", "try f()", "fatalErrors()", "if x != y {}"])
    func `what does not trap is left alone`(line: String) { #expect(CrashRule.offences(in: source(line)).isEmpty) }

    @Test func `unsafe flags are found in code only`() {
        #expect(CrashRule.unsafeFlags(path: "p", text: "x: [.unsafeFlags([\"-O\"])]").count == 1)
        #expect(CrashRule.unsafeFlags(path: "p", text: "// no unsafeFlags").isEmpty)
    }

    @Test func `an item without a test is found, one with a test is not`() {
        let sources = [(path: "s", text: "/// Keeps one third (AL-113), see AL-7.\n")]
        let tests = [(path: "t", text: "@Test func `AL-113 three-way mirror stores one third`() {}\n// AL-7\n")]
        #expect(
            ArchitectureRule.offences(sources: sources, tests: tests).map(\.message) == [
                "AL-7 has no test whose name begins with it"
            ])
    }

    @Test func `an item outside the list is found wherever it stands`() {
        for text in ["AL-0", "AL-143", "AL-99999999999999999999", "(AL-143)"] {
            #expect(ArchitectureRule.offences(sources: [(path: "s", text: text)], tests: []).count == 1, "\(text)")
            #expect(ArchitectureRule.offences(sources: [], tests: [(path: "t", text: text)]).count == 1, "\(text)")
        }
        #expect(ArchitectureRule.offences(sources: [(path: "s", text: "GLOBAL-143 AL-x")], tests: []).isEmpty)
        let edges = [(path: "t", text: "func `AL-1 and AL-142`()")]
        #expect(ArchitectureRule.offences(sources: [(path: "s", text: "AL-1 AL-142")], tests: edges).isEmpty)
    }

    @Test(arguments: [
        "public struct A {}", "public final class A {}", "public func a() {}", "public static func a() {}",
        "  public indirect enum A {",
        "@discardableResult public func a() {}", "/// Words.\n\npublic struct A {}", "// Words.\npublic protocol A {}",
    ])
    func `a public declaration without words is found`(text: String) {
        #expect(DocumentationRule.offences(in: source(text)).count == 1)
    }

    @Test(arguments: [
        "/// Words.\npublic struct A {}", "/// Words.\n@frozen\npublic struct A {}",
        "/** Words. */\npublic func a() {}", "struct A {}",
        "public init() {}", "public static func < (a: A, b: A) -> Bool { true }",
        "public func encode(to encoder: any Encoder) throws {}",
        "public var a = 1", "// public struct A {}", "private func a() {}",
    ])
    func `what has words or needs none is left alone`(text: String) {
        #expect(DocumentationRule.offences(in: source(text)).isEmpty)
    }

    @Test func `a library without a page or without a test of its example is found`() {
        let page = CatalogueRule.page(of: "Verbs")
        let call = "assertSnippet(module: \"Verbs\")"
        #expect(CatalogueRule.offences(modules: ["Verbs"], files: [], tests: [call]).count == 1)
        #expect(CatalogueRule.offences(modules: ["Verbs"], files: [page], tests: []).count == 1)
        #expect(CatalogueRule.offences(modules: ["Verbs"], files: [page], tests: [call]).isEmpty)
        #expect(CatalogueRule.offences(modules: ["RDMAProbeCommand"], files: [], tests: []).isEmpty)
    }

    @Test func `an exception excuses its file and fails when nothing is left to excuse`() {
        let offence = Offence(path: "a", line: 1, message: "m")
        #expect(unexcused([offence], except: []) == [offence])
        #expect(unexcused([offence], except: [Exception(path: "a", reason: "r")]).isEmpty)
        #expect(unexcused([], except: [Exception(path: "a", reason: "r")]).map(\.path) == ["a"])
    }
}

@Suite struct `Planted manifests` {
    private let text = """
        let logging = Target.Dependency.product(
            name: "Logging", package: "swift-log", condition: .when(traits: ["Host"]))
        let package = Package(
            targets: [
                // .target(name: "Ghost"),
                .target(name: "ClusterCore", swiftSettings: settings),
                .target(
                    name: "Verbs",
                    dependencies: ["CVerbs", logging, .product(name: "Yams", package: "Yams")], swiftSettings: settings),
                .executableTarget(name: "RDMAProbeCommand", dependencies: ["Verbs"]),
                .testTarget(name: "VerbsTests", dependencies: ["Verbs", "ClusterCore"]),
                .target(name: "Novelty"),
            ])
        """

    @Test func `targets and their dependencies are read`() {
        let targets = Manifest(text: text).targets
        #expect(targets.map(\.name) == ["ClusterCore", "Verbs", "RDMAProbeCommand", "VerbsTests", "Novelty"])
        #expect(
            targets.map(\.dependencies) == [
                [], ["CVerbs", "Logging", "Yams"], ["Verbs"], ["Verbs", "ClusterCore"], [],
            ])
    }

    @Test func `a dependency that the graph forbids is found`() {
        #expect(
            Manifest(text: text).offences(path: "Package.swift").map(\.message) == [
                "Verbs must not depend on Yams", "RDMAProbeCommand must not depend on Verbs",
                "Novelty has no place in the graph of the house",
            ])
    }

    @Test func `an import that the target does not declare is found`() {
        let file = SwiftSource(
            path: "Sources/Verbs/File.swift",
            text: "import CVerbs\nimport Logging\nimport Synchronization\nimport SystemPackage\n")
        #expect(Manifest(text: text).undeclared(in: file).map(\.line) == [4])
    }
}
