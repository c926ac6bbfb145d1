import StorageMath

/// The shards of one file, as far as they are there.
///
/// What does not belong to it is ``rejected``, each with its reason; what is lost is what the code has to give back.
public struct StripeSet: Sendable {
    /// How the file lies over its shards.
    public let striping: Striping
    /// Bytes of the file.
    public let length: Int
    /// What ties the shards together.
    public let identifier: SetIdentifier
    /// Files that were named and are no usable shards of this set, in the order of their paths.
    public private(set) var rejected: [StripeError]
    /// The folder in which missing shards belong; `nil` where the shards lie in several.
    public let folder: String?
    /// What the shards are called: `disk.img` for `disk.img.03.shard`.
    public let name: String

    var members: [Int: Member]
    /// Files in the places of shards, whose headers are damaged: what they hold counts where a stripe is lost without.
    private(set) var presumed: [Int: Member] = [:]
    /// The paths of shards that are there, by their names, and cannot be opened: nobody knows what they hold.
    let unopened: [Int: String]
    /// What errors call the set: the folder that was named, or the first shard.
    let place: String
    /// All files that were looked at.
    let files: [String]
    /// Why no file is made or changed from it: there are shards of several files, and nobody said which is meant.
    let ambiguity: StripeError?

    /// A shard that can be read.
    struct Member: Sendable {
        let file: OpenFile
        let header: ShardHeader
        /// Bytes that the file has.
        let size: Int

        var path: String { file.path }
    }

    /// Where everything lies.
    public var geometry: StripeGeometry { StripeGeometry(striping, length: length) }

    /// Indices of shards that were not found, in order.
    public var missing: [Int] { (0..<striping.layout.symbols).filter { path(of: $0) == nil } }

    /// The path of a shard that was found, be it one that cannot be opened; `nil` where it is missing.
    public func path(of shard: Int) -> String? { members[shard]?.path ?? unopened[shard] }

    /// Opens the shards at these paths; of a folder all files in it whose names end with `.shard`.
    ///
    /// Where there are shards of several files and none is chosen, this is the set that has the most, and the others are
    /// rejected: it can be verified, and nothing is decoded or repaired, since the most are not always those that are
    /// meant. Links are followed. Nothing is read but the headers.
    ///
    /// - Parameters:
    ///   - name: what the shards are called; files of other names are left out.
    ///   - chosen: the set that is meant; shards of others are left out.
    ///
    /// An error where there is no shard at all, no set has the most shards, two files are the same shard, or so many
    /// files cannot be open at once; where a single file was named, its own.
    public init(
        _ paths: [String], named name: String? = nil, set chosen: SetIdentifier? = nil
    ) throws(StripeError) {
        var files: [String] = []
        var folders: Set<String> = []
        for path in paths {
            if FileStatus(at: path)?.kind == .folder {
                folders.insert(path)
                files += try Path.shardNames(in: path).map { Path.join(path, $0) }
            } else {
                files.append(path)
            }
        }
        let folder = folders.count == 1 && paths.count == 1 ? folders.first : nil
        let place = folder ?? paths.first ?? "shards"
        if let name {
            files = files.filter { ShardName(Path.name(of: $0))?.base == name }
            guard !files.isEmpty else {
                throw StripeError(
                    .noShards, place, found: "there is no shard called \(name)", remedy: "choose another name")
            }
        }
        try self.init(files: files, folder: folder, place: place, chosen)
    }

    private init(files: [String], folder: String?, place: String, _ chosen: SetIdentifier?) throws(StripeError) {
        self.place = place
        self.files = files
        guard files.count <= Path.shardLimit else {
            throw StripeError(
                .severalSets, place, found: "there are more than \(Path.shardLimit) shards",
                remedy: "name the shards of one file")
        }
        var opened: [Member] = []
        var rejected: [StripeError] = []
        for path in files {
            do throws(StripeError) { opened.append(try StripeSet.open(path)) } catch {
                // It says nothing of the shard.
                if error.problem == .limit { throw error }
                rejected.append(error)
            }
        }
        let sets = Dictionary(grouping: opened) { $0.header.set }
        if let chosen {
            guard sets[chosen] != nil || opened.isEmpty else {
                throw StripeError(
                    .noShards, place, found: "there is no shard of the set \(chosen)", remedy: "choose another set")
            }
            opened = sets[chosen] ?? []
        }
        let first = try StripeSet.mostFrequent(opened, rejected, place)
        var members: [Int: Member] = [:]
        for member in opened {
            if let error = StripeSet.difference(of: member, from: first) {
                rejected.append(error)
            } else if let other = members[member.header.index] {
                // The same file under two paths is no contradiction.
                if let one = try? other.file.status(), let two = try? member.file.status(), one.isSameFile(as: two) {
                    continue
                }
                throw StripeError(
                    .repeated, member.path, found: "it is shard \(member.header.index), and so is \(other.path)",
                    remedy: "name one of them")
            } else {
                members[member.header.index] = member
            }
        }
        striping = first.header.striping
        length = first.header.length
        identifier = first.header.set
        self.members = members
        self.rejected = rejected.sorted { $0.file < $1.file }
        ambiguity =
            sets.count == 1 || chosen != nil ? nil : StripeSet.several(sets, place)
        let parents = Set(members.values.map { Path.folder(of: $0.path) })
        self.folder = folder ?? (parents.count == 1 ? parents.first : nil)
        let base = members.sorted { $0.key < $1.key }.lazy
            .compactMap { index, member in
                ShardName(Path.name(of: member.path)).flatMap { $0.index == index ? $0.base : nil }
            }.first
        name = base ?? "shards"
        var unopened: [Int: String] = [:]
        for error in rejected where error.problem == .unreadable && !Path.isNothing(error.file) {
            guard let name = ShardName(Path.name(of: error.file)), name.base == base,
                name.index < first.header.striping.layout.symbols, members[name.index] == nil
            else { continue }
            unopened[name.index] = error.file
        }
        self.unopened = unopened
        self.rejected = self.rejected.map(withRemedy)
        for error in rejected where [.damagedHeader, .notAShard].contains(error.problem) {
            guard let name = ShardName(Path.name(of: error.file)), name.base == base else { continue }
            presumed[name.index] = try presume(error.file, name.index)
        }
    }

