import StorageMath

/// What is known of the units that are wrong though all checksums are right.
enum WrongUnits: Sendable, Hashable {
    /// Nothing, or there are none.
    case untold
    /// The data is what was striped, so those of the parities that are not its parities.
    case parities
    /// Those that the parities tell: with them put right the data is what was striped.
    case located
}

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
    /// As ``lost``, with the parities that disagree; with the units that the parities say are wrong.
    private var lostOrDisagreeing: [UnitRanges]
    private var lostOrWrong: [UnitRanges]
    /// Data units that were given back.
    private(set) var rebuiltUnits = 0
    private var digest: SetDigest
    /// The digest with what the parities put right; `nil` where in some stripe they do not tell what is wrong.
    private var digestPutRight: SetDigest?

    init(_ set: StripeSet) {
        lost = Array(repeating: UnitRanges(), count: set.striping.layout.symbols)
        lostOrDisagreeing = lost
        lostOrWrong = lost
        digest = SetDigest(set.striping)
        digestPutRight = digest
    }

    /// Which units are wrong where all checksums are right and the parities are not those of the data. The identifier
    /// decides: it follows from the data that was striped.
    func wrongUnits(of set: StripeSet) -> WrongUnits {
        guard !disagreeingStripes.isEmpty, let isRight = isContentRight(of: set) else { return .untold }
        if isRight { return .parities }
        return digestPutRight?.identifier(length: set.length) == set.identifier ? .located : .untold
    }

    /// Units of each shard that are lost or wrong.
    func amiss(_ wrong: WrongUnits) -> [UnitRanges] {
        switch wrong {
        case .untold: lost
        case .parities: lostOrDisagreeing
        case .located: lostOrWrong
        }
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
            for shard in finding.lost.union(finding.disagreeing) { lostOrDisagreeing[shard].add(number) }
            for shard in finding.lost.union((finding.wrong ?? [:]).keys) { lostOrWrong[shard].add(number) }
            isUnreadable.formUnion(finding.unreadable)
            if !finding.disagreeing.isEmpty {
                disagreeingStripes.add(number)
                disagreeingShards.formUnion(finding.disagreeing)
            }
            guard finding.isDecodable else {
                lostStripes.add(number)
                note(finding.gone, in: number, of: set)
                continue
            }
            if !finding.disagreeing.isEmpty, finding.wrong == nil { digestPutRight = nil }
            for shard in 0..<set.striping.layout.data {
                let kept = batch.keptChecksum(shard, stripe)
                digest.absorb(checksum: kept)
                digestPutRight?.absorb(checksum: finding.wrong?[shard] ?? kept)
                if finding.lost.contains(shard) { rebuiltUnits += 1 }
            }
        }
    }

    /// Counts the stripes of which no shard has anything.
    mutating func close(readable: Int, of set: StripeSet) {
        let rest = readable..<set.geometry.stripes
        guard !rest.isEmpty else { return }
        for shard in lost.indices {
            lost[shard].add(rest)
            lostOrDisagreeing[shard].add(rest)
            lostOrWrong[shard].add(rest)
        }
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
