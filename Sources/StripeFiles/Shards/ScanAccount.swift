import StorageMath

/// What was found in the stripes of a set so far, in their order.
struct ScanAccount: Sendable {
    /// Lost units of each shard.
    private(set) var lost: [UnitRanges]
    private(set) var isUnreadable: Set<Int> = []
    private(set) var lostStripes = UnitRanges()
    private(set) var firstLoss: StripeError?
    /// Whether the shards that cannot be opened would give back every lost stripe.
    private(set) var hangsOnUnopened = true
    private(set) var disagreeingStripes = UnitRanges()
    private(set) var disagreeingShards: Set<Int> = []
    /// Data units that were given back.
    private(set) var rebuiltUnits = 0
    private var digest: SetDigest

    init(_ set: StripeSet) {
        lost = Array(repeating: UnitRanges(), count: set.striping.layout.symbols)
        digest = SetDigest(set.striping)
    }

    /// Whether the content is what was striped; `nil` where some of it cannot be had.
    func isContentRight(of set: StripeSet) -> Bool? {
        lostStripes.isEmpty ? digest.identifier(length: set.length) == set.identifier : nil
    }

    /// Takes the next batch in.
    mutating func take(_ batch: StripeBatch, of set: StripeSet) {
        for (stripe, finding) in batch.findings.enumerated() {
            let number = batch.first + stripe
            for shard in finding.lost { lost[shard].add(number) }
            isUnreadable.formUnion(finding.unreadable)
            if !finding.disagreeing.isEmpty {
                disagreeingStripes.add(number)
                disagreeingShards.formUnion(finding.disagreeing)
            }
            guard finding.isDecodable else {
                lostStripes.add(number)
                note(finding.lost, in: number, of: set)
                continue
            }
            for shard in 0..<set.striping.layout.data {
                digest.absorb(checksum: batch.keptChecksum(shard, stripe))
                if finding.lost.contains(shard) { rebuiltUnits += 1 }
            }
        }
    }

    /// Counts the stripes of which no shard has anything.
    mutating func close(readable: Int, of set: StripeSet) {
        let rest = readable..<set.geometry.stripes
        guard !rest.isEmpty else { return }
        for shard in lost.indices { lost[shard].add(rest) }
        lostStripes.add(rest)
        note(Set(lost.indices), in: readable, of: set)
    }

    /// Keeps the first loss, or the first that no shard which cannot be opened would mend.
    private mutating func note(_ lost: Set<Int>, in stripe: Int, of set: StripeSet) {
        guard hangsOnUnopened else { return }
        let hangs = set.hangsOnUnopened(lost)
        if firstLoss == nil || !hangs { firstLoss = set.loss(of: lost, in: stripe) }
        hangsOnUnopened = hangs
    }
}
