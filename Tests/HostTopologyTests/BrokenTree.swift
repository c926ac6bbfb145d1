#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import FoundationEssentials
import TestSupport

@testable import HostTopology

/// A captured tree whose files and folders are damaged one at a time, and what a host that is read of it may not do then.
struct BrokenTree {
    /// What is done to a file or a folder.
    enum Damage: CaseIterable {
        case removed, emptied, unreadable, other, garbage, overflow

        /// What can be done to a folder.
        static let ofFolders: [Damage] = [.removed, .emptied, .unreadable, .other]
    }

    /// One place of a tree and what is done there.
    struct Case {
        /// Where it really is: several names may lead to one place.
        var real: String
        /// The names that it was read by, below the root.
        var names: [String]
        var damage: Damage
        var isFolder: Bool
    }

    let root: HostRoot
    let before: ObservedHost
    private let facts: [String: FlatHost.Fact]
    /// Every case, but of places that differ by numbers only the last.
    let cases: [Case]

    init(_ given: String) {
        let own = realpath(given, nil)
        defer { free(own) }
        let path = own.map { String(cString: $0) } ?? given
        root = HostRoot(path: path)
        before = ObservedHost.read(at: root)
        facts = FlatHost(before).facts
        let recorder = ReadRecorder()
        _ = ObservedHost.read(at: HostRoot(path: path, recorder: recorder))
        var places: [String: (names: [String], isFolder: Bool)] = [:]
        for (name, look) in recorder.recorded {
            guard let real = realpath(root.absolute(name), nil) else { continue }
            defer { free(real) }
            switch look {
            case .content: places[String(cString: real), default: ([], false)].names.append(name)
            case .folder: places[String(cString: real), default: ([], true)].names.append(name)
            default: continue
            }
        }
        var classes: [String: (real: String, names: [String], isFolder: Bool)] = [:]
        for (real, place) in places.sorted(by: { $0.key < $1.key }) where real.hasPrefix(path + "/") {
            classes[String(real.dropFirst(path.count).filter { !$0.isNumber })] = (
                real, place.names.sorted(), place.isFolder
            )
        }
        cases = classes.values.sorted { $0.real < $1.real }.flatMap { place in
            (place.isFolder ? Damage.ofFolders : Damage.allCases).map {
                Case(real: place.real, names: place.names, damage: $0, isFolder: place.isFolder)
            }
        }
    }

