import FoundationEssentials
import TestSupport
import Testing

@testable import HostTopology

/// Each file and each folder that is read of a host removed, emptied, unreadable or replaced by garbage, one at a time.
@Suite struct `A broken tree` {
    private static let isSoak = environment("LAB_SOAK") == "1"

    /// The archives of captured machines, each once.
    private static let archives: [String] =
        conformanceData("hwloc").map { Set(CapturedMachine.all(in: $0).machines.map(\.archive)).sorted() } ?? []

    private func expect(_ cases: [BrokenTree.Case], of tree: BrokenTree, _ name: String) throws {
        let aside = try TemporaryTree()
        for one in cases {
            for wrong in try tree.wrongs(of: one, beside: aside) { Issue.record("\(name): \(wrong)") }
        }
        #expect(ObservedHost.read(at: tree.root) == tree.before, "\(name) was not put together again")
    }

    @Test func `R16 of a host with a device of every class each file damaged loses only its own facts`() throws {
        let folder = try TemporaryTree()
        try ObservedFixture.build(in: folder)
        let tree = BrokenTree(folder.path)
        let files = tree.cases.filter { !$0.isFolder }
        #expect(files.count > 500)
        try expect(files, of: tree, "fixture")
    }

    @Test func `R16 of a host with a device of every class each folder damaged makes nothing else known`() throws {
        let folder = try TemporaryTree()
        try ObservedFixture.build(in: folder)
        let tree = BrokenTree(folder.path)
        let folders = tree.cases.filter(\.isFolder)
        #expect(folders.count > 40)
        try expect(folders, of: tree, "fixture")
    }

    /// Some cases of every machine, fewer of a large one; in the soak all of all.
    @Test(arguments: archives)
    func `R16 Conformance: of a captured machine each file or folder damaged loses only its own facts`(
        archive: String
    ) throws {
        let folder = try TemporaryTree()
        guard Tar.unpack(archive, into: folder.path, without: "*/nothing"),
            let path = CapturedMachine.root(below: folder.path)
        else { return }
        let name = archive.split(separator: "/").last.map(String.init) ?? archive
        let tree = BrokenTree(path)
        let written = try JSONEncoder().encode(tree.before)
        #expect(try JSONDecoder().decode(ObservedHost.self, from: written) == tree.before, "\(name)")
        let processors = max(1, tree.before.cpus.list.elements.count)
        let cases = Self.isSoak ? tree.cases : tree.sample(max(1, min(12, 64 / processors)), of: name)
        try expect(cases, of: tree, name)
    }

    // MARK: The check itself

    /// The check above must see what it looks for.
    @Test func `R16 a fact that another file changes, or that comes from nowhere, is noticed`() {
        let fact = FlatHost.Fact(value: "1", source: "file:a")
        let lost = FlatHost.Fact(value: nil, source: "file:a")
        func wrongs(_ before: [String: FlatHost.Fact], _ after: [String: FlatHost.Fact], _ file: String) -> Int {
            BrokenTree.wrongChanges(before, after, [file], false).count
        }
        #expect(wrongs(["/x": fact], ["/x": lost], "file:a") == 0)
        #expect(wrongs(["/x": fact], ["/x": lost], "file:b") == 1)
        #expect(wrongs(["/x": lost], ["/x": fact], "file:a") == 1)
        #expect(wrongs(["/x": fact], [:], "file:a") == 1)
        func additions(_ before: [String: FlatHost.Fact], _ after: [String: FlatHost.Fact]) -> [String] {
            BrokenTree.wrongAdditions(before, after, mayBeEmpty: false)
        }
        let other = FlatHost.Fact(value: "2", source: "file:a")
        #expect(BrokenTree.wrongChanges(["/x": fact], ["/x": other], ["file:a"], true).count == 1)
        #expect(additions(["/x": lost], ["/x": fact]).count == 1)
        #expect(additions(["/x": fact], ["/x": other]).count == 1)
        #expect(additions(["/x": fact], [:]).isEmpty)
        let (two, one) = (
            FlatHost.Fact(value: "a,b", source: "file:a", isList: true),
            FlatHost.Fact(value: "b", source: "file:a", isList: true)
        )
        #expect(additions(["/x": two], ["/x": one]).isEmpty)
        #expect(additions(["/x": one], ["/x": two]).count == 1)
    }

    @Test func `R16 a core, a package or a cache that becomes another is noticed`() throws {
        let folder = try TemporaryTree()
        try ObservedFixture.build(in: folder)
        let host = ObservedHost.read(at: HostRoot(path: folder.path))
        func wrongs(_ change: (inout ObservedHost) -> Void, mayLose: Bool = true) -> Int {
            var other = host
            change(&other)
            return BrokenTree.wrongParts(host, other, mayLose: mayLose).count
        }
        let source = FactSource.derived("a test")
        #expect(wrongs { $0.packages = .unknown(.absent, source) } == 0)
        #expect(wrongs({ $0.packages = .unknown(.absent, source) }, mayLose: false) == 1)
        var packages = try #require(host.packages.value)
        packages[0].number = .unknown(.absent, source)
        #expect(wrongs { $0.packages = .known(packages, source) } == 0)
        packages[0].cores = .known([], source)
        #expect(wrongs { $0.packages = .known(packages, source) } == 1)
        packages[0].cores = .unknown(.absent, source)
        #expect(wrongs { $0.packages = .known(packages, source) } == 0)
        packages.removeLast()
        #expect(wrongs { $0.packages = .known(packages, source) } == 1)
        var caches = try #require(host.caches.value)
        caches[0].size = .unknown(.absent, source)
        #expect(wrongs { $0.caches = .known(caches, source) } == 0)
        caches.removeLast()
        #expect(wrongs { $0.caches = .known(caches, source) } == 1)
    }
}
