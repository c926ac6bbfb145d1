import StorageMath

/// The shape of the buffers of a run: how many stripes are worked on at once.
struct BatchShape: Sendable, Hashable {
    let striping: Striping
    /// Bytes of the longest unit.
    let unit: Int
    /// Stripes of a batch.
    let stripes: Int

    /// Bytes of stripes with their parities that a batch has, unless one stripe has more.
    static let targetBytes = 4 << 20

    /// - Parameter geometry: that of the file, where its length is known: a short one needs no long buffers.
    init(_ striping: Striping, geometry: StripeGeometry? = nil) {
        self.striping = striping
        unit = geometry.map { $0.fullStripes > 0 ? striping.unit : $0.tail } ?? striping.unit
        let stripe = striping.layout.symbols * (unit + UnitChecksum.byteCount)
        let most = min(max(1, BatchShape.targetBytes / stripe), 1024)
        stripes = geometry.map { max(1, min(most, $0.stripes)) } ?? most
    }

    var symbols: Int { striping.layout.symbols }
    var data: Int { striping.layout.data }
    /// Bytes from unit to unit of a shard.
    var step: Int { unit + UnitChecksum.byteCount }
    /// Bytes of each shard's part of a batch.
    var chunk: Int { stripes * step }
    /// Bytes of the file that a batch holds.
    var fileBytes: Int { stripes * data * unit }

    /// Bytes of the buffers of one thread: the shards, the parities for a comparison, the file.
    var bufferBytes: Int { symbols * chunk + (symbols - data) * unit + fileBytes }

    /// Threads that may work without their buffers going beyond the limit.
    func workers(of run: StripeRun) -> Int { max(1, min(run.threads, StripeRun.memoryLimit / max(bufferBytes, 1))) }
}

/// A batch of stripes as one thread has it: of each shard the units one after the other, each with its checksum, as
/// they stand in the shard's file.
struct StripeBatch {
    let shape: BatchShape
    /// Its number among the batches, from 0.
    var number = 0
    /// How many stripes it holds, and how long the units of the last one are.
    private(set) var count = 0
    private(set) var lastUnit = 0
    /// The shards, then room for the parities of one stripe.
    var shards: [UInt8]
    /// The bytes of the file, as many as the batch holds.
    var stream: [UInt8]
    var streamCount = 0
    /// What was found in each stripe.
    var findings: [StripeFinding] = []

    init(_ shape: BatchShape) {
        self.shape = shape
        shards = [UInt8](
            repeating: 0, count: shape.symbols * shape.chunk + (shape.symbols - shape.data) * shape.unit)
        stream = [UInt8](repeating: 0, count: shape.fileBytes)
    }

    /// The number of its first stripe.
    var first: Int { number * shape.stripes }

    /// Begins a batch of as many stripes.
    mutating func begin(_ number: Int, count: Int, lastUnit: Int) {
        self.number = number
        self.count = count
        self.lastUnit = lastUnit
        findings.removeAll(keepingCapacity: true)
    }

    /// Begins a batch that holds so many bytes of the file.
    mutating func begin(_ number: Int, fileBytes: Int) {
        streamCount = fileBytes
        let stripe = shape.data * shape.unit
        let rest = fileBytes % stripe
        begin(
            number, count: (fileBytes + stripe - 1) / stripe,
            lastUnit: rest == 0 ? shape.unit : (rest + shape.data - 1) / shape.data)
    }

    /// Bytes of the units of a stripe of the batch.
    func unitLength(_ stripe: Int) -> Int { stripe == count - 1 ? lastUnit : shape.unit }

    /// Bytes of each shard's part.
    var chunkBytes: Int { count == 0 ? 0 : (count - 1) * shape.step + lastUnit + UnitChecksum.byteCount }

    /// Where a shard's part lies in ``shards``.
    func chunk(of shard: Int) -> Range<Int> { shard * shape.chunk..<shard * shape.chunk + chunkBytes }