    /// Some of the cases, always the same of a tree of this name, spread over all of them.
    func sample(_ count: Int, of name: String) -> [Case] {
        guard count < cases.count else { return cases }
        let start = name.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xffff }
        // A step that shares no factor with the number of cases comes by all of them, and by all damages.
        var step = cases.count / count + 1
        while [2, 3].contains(where: { step % $0 == 0 }) { step += 1 }
        return Set((0..<count).map { (start + $0 * step) % cases.count }).sorted().map { cases[$0] }
    }

    /// Does it, reads the host, and puts all back.
    /// - Returns: what the host says that it may not.
    func wrongs(of one: Case, beside aside: TemporaryTree) throws -> [String] {
        let manager = FileManager.default
        let kept = aside.absolute("kept")
        try manager.moveItem(atPath: one.real, toPath: kept)
        defer {
            try? manager.removeItem(atPath: one.real)
            try? manager.moveItem(atPath: kept, toPath: one.real)
        }
        switch one.damage {
        case .removed: break
        case .emptied: try put([], at: one.real, isFolder: one.isFolder)
        // Nobody can read a link that leads to itself, root neither.
        case .unreadable:
            try manager.createSymbolicLink(
                atPath: one.real, withDestinationPath: one.real.split(separator: "/").last.map(String.init) ?? "")
        // A folder where a file should be, or the other way round.
        case .other: try put([0x30, 0x0a], at: one.real, isFolder: !one.isFolder)
        case .garbage: try put([0xff, 0xfe, 0x00, 0x30, 0x0a, 0xc3, 0x28], at: one.real, isFolder: false)
        case .overflow: try put(Array("99999999999999999999\n".utf8), at: one.real, isFolder: false)
        }
        let after = ObservedHost.read(at: root)
        guard after != before else { return [] }
        let sources = Set(one.names.map { "file:\($0)" })
        let ofProcessors = one.names.contains { $0.hasPrefix("sys/devices/system/cpu") }
        let facts = (facts, FlatHost(after).facts)
        let wrongs =
            one.isFolder
            ? Self.wrongAdditions(facts.0, facts.1, mayBeEmpty: one.damage != .unreadable)
                + Self.wrongParts(before, after, mayLose: true)
            : Self.wrongChanges(facts.0, facts.1, sources, one.damage == .overflow)
                + Self.wrongParts(before, after, mayLose: ofProcessors)
        return wrongs.map { "\(one.names[0]) \(one.damage): \($0)" }
    }

    private func put(_ bytes: [UInt8], at path: String, isFolder: Bool) throws {
        if isFolder {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        } else {
            try Data(bytes).write(to: URL(filePath: path))
        }
    }

    // MARK: What may not be

    /// Packages and caches follow from many files together.
    private static func isOwn(_ place: String) -> Bool {
        !place.hasPrefix("/packages") && !place.hasPrefix("/caches")
    }

    /// What a damaged file may not do: make a fact known that was not, make it another that still is, or touch what does
    /// not come from the file.
    static func wrongChanges(
        _ before: [String: FlatHost.Fact], _ after: [String: FlatHost.Fact], _ sources: Set<String>, _ isText: Bool
    ) -> [String] {
        Set(before.keys).union(after.keys).filter(isOwn).sorted().compactMap { key -> String? in
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

    /// What a damaged folder may not do: make a fact known that was not, or another. Things may be missing from a list.
    /// - Parameter mayBeEmpty: whether a folder that is there may say that there is nothing of its kind.
    static func wrongAdditions(
        _ before: [String: FlatHost.Fact], _ after: [String: FlatHost.Fact], mayBeEmpty: Bool
    ) -> [String] {
        after.keys.filter(isOwn).sorted().compactMap { key -> String? in
            guard let value = after[key]?.value, let old = before[key]?.value, old != value else {
                return after[key]?.value != nil && before[key]?.value == nil ? "\(key) came to be known" : nil
            }
            // An empty list, or the number of groups.
            if mayBeEmpty, value == "[]" || value == "0.0" { return nil }
            let (names, others) = (value.split(separator: ","), Set(old.split(separator: ",")))
            return after[key]?.isList == true && names.allSatisfy(others.contains)
                ? nil : "\(key) was \(old) and is \(value)"
        }
    }

    /// What packages, dies, cores and caches may not become: others than they were. Less may be told of them, or nothing of all.
    /// - Parameter mayLose: whether what is damaged tells of them.
    static func wrongParts(_ before: ObservedHost, _ after: ObservedHost, mayLose: Bool) -> [String] {
        guard mayLose else {
            return (before.packages == after.packages ? [] : ["packages changed"])
                + (before.caches == after.caches ? [] : ["caches changed"])
        }
        // A processor that is not listed any more is in no package any more.
        let lost = NumberSet(before.cpus.list.elements.map(\.number)).subtracting(
            NumberSet(after.cpus.list.elements.map(\.number)))
        var wrongs: [String] = []
        func less<Value>(_ old: Observed<Value>, _ new: Observed<Value>) -> Bool {
            new.value == nil || new.value == old.value
        }
        if let packages = after.packages.value {
            let old = before.packages.elements.filter { !$0.cpus.isSubset(of: lost) }
            let isSame =
                old.count == packages.count
                && zip(old, packages).allSatisfy { old, new in
                    old.cpus.subtracting(lost) == new.cpus && less(old.number, new.number)
                        && isLess(
                            old.dies.value?.map { ($0.number.value, $0.cpus) },
                            new.dies.value?.map { ($0.number.value, $0.cpus) }, lost)
                        && isLess(
                            old.cores.value?.map { ($0.number.value, $0.cpus) },
                            new.cores.value?.map { ($0.number.value, $0.cpus) }, lost)
                }
            if !isSame { wrongs.append("packages, dies or cores are others") }
        }
        if let caches = after.caches.value {
            var rest = before.caches.elements
            for cache in caches {
                let place = rest.firstIndex { old in
                    old.level == cache.level && old.cpus.subtracting(lost) == cache.cpus.subtracting(lost)
                        && less(old.kind, cache.kind) && less(old.size, cache.size)
                        && less(old.lineSize, cache.lineSize) && less(old.ways, cache.ways)
                }
                if let place {
                    rest.remove(at: place)
                } else {
                    wrongs.append("a cache L\(cache.level) \(cache.cpus) came")
                }
            }
            rest.removeAll { $0.cpus.isSubset(of: lost) }
            for cache in rest { wrongs.append("the cache L\(cache.level) \(cache.cpus) went") }
        }
        return wrongs
    }

    /// Whether groups are unknown, or those that they were but for processors that are lost, with numbers that are unknown or what
    /// they were.
    private static func isLess(
        _ old: [(number: Int?, cpus: NumberSet)]?, _ new: [(number: Int?, cpus: NumberSet)]?, _ lost: NumberSet
    ) -> Bool {
        guard let new else { return true }
        guard let old = old?.filter({ !$0.cpus.isSubset(of: lost) }), old.count == new.count else { return false }
        return zip(old, new).allSatisfy { old, new in
            old.cpus.subtracting(lost) == new.cpus && (new.number == nil || new.number == old.number)
        }
    }
}
