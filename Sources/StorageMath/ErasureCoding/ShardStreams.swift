/// Shards in arrays of their own, as streams of a ``SumProgram``: those given first, those made after them.
struct ShardStreams {
    private let shards: [[UInt8]]
    private let start: Int
    private var addresses: [UInt] = []
    private var made: [[UInt8]]

    /// The sums that a program makes of a range of the shards; its streams are numbered as these are. The caller has seen
    /// to the lengths.
    static func sums(of shards: [[UInt8]], _ range: Range<Int>, _ program: SumProgram) -> [[UInt8]] {
        guard !range.isEmpty, !shards.isEmpty else { return Array(repeating: [], count: program.sums.count) }
        var streams = ShardStreams(shards, range.lowerBound, program.sums.count)
        streams.addShards(from: 0, program, range.count)
        return streams.made
    }

    private init(_ shards: [[UInt8]], _ start: Int, _ count: Int) {
        self.shards = shards
        self.start = start
        made = Array(repeating: [], count: count)
    }

    /// Each shard's bytes stay where they are within its closure, so the closures are nested.
    private mutating func addShards(from index: Int, _ program: SumProgram, _ length: Int) {
        guard index < shards.count else { return makeSums(from: 0, program, length) }
        unsafe shards[index].withUnsafeBufferPointer { bytes in
            addresses.append(UInt(bitPattern: bytes.baseAddress) + UInt(start))
            addShards(from: index + 1, program, length)
        }
    }

    private mutating func makeSums(from index: Int, _ program: SumProgram, _ length: Int) {
        guard index < made.count else { return run(program, length) }
        let sum = unsafe [UInt8](unsafeUninitializedCapacity: length) { bytes, count in
            addresses.append(UInt(bitPattern: bytes.baseAddress))
            makeSums(from: index + 1, program, length)
            count = length
        }
        made[index] = sum
    }

    private func run(_ program: SumProgram, _ length: Int) {
        let first = addresses[0]
        let offsets = addresses.map { Int(bitPattern: $0 &- first) }
        guard let base = unsafe UnsafeMutablePointer<UInt8>(bitPattern: first) else { return }
        unsafe offsets.withUnsafeBufferPointer { offsets in
            guard let offsets = offsets.baseAddress else { return }
            unsafe program.run(on: base, offsets, 0..<length, .automatic)
        }
    }
}