    /// A file that has the name of a shard of this set, and a damaged header; `nil` where it is something else.
    private func presume(_ path: String, _ shard: Int) throws(StripeError) -> Member? {
        guard shard < striping.layout.symbols, members[shard] == nil, presumed[shard] == nil else { return nil }
        do throws(StripeError) {
            let file = try OpenFile(reading: path)
            var bytes = [UInt8](repeating: 0, count: ShardHeader.byteCount)
            let count = try file.read(0..<bytes.count, of: &bytes, at: 0)
            guard count == bytes.count else { return nil }
            if !bytes.starts(with: ShardHeader.magic), try !isDamaged(bytes, file, shard) { return nil }
            return Member(file: file, header: try header(of: shard), size: try file.status().size)
        } catch {
            if error.problem == .limit { throw error }
            return nil
        }
    }

    private static func open(_ path: String) throws(StripeError) -> Member {
        let file = try OpenFile(reading: path)
        var bytes = [UInt8](repeating: 0, count: ShardHeader.byteCount)
        let count = try file.read(0..<bytes.count, of: &bytes, at: 0)
        let header = try ShardHeader(Array(bytes[..<count]), of: path)
        return Member(file: file, header: header, size: try file.status().size)
    }

    /// A shard of the set that has the most; an error where none has.
    private static func mostFrequent(
        _ opened: [Member], _ rejected: [StripeError], _ place: String
    ) throws(StripeError) -> Member {
        let sets = Dictionary(grouping: opened) { $0.header.set }
        let most = sets.values.map(\.count).max() ?? 0
        let largest = sets.filter { $0.value.count == most }
        if largest.count > 1 { throw several(sets, place) }
        // Of shards that claim to be of one set the parameters that most have, the first where that is a tie.
        guard let members = largest.values.first else {
            if rejected.count == 1, let only = rejected.first { throw only }
            let reason = rejected.first.map { ", the first: \($0.file): \($0.found)" } ?? ""
            throw StripeError(
                .noShards, place, found: "there is no shard that can be used\(reason)",
                remedy: "name a folder with shards, or shards")
        }
        let kinds = Dictionary(grouping: members) { "\($0.header.striping)/\($0.header.length)" }
        let largestKind = kinds.values.map(\.count).max()
        return members.first { kinds["\($0.header.striping)/\($0.header.length)"]?.count == largestKind } ?? members[0]
    }

    /// The refusal to choose between sets, of which it names some.
    private static func several(_ sets: [SetIdentifier: [Member]], _ place: String) -> StripeError {
        let names = sets.map { set, members in
            let base = members.lazy.compactMap { ShardName(Path.name(of: $0.path))?.base }.first
            let count = members.count == 1 ? "1 shard" : "\(members.count) shards"
            return "\(base ?? members[0].path) (set \(set), \(count))"
        }.sorted()
        let more = names.count > 4 ? " and \(names.count - 4) more" : ""
        return StripeError(
            .severalSets, place,
            found: "there are shards of \(sets.count) files: \(names.prefix(4).joined(separator: ", "))\(more)",
            remedy: remedyOfSeveral)
    }

    /// What to do where there are several sets.
    package static let remedyOfSeveral = "name the shards of one file, or choose it by its name or set"

    /// Why a shard does not belong to the set of another; `nil` where it does.
    private static func difference(of member: Member, from first: Member) -> StripeError? {
        if member.header.set != first.header.set {
            return StripeError(
                .otherSet, member.path,
                found: "it is a shard of another file: its set is \(member.header.set), not \(first.header.set)",
                remedy: "leave it out")
        }
        if member.header.striping != first.header.striping || member.header.length != first.header.length {
            return StripeError(
                .otherParameters, member.path,
                found: "it has the identifier of the set and other parameters than \(first.path)",
                remedy: "leave it out")
        }
        return nil
    }
}
