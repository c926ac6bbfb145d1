/// How lost shards come back: which are read, and with which coefficients each lost one is a sum of them.
///
/// The same for every stripe with the same loss, so it can be kept.
public struct Reconstruction: Sendable, Hashable {
    /// The symbols that come back, in rising order.
    public let wanted: [Int]
    /// The symbols that are read, in rising order.
    public let reads: [Int]
    /// One row for each wanted symbol, one column for each that is read.
    public let coefficients: CodingMatrix

    /// Whether it takes no multiplication: every coefficient is 0 or 1, as in the repair within a local group.
    public var isExclusiveOr: Bool { coefficients.elements.allSatisfy { $0 <= 1 } }

    /// The wanted shards, in the order of ``wanted``, from those read, in the order of ``reads``; an error where these
    /// are not as many, or of different lengths.
    public func apply(to shards: [[UInt8]]) throws(StorageMathError) -> [[UInt8]] {
        guard shards.count == reads.count else {
            throw StorageMathError(
                "shards read", "\(shards.count)", bound: "\(reads.count)", remedy: "give the symbols \(reads)")
        }
        let length = shards.first?.count ?? 0
        for (index, shard) in shards.enumerated() where shard.count != length {
            throw StorageMathError(
                "bytes of symbol \(reads[index])", "\(shard.count)", bound: "\(length), as many as the others have",
                remedy: "read the same range of each")
        }
        return apply(to: shards, range: 0..<length)
    }

    func apply(to shards: [[UInt8]], range: Range<Int>) -> [[UInt8]] {
        let count = reads.count
        let program = SumProgram(
            coefficients, sources: Array(0..<count), sums: Array(count..<count + wanted.count), kernel: .detected,
            caches: .detected)
        return ShardStreams.sums(of: shards, range, program)
    }
}
