/// What a shard's file is called: `disk.img.03.shard` is shard 3 of `disk.img`.
public struct ShardName: Sendable, Hashable {
    /// The name that all shards of the set share.
    public let base: String
    /// The shard's index.
    public let index: Int

    /// What the names of shards end with.
    public static let suffix = ".shard"

    public init(base: String, index: Int) {
        self.base = base
        self.index = index
    }

    /// Reads the name of a file, without its folder; `nil` where it is not that of a shard.
    public init?(_ name: String) {
        guard name.hasSuffix(ShardName.suffix) else { return nil }
        let stem = name.dropLast(ShardName.suffix.count)
        guard let dot = stem.lastIndex(of: "."), dot > stem.startIndex else { return nil }
        let digits = stem[stem.index(after: dot)...]
        guard (2...3).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }),
            let index = Int(digits), index < 256
        else { return nil }
        self.init(base: String(stem[..<dot]), index: index)
    }

    /// The name of the file: two digits at least, so that shards are listed in order.
    public var text: String { base + "." + (index < 10 ? "0\(index)" : "\(index)") + ShardName.suffix }
}
