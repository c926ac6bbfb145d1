/// The copies of a mirror: where they differ, and which of them is right.
public struct MirrorCopies: Sendable, Hashable {
    /// How many copies there are, 2 to 4.
    public let count: Int

    /// A mirror; an error where it has not 2 to 4 copies.
    public init(count: Int) throws(StorageMathError) {
        try StorageMathError.require(
            count, in: 2...4, "copies of a mirror", remedy: "mirrors are two-way, three-way or four-way")
        self.count = count
    }

    /// The ranges in which not all copies are the same, in rising order. An error where there are not all copies, of
    /// one length.
    public func differences(between shards: [[UInt8]]) throws(StorageMathError) -> [Range<Int>] {
        let length = try requireCopies(shards)
        return MirrorCopies.ranges(below: length) { byte in shards.contains { $0[byte] != shards[0][byte] } }
    }

    /// Gives each byte the value that more than half of the copies have, and the ranges that were changed in each copy.
    ///
    /// An error, and nothing changed, where there are not all copies of one length, or some byte has no majority: of
    /// two copies nobody can say which is right, and it takes a checksum (``repair(_:checksum:)``).
    public func repairByMajority(
        _ shards: inout [[UInt8]]
    ) throws(StorageMathError) -> [Int: [Range<Int>]] {
        let length = try requireCopies(shards)
        var right = shards[0]
        for byte in 0..<length where shards.contains(where: { $0[byte] != right[byte] }) {
            let majority = shards.first { candidate in
                2 * shards.count { $0[byte] == candidate[byte] } > count
            }
            guard let majority else {
                throw StorageMathError(
                    "values of byte \(byte) in the copies", "\(shards.map { $0[byte] })",
                    bound: "the same in more than half of \(count) copies",
                    remedy: "give a checksum or say which copy is right")
            }
            right[byte] = majority[byte]
        }
        var changed: [Int: [Range<Int>]] = [:]
        for copy in shards.indices where shards[copy] != right {
            changed[copy] = MirrorCopies.ranges(below: length) { shards[copy][$0] != right[$0] }
            shards[copy] = right
        }
        return changed
    }

    /// Gives all copies the bytes of the first that has the checksum (CRC-32C), and the copies that were changed.
    ///
    /// An error, and nothing changed, where there are not all copies of one length, none has the checksum, or two that
    /// differ both have it.
    public func repair(
        _ shards: inout [[UInt8]], checksum: UInt32
    ) throws(StorageMathError) -> [Int] {
        _ = try requireCopies(shards)
        let right = shards.indices.filter { CRC32C.checksum(of: shards[$0]) == checksum }
        guard let first = right.first else {
            throw StorageMathError(
                "copies with the CRC-32C 0x" + String(checksum, radix: 16), "0", bound: "1 to \(count)",
                remedy: "all copies, or the checksum kept, are damaged: restore from elsewhere")
        }
        for other in right where shards[other] != shards[first] {
            throw StorageMathError(
                "copies that have the CRC-32C 0x" + String(checksum, radix: 16), "\(first) and \(other)",
                bound: "the same bytes", remedy: "one checksum fits both: say which copy is right")
        }
        let changed = shards.indices.filter { !right.contains($0) }
        for copy in changed { shards[copy] = shards[first] }
        return changed
    }

    private func requireCopies(_ shards: [[UInt8]]) throws(StorageMathError) -> Int {
        guard shards.count == count else {
            throw StorageMathError(
                "copies given", "\(shards.count)", bound: "\(count)", remedy: "give every copy of the mirror")
        }
        for (copy, shard) in shards.enumerated() where shard.count != shards[0].count {
            throw StorageMathError(
                "bytes of copy \(copy)", "\(shard.count)", bound: "\(shards[0].count), as many as copy 0 has",
                remedy: "copy what is missing from a whole copy first")
        }
        return shards[0].count
    }

    /// The stretches of bytes for which something holds.
    private static func ranges(below length: Int, where holds: (Int) -> Bool) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start: Int?
        for byte in 0...length {
            let isWithin = byte < length && holds(byte)
            if isWithin, start == nil { start = byte }
            if !isWithin, let begun = start {
                ranges.append(begun..<byte)
                start = nil
            }
        }
        return ranges
    }
}