    /// Where a unit lies in ``shards``.
    func unit(_ shard: Int, _ stripe: Int) -> Range<Int> {
        let start = shard * shape.chunk + stripe * shape.step
        return start..<start + unitLength(stripe)
    }

    /// Where the units of a stripe lie.
    /// - Parameter aside: whether the parities are those beside the shards.
    func regions(of stripe: Int, paritiesAside aside: Bool = false) throws(StorageMathError) -> ShardRegions {
        let room = shape.symbols * shape.chunk
        return try ShardRegions(
            offsets: (0..<shape.symbols).map { shard in
                aside && shard >= shape.data
                    ? room + (shard - shape.data) * shape.unit : unit(shard, stripe).lowerBound
            }, length: unitLength(stripe))
    }

    /// The checksum that a unit should have.
    func checksum(_ shard: Int, _ stripe: Int) -> UInt32 {
        UnitChecksum.of(shards.span.extracting(unit(shard, stripe)), shard: shard, stripe: first + stripe)
    }

    /// The checksum that stands behind a unit.
    func keptChecksum(_ shard: Int, _ stripe: Int) -> UInt32 {
        let start = unit(shard, stripe).upperBound
        return (0..<4).reduce(0) { $0 | UInt32(shards[start + $1]) << (8 * UInt32($1)) }
    }

    /// The units of a stripe, each in an array of its own.
    func units(of stripe: Int) -> [[UInt8]] { (0..<shape.symbols).map { Array(shards[unit($0, stripe)]) } }

    /// Puts bytes in the place of a unit.
    mutating func replace(_ shard: Int, _ stripe: Int, by bytes: [UInt8]) {
        shards.replaceSubrange(unit(shard, stripe), with: bytes)
    }

    /// Writes the checksum of a unit behind it.
    mutating func seal(_ shard: Int, _ stripe: Int) {
        let start = unit(shard, stripe).upperBound
        let checksum = checksum(shard, stripe)
        for place in 0..<4 { shards[start + place] = UInt8(truncatingIfNeeded: checksum >> (8 * UInt32(place))) }
    }

    /// Lays the file's bytes over the data shards; what is left of the last units is zeros.
    mutating func scatter() {
        var taken = 0
        for stripe in 0..<count {
            for shard in 0..<shape.data {
                let unit = unit(shard, stripe)
                let part = min(unit.count, streamCount - taken)
                StripeBatch.copy(stream, from: taken, count: part, to: &shards, at: unit.lowerBound)
                for place in unit.lowerBound + part..<unit.upperBound { shards[place] = 0 }
                taken += part
            }
        }
    }

    /// Puts the file's bytes together from the data shards.
    mutating func gather(fileBytes: Int) {
        streamCount = 0
        for stripe in 0..<count {
            for shard in 0..<shape.data {
                let unit = unit(shard, stripe)
                let part = min(unit.count, fileBytes - streamCount)
                StripeBatch.copy(shards, from: unit.lowerBound, count: part, to: &stream, at: streamCount)
                streamCount += part
            }
        }
    }

    private static func copy(
        _ source: [UInt8], from start: Int, count: Int, to target: inout [UInt8], at offset: Int
    ) { target.replaceSubrange(offset..<offset + count, with: source[start..<start + count]) }
}

/// What was found in one stripe.
struct StripeFinding {
    /// Units that are not there or do not have their checksum.
    var lost: Set<Int> = []
    /// Those of them of which there are no bytes.
    var absent: Set<Int> = []
    /// Those of them that the system could not read.
    var unreadable: Set<Int> = []
    /// Those of them that have their checksum, in a shard whose header is damaged.
    var spare: Set<Int> = []
    /// Whether what is left gives them back.
    var isDecodable = true
    /// Units that nothing has: what a stripe that is lost lacks.
    var gone: Set<Int> { lost.subtracting(spare) }
    /// Parities that have their checksum and are not those of the data.
    var disagreeing: [Int] = []
    /// Which units are wrong where parities disagree, as the parities tell, with the checksums that they should have;
    /// `nil` where they do not tell.
    var wrong: [Int: UInt32]?
}
