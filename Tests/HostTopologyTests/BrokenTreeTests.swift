#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import FoundationEssentials
import TestSupport
import Testing

@testable import HostTopology

/// Each file that is read of a host removed, emptied, unreadable or replaced by garbage, one at a time.
@Suite struct `A broken tree` {
    /// What is done to a file.
    private enum Damage: CaseIterable {
        case removed, emptied, unreadable, folder, garbage, overflow
    }

    /// The files that were read, by their real places, since several names may lead to one.
    private func files(of root: HostRoot) -> [String: [String]] {
        let recorder = ReadRecorder()
        _ = ObservedHost.read(at: HostRoot(path: root.path, recorder: recorder))
        var files: [String: [String]] = [:]
        for (path, look) in recorder.recorded {
            guard case .content = look, let real = realpath(root.absolute(path), nil) else { continue }
            files[String(cString: real), default: []].append(path)
            free(real)
        }
        return files
    }

    private func apply(_ damage: Damage, to path: String) throws {
        let manager = FileManager.default
        try? manager.removeItem(atPath: path)
        switch damage {
        case .removed: break
        case .emptied: try Data().write(to: URL(filePath: path))
        // Nobody can read a link that leads to itself, root neither.
        case .unreadable:
            let own = path.split(separator: "/").last.map(String.init) ?? path
            try manager.createSymbolicLink(atPath: path, withDestinationPath: own)
        case .folder: try manager.createDirectory(atPath: path, withIntermediateDirectories: false)
        case .garbage: try Data([0xff, 0xfe, 0x00, 0x30, 0x0a, 0xc3, 0x28]).write(to: URL(filePath: path))
        case .overflow: try Data("99999999999999999999\n".utf8).write(to: URL(filePath: path))
        }
    }

    /// Damages files of a tree, one at a time: of files that differ by numbers in their paths the last.
    /// - Returns: how many damages were done.
    private func damageAll(_ tree: String, _ name: String) throws -> Int {
        let root = HostRoot(path: tree)
        let before = FlatHost(ObservedHost.read(at: root)).facts
        var classes: [String: (real: String, aliases: [String])] = [:]
        for (real, aliases) in files(of: root).sorted(by: { $0.key < $1.key }) {
            classes[String(real.dropFirst(tree.count).filter { !$0.isNumber })] = (real, aliases)
        }
        var done = 0
        for (real, aliases) in classes.values {
            let content = try Data(contentsOf: URL(filePath: real))
            let sources = Set(aliases.map { "file:\($0)" })
            for damage in Damage.allCases {
                try apply(damage, to: real)
                let after = FlatHost(ObservedHost.read(at: root)).facts
                for change in Self.wrongChanges(before, after, sources, damage == .overflow) {
                    Issue.record("\(name): \(aliases[0]) \(damage): \(change)")
                }
                done += 1
            }
            try? FileManager.default.removeItem(atPath: real)
            try content.write(to: URL(filePath: real))
        }
        #expect(FlatHost(ObservedHost.read(at: root)).facts == before, "\(name) was not put together again")
        return done
    }

    /// What a damaged file may not do: make a fact known that was not, make it another that still is, or touch what does
    /// not come from the file.
    private static func wrongChanges(
        _ before: [String: FlatHost.Fact], _ after: [String: FlatHost.Fact], _ sources: Set<String>, _ isText: Bool
    ) -> [String] {
        // Packages and caches follow from many files together.
        let isOwn: (String) -> Bool = { !$0.hasPrefix("/packages") && !$0.hasPrefix("/caches") }
        return Set(before.keys).union(after.keys).filter(isOwn).sorted().compactMap { key -> String? in
            let (old, new) = (before[key], after[key])
            guard old != new else { return nil }
            guard let old, let new else { return "\(key) came or went" }
            guard let value = new.value else {
                // Only what comes from the file, or follows from it, may be lost.
                return sources.contains(old.source) || sources.contains(new.source) || old.source.hasPrefix("derived:")
                    || new.source.hasPrefix("derived:")
                    ? nil : "\(key) was lost"
            }
            if old.value == value { return nil }
            // A text may be any text.
            if isText, sources.contains(new.source), value == "99999999999999999999" { return nil }
            return "\(key) was \(old.value ?? "unknown") and is \(value)"
        }
    }

    @Test func `R16 of a host with a device of every class each file damaged loses only its own facts`() throws {
        let tree = try TemporaryTree()
        try ObservedFixture.build(in: tree)
        #expect(try damageAll(tree.path, "fixture") > 500)
    }

    @Test(
        .enabled(
            if: environment("CONFORMANCE_DATA") != nil, "CONFORMANCE_DATA does not name the folder of public test data"),
        arguments: ["2i386-2t-hugepagesizecount", "4fake-4gr1nu1pu", "2ps3-2t", "8ia64-2n2s2c"])
    func `R16 Conformance: of a captured machine each file damaged loses only its own facts`(name: String) throws {
        let data = try #require(environment("CONFORMANCE_DATA")) + "/hwloc"
        let archive = "\(data)/\(name).tar.bz2"
        guard FileManager.default.fileExists(atPath: archive) else { return }
        let tree = try TemporaryTree()
        try #require(Tar.unpack(archive, into: tree.path, without: "*/nothing"))
        #expect(try damageAll(tree.absolute(name), name) > 20)
    }

    /// The check above must see what it looks for.
    @Test func `R16 a fact that another file changes, or that comes from nowhere, is noticed`() {
        let fact = FlatHost.Fact(value: "1", source: "file:a")
        let lost = FlatHost.Fact(value: nil, source: "file:a")
        #expect(Self.wrongChanges(["/x": fact], ["/x": lost], ["file:a"], false).isEmpty)
        #expect(Self.wrongChanges(["/x": fact], ["/x": lost], ["file:b"], false).count == 1)
        #expect(Self.wrongChanges(["/x": lost], ["/x": fact], ["file:a"], false).count == 1)
        #expect(Self.wrongChanges(["/x": fact], [:], ["file:a"], false).count == 1)
        let other = FlatHost.Fact(value: "2", source: "file:a")
        #expect(Self.wrongChanges(["/x": fact], ["/x": other], ["file:a"], true).count == 1)
    }
}
