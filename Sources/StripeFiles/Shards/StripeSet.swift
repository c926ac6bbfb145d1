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
    public let rejected: [StripeError]
    /// The folder in which missing shards belong; `nil` where the shards lie in several.
    public let folder: String?
    /// What the shards are called: `disk.img` for `disk.img.03.shard`.
    public let name: String

    var members: [Int: Member]
    /// What errors call the set: the folder that was named, or the first shard.
    let place: String

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
    public var missing: [Int] { (0..<striping.layout.symbols).filter { members[$0] == nil } }

    /// The path of a shard that was found; `nil` where it is missing.
    public func path(of shard: Int) -> String? { members[shard]?.path }

    /// Opens the shards at these paths; of a folder all files in it whose names end with `.shard`.
    ///
    /// Where there are shards of several files, the set with the most counts and the others are rejected. Links are
    /// followed. Nothing is read but the headers.
    ///
    /// An error where there is no shard at all, no set has the most shards, or two files are the same shard; where a
    /// single file was named, its own.
    public init(_ paths: [String]) throws(StripeError) {
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
        try self.init(files: files, folder: folders.count == 1 && paths.count == 1 ? folders.first : nil, named: paths)
    }

    private init(files: [String], folder: String?, named paths: [String]) throws(StripeError) {
        let place = folder ?? paths.first ?? "shards"
        self.place = place
        guard files.count <= Path.shardLimit else {
            throw StripeError(
                .severalSets, place, found: "there are more than \(Path.shardLimit) shards",
                remedy: "name the shards of one file")
        }
        var opened: [Member] = []
        var rejected: [StripeError] = []
        for path in files {
            do throws(StripeError) { opened.append(try StripeSet.open(path)) } catch { rejected.append(error) }
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
        let parents = Set(members.values.map { Path.folder(of: $0.path) })
        self.folder = folder ?? (parents.count == 1 ? parents.first : nil)
        name =
            members.sorted { $0.key < $1.key }.lazy
            .compactMap { index, member in
                ShardName(Path.name(of: member.path)).flatMap { $0.index == index ? $0.base : nil }
            }.first ?? "shards"
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
        if largest.count > 1 {
            let names = largest.values.compactMap { $0.first?.path }.sorted()
            throw StripeError(
                .severalSets, place,
                found: "there are shards of \(sets.count) files, such as \(names.prefix(2).joined(separator: " and "))",
                remedy: "name the shards of one file")
        }
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
