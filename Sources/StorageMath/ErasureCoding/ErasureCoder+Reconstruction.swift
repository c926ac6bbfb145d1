/// How lost shards come back, made ready for a kernel: the same for every stripe with the same loss.
public struct PreparedReconstruction: Sendable {
    /// What is read, and what comes of it.
    public let plan: Reconstruction
    let program: SumProgram
    /// Whose streams the program's are.
    let core: CoderCore
}

extension ErasureCoder {
    /// Makes the reconstruction of the wanted symbols ready, where the wanted and the `lost` cannot be read.
    ///
    /// An error where none is wanted, there is no such symbol, or what is left does not give them.
    public func reconstruction(
        of wanted: Set<Int>, without lost: Set<Int> = []
    ) throws(StorageMathError) -> PreparedReconstruction {
        let plan = try code.reconstruction(of: wanted, without: lost)
        let program = SumProgram(
            plan.coefficients, sources: plan.reads, sums: plan.wanted, kernel: kernel, caches: caches,
            pair: SumPass.pair(for: plan, of: code))
        return PreparedReconstruction(plan: plan, program: program, core: core)
    }

    /// Writes the wanted shards into their places in the buffer that holds those read. What is in those places before
    /// counts for nothing.
    ///
    /// - Parameter range: the bytes of the shards that come back; all where none is given.
    ///
    /// An error, and nothing written, where another coder made the reconstruction ready, there are not as many regions as
    /// symbols, the buffer is too short, or the range is not within the shards.
    public func reconstruct(
        _ prepared: PreparedReconstruction, in buffer: inout MutableSpan<UInt8>, at regions: ShardRegions,
        range: Range<Int>? = nil
    ) throws(StorageMathError) {
        let range = range ?? 0..<regions.length
        if prepared.core === core, core.run(prepared.program, on: &buffer, regions, range) { return }
        try require(prepared)
        try code.require(regions, in: buffer.count)
        throw code.wrongRange(range, length: regions.length)
    }

    /// Another coder's streams may be more, or others.
    func require(_ prepared: PreparedReconstruction) throws(StorageMathError) {
        guard prepared.core === core else {
            throw StorageMathError(
                "reconstruction of \(prepared.plan.wanted)", "another coder's", bound: "made ready by this coder",
                remedy: "keep each with the coder that made it ready")
        }
    }
}

extension SumPass {
    /// The shorter way to two data shards, where their group has an exclusive or and the code a row of the powers of 2:
    /// both parities less what is left of the data are two syndromes, which take one doubling a source, and then a product
    /// each for the two (H. P. Anvin, "The mathematics of RAID-6", 2004, 4).
    ///
    /// `nil` where the loss is another.
    static func pair(for plan: Reconstruction, of code: some ErasureCode) -> SumPass? {
        let data = code.layout.data
        let field = code.field
        guard field == .storage, data > 1, plan.wanted.count == 2, plan.wanted[1] < data else { return nil }
        let (first, second) = (plan.wanted[0], plan.wanted[1])
        let parities = plan.reads.filter { $0 >= data }
        guard parities.count == 2, plan.reads.count == data else { return nil }
        let rows = parities.map { code.row(of: $0) }
        // The one that doubling gives: 2^j for data j.
        guard
            let horner = rows.firstIndex(where: { row in row.indices.allSatisfy { row[$0] == field.raise(2, to: $0) } })
        else { return nil }
        let ones = rows[1 - horner]
        guard let start = ones.firstIndex(of: 1), let end = ones.lastIndex(of: 1), start <= first, second <= end,
            ones.indices.allSatisfy({ ones[$0] == ((start...end).contains($0) ? 1 : 0) })
        else { return nil }
        // Downwards, so that the step of data j is multiplied by 2 j times.
        let order = (0..<data).reversed().map { $0 == first || $0 == second ? nil : Optional($0) }
        var groups: [Group] = []
        if end < data - 1 { groups.append(Group(end: data - 1 - end, sum: nil)) }
        let pairGroup = groups.count
        groups.append(Group(end: data - start, sum: nil))
        if start > 0 { groups.append(Group(end: data, sum: nil)) }
        // s = a + b and t = 2^i a + 2^j b, so (2^i + 2^j) a = 2^j s + t.
        let (low, high) = (field.raise(2, to: first), field.raise(2, to: second))
        let scale = field.reciprocals[Int(low ^ high)]
        return SumPass(
            order: order, groups: groups, coefficients: [field.multiply(high, scale), scale],
            pair: Pair(
                group: pairGroup, sum: parities[1 - horner], horner: parities[horner], first: first, second: second))
    }
}
