#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import StorageMath

extension StripeSet {
    /// Writes anew every shard that is missing, damaged, truncated or too long, from what is left; one too that is
    /// wrong under right checksums, where the parities tell which it is and the set's identifier confirms it.
    ///
    /// Each is written beside its place and is complete and on the medium before it takes its name, and none does before
    /// the content was seen to be what was striped. So a process that is killed at any moment leaves the old shard or
    /// the new one. What such a process left behind is taken away.
    ///
    /// - Parameter place: a folder for the new shards, which must be there; without one they replace the damaged ones,
    ///   and missing ones are written where the others lie. Damaged shards elsewhere stay there.
    ///
    /// An error, and no shard changed, where there are shards of several files and none was chosen, too much of a stripe is lost, parities or content contradict each other, a
    /// file of another set is in the way, or something cannot be written.
    public func repair(into place: String? = nil, run: StripeRun = StripeRun()) throws(StripeError) -> StripeRepair {
        if let ambiguity { throw ambiguity }
        let report = try verify(run: run)
        if let refusal = refusal(by: report) { throw refusal }
        let damaged = report.shards.filter { $0.state != .whole }
        var targets: [Int: String] = [:]
        for shard in damaged { targets[shard.index] = try target(for: shard, into: place) }
        var removed: [String] = []
        for path in expectedPaths where !targets.values.contains(path) {
            // What another process is writing is its own.
            if (try? PartialFile.removeLeftover(beside: path)) == true { removed.append(path + PartialFile.suffix) }
        }
        if targets.isEmpty { return StripeRepair(before: report, written: [:], removedLeftovers: removed) }
        var partials: [Int: PartialFile] = [:]
        for (shard, path) in targets { partials[shard] = try PartialFile(replacing: path, otherwise: mode) }
        let account = try SetScan(self, try provenCode(), for: .rebuild(partials, report.wrongUnits), run).scan()
        guard account.disagreeingStripes.isEmpty, account.isContentRight(of: self) == true else { throw changed }
        for (shard, partial) in partials.sorted(by: { $0.key < $1.key }) {
            let header = try header(of: shard)
            try partial.file.write(0..<ShardHeader.byteCount, of: header.bytes, at: 0)
            try partial.sync()
        }
        try run.checkStop(self.place)
        for (_, partial) in partials.sorted(by: { $0.key < $1.key }) { try partial.commit() }
        return StripeRepair(before: report, written: targets, removedLeftovers: removed)
    }

    /// What all shards that were found allow, which what is made from them allows too.
    var mode: mode_t? {
        members.values.compactMap { try? $0.file.status().mode }.reduce(nil as mode_t?) { ($0 ?? $1) & $1 }
    }

    /// What the files are that were looked at.
    var statuses: [FileStatus] {
        members.values.compactMap { try? $0.file.status() } + files.compactMap { FileStatus(at: $0) }
    }

    /// Files that were looked at, and those that a repair may write.
    package func paths(repairedInto place: String? = nil) -> [String] {
        let names = (0..<striping.layout.symbols).map { ShardName(base: name, index: $0).text }
        return files + expectedPaths + (place.map { place in names.map { Path.join(place, $0) } } ?? [])
    }

    private var changed: StripeError {
        StripeError(
            .changed, place, found: "the shards changed while they were read",
            remedy: "repair when nobody else writes them")
    }

    func header(of shard: Int) throws(StripeError) -> ShardHeader {
        do { return try ShardHeader(striping: striping, index: shard, length: length, set: identifier) } catch {
            throw StripeError(place, error)
        }
    }

    /// Where a shard is written anew.
    private func target(for shard: ShardReport, into place: String?) throws(StripeError) -> String {
        if place == nil, let own = members[shard.index]?.path { return own }
        guard let folder = place ?? folder else {
            throw StripeError(
                .impossibleStriping, self.place,
                found: "the shards lie in several folders, and \(striping.role(of: shard.index)) is missing",
                remedy: "say in which folder it is to be written")
        }
        let path = Path.join(folder, ShardName(base: name, index: shard.index).text)
        try requireReplaceable(path, instead: shard)
        return path
    }

    /// An error where a path names what a repair must not replace: a shard of another file, or what is no file.
    private func requireReplaceable(_ path: String, instead shard: ShardReport) throws(StripeError) {
        if Path.isNothing(path) { return }
        if let own = members[shard.index]?.file, let there = FileStatus(at: path),
            (try? own.status())?.isSameFile(as: there) == true
        {
            return
        }
        let reason: String
        do throws(StripeError) {
            let file = try OpenFile(reading: path)
            var bytes = [UInt8](repeating: 0, count: ShardHeader.byteCount)
            let count = try file.read(0..<bytes.count, of: &bytes, at: 0)
            if try isDamaged(bytes, file, shard.index) { return }
            let header = try ShardHeader(Array(bytes[..<count]), of: path)
            reason =
                header.set == identifier
                ? "it is shard \(header.index) of this set and was not named" : "it is a shard of another file"
        } catch {
            switch error.problem {
            // Nothing can be had from it.
            case .truncated, .damagedHeader, .impossibleHeader: return
            default: reason = error.found
            }
        }
        throw StripeError(
            .exists, path, found: "shard \(shard.index) belongs here, and \(reason)",
            remedy: "move it away, or repair into another folder")
    }
}

extension StripeSet {
    /// Whether what does not begin as a shard was one: sectors that a drive lost read as zeros, and a flipped bit may be
    /// in the first bytes.
    func isDamaged(_ header: [UInt8], _ file: OpenFile, _ shard: Int) throws(StripeError) -> Bool {
        let magic = ShardHeader.magic.count
        if try header[magic...] == self.header(of: shard).bytes[magic...] { return true }
        var sector = [UInt8](repeating: 0, count: 512)
        _ = try file.read(0..<sector.count, of: &sector, at: 0)
        return sector.allSatisfy { $0 == 0 }
    }

    /// What is to be done about a file that is not used: where no shard belongs no repair writes one.
    func withRemedy(_ rejected: StripeError) -> StripeError {
        let isRewritten = expectedPaths.contains(rejected.file)
        guard [.truncated, .damagedHeader].contains(rejected.problem), !isRewritten else { return rejected }
        return StripeError(
            rejected.problem, rejected.file, at: rejected.offset, found: rejected.found,
            remedy: "no shard belongs here: remove it, or move it away")
    }
}

/// What a repair did.
public struct StripeRepair: Sendable, Hashable {
    /// The shards as they were before.
    public let before: StripeReport
    /// The paths of the shards that were written, by index.
    public let written: [Int: String]
    /// What a run that was killed had left beside other shards.
    public let removedLeftovers: [String]

    /// Files that were named, are no usable shards of the set, and are still there.
    public var remaining: [StripeError] { before.rejected.filter { !written.values.contains($0.file) } }
}
