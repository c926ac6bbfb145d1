import StorageMath

extension StripeSet {
    /// Stripes of which some shard has a whole unit: what is beyond is lost without a look.
    var readableStripes: Int { (Array(members.values) + presumed.values).map(wholeUnits).max() ?? 0 }

    private func wholeUnits(of member: Member) -> Int {
        if member.size >= geometry.shardBytes { return geometry.stripes }
        return min(
            max(0, member.size - ShardHeader.byteCount) / (striping.unit + UnitChecksum.byteCount),
            geometry.fullStripes)
    }

    /// The refusal of a stripe that cannot be had back: which, what it lacks, and how much of it must come back.
    func loss(of lost: Set<Int>, in stripe: Int) -> StripeError {
        let bytes = geometry.fileBytes(of: stripe)
        let names = lost.sorted().map { shard in
            "\(striping.role(of: shard)) (\(path(of: shard) ?? "\(ShardName(base: name, index: shard).text), missing"))"
        }
        let shown = names.prefix(8).joined(separator: ", ") + (names.count > 8 ? " and \(names.count - 8) more" : "")
        let file = lost.sorted().lazy.compactMap { self.path(of: $0) }.first ?? place
        let offset = lost.contains { path(of: $0) == file } ? geometry.offset(of: stripe) : nil
        let excess = excess(of: lost)
        if hangsOnUnopened(lost) {
            let closed = unopened.sorted { $0.key < $1.key }.map(\.value)
            let more = closed.count > 1 ? " and \(closed.count - 1) more" : ""
            return StripeError(
                .undetermined, closed[0],
                found: "cannot be read\(more), and without it stripe \(stripe), bytes \(bytes.lowerBound) to "
                    + "\(bytes.upperBound - 1) of the file, does not come back: \(shown)",
                remedy: "make \(excess == 1 ? "one of these shards" : "\(excess) of these shards") readable")
        }
        return StripeError(
            .tooMuchLost, file, at: offset,
            found: "stripe \(stripe), bytes \(bytes.lowerBound) to \(bytes.upperBound - 1) of the file, has lost "
                + "\(lost.count) of \(striping.layout.symbols) units, too many for \(striping.layout): \(shown)",
            remedy: excess == 1 ? "bring back one of these shards" : "bring back \(excess) of these shards")
    }

    /// Whether a stripe that lost so much would come back if shards that cannot be opened held what they should.
    func hangsOnUnopened(_ lost: Set<Int>) -> Bool {
        !unopened.isEmpty && (try? striping.layout.canDecode(without: lost.subtracting(unopened.keys))) == true
    }

    /// How many more units than the code gives back.
    private func excess(of lost: Set<Int>) -> Int {
        let layout = striping.layout
        guard let groupSize = layout.groupSize else { return lost.count - layout.globalParities }
        let data = layout.data
        var beyond = lost.count { $0 >= data + layout.localParities }
        for group in 0..<layout.localParities {
            beyond += max(0, lost.count { $0 == data + group || ($0 < data && $0 / groupSize == group) } - 1)
        }
        return beyond - layout.globalParities
    }

    func provenCode() throws(StripeError) -> any StripeCoder {
        do throws(StorageMathError) { return try striping.code().readyForStripes() } catch {
            throw StripeError(place, error)
        }
    }
}
