/// Where the shards of a stripe lie in one buffer: regions of one length that do not overlap.
///
/// That they do not is checked here, once, and not at each call.
public struct ShardRegions: Sendable, Hashable {
    /// Where each shard begins, in bytes.
    public let offsets: [Int]
    /// Bytes of each shard.
    public let length: Int
    /// Bytes that the buffer must have at least.
    public let end: Int

    /// Regions at these offsets; an error where there are none or more than 256, one is below zero or beyond what an
    /// integer counts, or two overlap: it names them.
    public init(offsets: [Int], length: Int) throws(StorageMathError) {
        try StorageMathError.require(
            offsets.count, in: 1...256, "shards of a stripe", remedy: "a code has at most 256 symbols")
        try StorageMathError.require(length, in: 0...Int.max, "bytes of a shard", remedy: "a length is 0 or above")
        for (shard, offset) in offsets.enumerated() {
            try StorageMathError.require(
                offset, in: 0...(Int.max - length), "start of shard \(shard)", remedy: "a shard lies within its buffer")
        }
        let order = offsets.indices.sorted { offsets[$0] < offsets[$1] }
        for (before, after) in zip(order, order.dropFirst()) where offsets[after] - offsets[before] < length {
            throw StorageMathError(
                "start of shard \(after)", "\(offsets[after])",
                bound: "at least \(offsets[before] + length), where shard \(before) ends",
                remedy: "give each shard bytes of its own")
        }
        self.offsets = offsets
        self.length = length
        end = length + (offsets.max() ?? 0)
    }

    /// Shards one after the other, `stride` bytes from start to start, without a gap where none is given; an error as
    /// for the offsets.
    public init(count: Int, length: Int, stride: Int? = nil) throws(StorageMathError) {
        try StorageMathError.require(
            count, in: 1...256, "shards of a stripe", remedy: "a code has at most 256 symbols")
        let step = stride ?? length
        try StorageMathError.require(
            step, in: 0...(Int.max / 256), "bytes from shard to shard", remedy: "a shard lies within its buffer")
        try self.init(offsets: (0..<count).map { $0 * step }, length: length)
    }
}
