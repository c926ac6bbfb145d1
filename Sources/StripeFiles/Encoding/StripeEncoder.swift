public import StorageMath

/// Stripes a file or a stream over shard files.
///
/// ```swift
/// let striping = try Striping(ErasureLayout(data: 4, globalParities: 2))
/// let striped = try StripeEncoder(striping).encode(.file("disk.img"), into: "shards", named: "disk.img")
/// ```
public struct StripeEncoder: Sendable {
    /// How the file lies over the shards.
    public let striping: Striping
    private let code: any StripeCoder

    /// An encoder; an error where the code cannot be or its proof fails. Work: that of the proof.
    public init(_ striping: Striping) throws(StorageMathError) {
        self.striping = striping
        code = try striping.code().readyForStripes()
    }

    /// Writes the shards of an input into a folder, which is made where there is none. Its length need not be known, and
    /// memory does not grow with it.
    ///
    /// All shards are complete and on the medium before the first takes its name. What is made until then goes away when
    /// it fails or is stopped. They have the permissions of the file: whoever may not read it reads none of them. The
    /// same input gives the same bytes, whatever the threads.
    ///
    /// - Parameters:
    ///   - name: what the shards are called: `name.00.shard`, `name.01.shard`, …
    ///   - replaces: whether shards of that name may be there, which are replaced; those that the new set does not have
    ///     go. A process that is killed while the new shards take their names leaves some of each, so keep the input.
    ///
    /// An error where the input cannot be read or changes while it is read, the folder cannot be written, there are
    /// shards of that name, or the input itself lies in the place of one, even where they may be replaced.
    public func encode(
        _ input: StripeInput, into folder: String, named name: String, replacing replaces: Bool = false,
        run: StripeRun = StripeRun()
    ) throws(StripeError) -> StripedFile {
        let reader = try InputReader(input)
        try StripeEncoder.check(name)
        let isNew = try Path.makeFolder(folder)
        do throws(StripeError) {
            return try write(reader, into: folder, named: name, replacing: replaces, run)
        } catch {
            // Goes only where it is empty.
            if isNew { Path.removeFolder(folder) }
            throw error
        }
    }

    private func write(
        _ reader: InputReader, into folder: String, named name: String, replacing replaces: Bool, _ run: StripeRun
    ) throws(StripeError) -> StripedFile {
        let old = try Path.shardNames(in: folder).filter { ShardName($0)?.base == name }
        if let first = old.first, !replaces {
            throw StripeError(
                .exists, Path.join(folder, first), found: "it exists",
                remedy: "choose another folder or name, or allow to replace it")
        }
        for shard in old {
            let path = Path.join(folder, shard)
            try FileStatus(at: path)?.requireApart(from: [reader.status], path)
        }
        let paths = shardPaths(in: folder, named: name)
        var shards: [PartialFile] = []
        for path in paths {
            shards.append(try PartialFile(replacing: path, mode: reader.mode, apartFrom: [reader.status]))
        }
        let shape = BatchShape(striping)
        let job = EncodeJob(code: code, shape: shape, reader: reader, shards: shards, run: run)
        try StripePipeline.run(job, shape, workers: shape.workers(of: run))
        let (length, set) = job.outcome
        try reader.checkUnchanged(read: length)
        for (index, shard) in shards.enumerated() {
            let header: ShardHeader
            do throws(StorageMathError) {
                header = try ShardHeader(striping: striping, index: index, length: length, set: set)
            } catch {
                throw StripeError(
                    .impossibleStriping, reader.name, found: "\(error.quantity) are \(error.value), not \(error.bound)",
                    remedy: error.remedy)
            }
            try shard.file.write(0..<ShardHeader.byteCount, of: header.bytes, at: 0)
            try shard.sync()
        }
        // From here on the new set takes the place of the old one.
        try run.checkStop(reader.name)
        for shard in shards { try shard.commit() }
        for path in old.map({ Path.join(folder, $0) }) where !paths.contains(path) { try Path.removeFile(path) }
        return StripedFile(
            striping: striping, length: length, name: name, set: set, shards: paths)
    }

    /// Where the shards of an input go.
    package func shardPaths(in folder: String, named name: String) -> [String] {
        (0..<striping.layout.symbols).map { Path.join(folder, ShardName(base: name, index: $0).text) }
    }

    private static func check(_ name: String) throws(StripeError) {
        let most = 255 - ".000".utf8.count - ShardName.suffix.utf8.count - PartialFile.suffix.utf8.count
        guard !name.isEmpty, name != ".", name != "..", !name.utf8.contains(where: { $0 == 0 || $0 == 0x2f }),
            name.utf8.count <= most
        else {
            throw StripeError(
                .impossibleStriping, name, found: "it is no name for shards",
                remedy: "use 1 to \(most) bytes without a slash")
        }
    }
}

/// A file that was striped.
public struct StripedFile: Sendable, Hashable {
    /// How it lies over the shards.
    public let striping: Striping
    /// Bytes of the file.
    public let length: Int
    /// What its shards are called.
    public let name: String
    /// What ties its shards together.
    public let set: SetIdentifier
    /// The paths of the shards, in order.
    public let shards: [String]

    /// Where everything lies.
    public var geometry: StripeGeometry { StripeGeometry(striping, length: length) }
}
