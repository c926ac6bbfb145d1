import StorageMath
import Threads

/// Goes through the stripes of a set once: checks what is there, gives back what is lost, and does with it what it is
/// for.
final class SetScan: StripeJob {
    enum Purpose: Sendable {
        case verification
        /// Writes the shards of these indices anew, those too that are wrong under right checksums.
        case rebuild([Int: PartialFile], WrongUnits)
        /// Puts the file together.
        case decoding(OutputWriter)

        var step: StripeRun.Progress.Step {
            switch self {
            case .verification: .verifying
            case .rebuild: .rebuilding
            case .decoding: .decoding
            }
        }
    }

    private let set: StripeSet
    private let code: any StripeCoder
    private let purpose: Purpose
    private let run: StripeRun
    private let geometry: StripeGeometry
    private let readable: Int
    private let account: Guarded<ScanAccount>
    let shape: BatchShape

    init(_ set: StripeSet, _ code: any StripeCoder, for purpose: Purpose, _ run: StripeRun) {
        self.set = set
        self.code = code
        self.purpose = purpose
        self.run = run
        geometry = set.geometry
        readable = set.readableStripes
        shape = BatchShape(set.striping, geometry: set.geometry)
        account = Guarded(ScanAccount(set))
    }

    /// Goes through all stripes of which a shard has something.
    /// - Returns: what was found.
    func scan() throws(StripeError) -> ScanAccount {
        if readable > 0 { try StripePipeline.run(self, shape, workers: shape.workers(of: run)) }
        return account.withLock { account in
            account.close(readable: readable, of: set)
            return account
        }
    }

    func take(_ number: Int, _ batch: inout StripeBatch) throws(StripeError) -> Bool {
        try run.checkStop(set.place)
        let first = number * shape.stripes
        guard first < readable else { return false }
        let count = min(shape.stripes, readable - first)
        batch.begin(number, count: count, lastUnit: geometry.unitLength(of: first + count - 1))
        return true
    }

    func work(_ batch: inout StripeBatch) throws(StripeError) {
        batch.findings = Array(repeating: StripeFinding(), count: batch.count)
        for shard in 0..<shape.data { load(shard, &batch) }
        var needsParities = true
        if case .decoding = purpose { needsParities = batch.findings.contains { !$0.lost.isEmpty } }
        if needsParities { for shard in shape.data..<shape.symbols { load(shard, &batch) } }
        do throws(StorageMathError) {
            for stripe in 0..<batch.count {
                try giveBack(stripe, of: &batch)
                if case .decoding = purpose {} else { try compare(stripe, of: &batch) }
            }
        } catch {
            throw StripeError(set.place, error)
        }
        for stripe in 0..<batch.count {
            let finding = batch.findings[stripe]
            guard finding.isDecodable else {
                if case .verification = purpose { continue }
                throw set.loss(of: finding.gone, in: batch.first + stripe)
            }
            for shard in finding.lost { batch.seal(shard, stripe) }
        }
        switch purpose {
        case .verification: break
        case .rebuild(let shards, _):
            for (shard, partial) in shards {
                try partial.file.write(
                    batch.chunk(of: shard), of: batch.shards, at: geometry.offset(of: batch.first))
            }
        case .decoding: batch.gather(fileBytes: geometry.fileBytes(of: stripes(of: batch)).count)
        }
    }

    func finish(_ batch: inout StripeBatch) throws(StripeError) {
        account.withLock { account in account.take(batch, of: set) }
        if case .decoding(let output) = purpose { try output.write(batch.streamCount, of: batch.stream, run) }
        run.progress?(
            .init(
                step: purpose.step, doneBytes: geometry.fileBytes(of: stripes(of: batch)).upperBound,
                totalBytes: geometry.length))
    }

    private func stripes(of batch: StripeBatch) -> Range<Int> { batch.first..<batch.first + batch.count }

    /// Reads a shard's part of a batch, and notes which of its units cannot be had.
    private func load(_ shard: Int, _ batch: inout StripeBatch) {
        guard let member = set.members[shard] ?? set.presumed[shard] else {
            for stripe in 0..<batch.count {
                batch.findings[stripe].lost.insert(shard)
                batch.findings[stripe].absent.insert(shard)
            }
            return
        }
        let isPresumed = set.members[shard] == nil
        let chunk = batch.chunk(of: shard)
        let offset = geometry.offset(of: batch.first)
        let end: Int?
        do throws(StripeError) {
            end = chunk.lowerBound + (try member.file.read(chunk, of: &batch.shards, at: offset))
        } catch {
            end = nil
        }
        for stripe in 0..<batch.count {
            let unit = batch.unit(shard, stripe)
            let whole = unit.lowerBound..<unit.upperBound + UnitChecksum.byteCount
            let isThere: Bool
            if let end {
                isThere = whole.upperBound <= end
            } else {
                // A sector that cannot be read takes its unit with it, not the whole batch.
                let start = offset + whole.lowerBound - chunk.lowerBound
                do throws(StripeError) {
                    isThere = try member.file.read(whole, of: &batch.shards, at: start) == whole.count
                } catch {
                    batch.findings[stripe].unreadable.insert(shard)
                    isThere = false
                }
            }
            if !isThere { batch.findings[stripe].absent.insert(shard) }
            let isRight = isThere && batch.keptChecksum(shard, stripe) == batch.checksum(shard, stripe)
            if isRight, isPresumed { batch.findings[stripe].spare.insert(shard) }
            if !isRight || isPresumed { batch.findings[stripe].lost.insert(shard) }
        }
    }

    private func giveBack(_ stripe: Int, of batch: inout StripeBatch) throws(StorageMathError) {
        let lost = batch.findings[stripe].lost
        if lost.isEmpty { return }
        var gone = lost
        if try !code.layout.canDecode(without: gone) {
            // Units of a shard whose header is damaged have checksums of their own. Only here: a shard that should have
            // been there may be an older one, and what is left is enough without it.
            gone.subtract(batch.findings[stripe].spare)
            if try !code.layout.canDecode(without: gone) { gone = try putRight(gone, stripe, of: &batch) }
            guard try code.layout.canDecode(without: gone) else {
                batch.findings[stripe].isDecodable = false
                return
            }
        }
        if gone.isEmpty { return }
        let regions = try batch.regions(of: stripe)
        var buffer = batch.shards.mutableSpan
        try code.reconstruct(gone, in: &buffer, at: regions)
    }

    /// Of a stripe in which too many units do not have their checksum: each may be damaged in another place, and the
    /// parities tell in which. What is put right must then have its checksum, so nothing is taken for right by the
    /// parities alone.
    /// - Returns: the units that are still lost.
    private func putRight(
        _ lost: Set<Int>, _ stripe: Int, of batch: inout StripeBatch
    ) throws(StorageMathError) -> Set<Int> {
        guard batch.findings[stripe].absent.isDisjoint(with: lost) else { return lost }
        var units = batch.units(of: stripe)
        guard let changed = try code.putRight(&units, among: lost) else { return lost }
        let before = changed.map { ($0, Array(batch.shards[batch.unit($0, stripe)])) }
        for shard in changed { batch.replace(shard, stripe, by: units[shard]) }
        let left = lost.filter { batch.keptChecksum($0, stripe) != batch.checksum($0, stripe) }
        if try code.layout.canDecode(without: left) { return left }
        // Where checksums themselves are damaged and no byte is, data and parities agree; whether the data is what was
        // striped, the identifier says.
        if left.isDisjoint(with: changed), left.count < shape.symbols { return [] }
        for (shard, bytes) in before { batch.replace(shard, stripe, by: bytes) }
        return lost
    }

    /// Calculates the parities of a stripe beside the shards, and notes which of those that are there differ.
    private func compare(_ stripe: Int, of batch: inout StripeBatch) throws(StorageMathError) {
        let finding = batch.findings[stripe]
        // Where only as many are left as it takes, they agree with whatever follows from them.
        guard finding.isDecodable, finding.lost.count < shape.symbols - shape.data else { return }
        let aside = try batch.regions(of: stripe, paritiesAside: true)
        var buffer = batch.shards.mutableSpan
        try code.encode(&buffer, at: aside)
        for parity in shape.data..<shape.symbols where !finding.lost.contains(parity) {
            let own = batch.unit(parity, stripe)
            let right = aside.offsets[parity]
            if batch.shards[own] != batch.shards[right..<right + own.count] {
                batch.findings[stripe].disagreeing.append(parity)
            }
        }
        let disagreeing = batch.findings[stripe].disagreeing
        if disagreeing.isEmpty { return }
        switch purpose {
        case .verification: batch.findings[stripe].wrong = try wrongUnits(stripe, of: &batch, replacing: false)
        case .rebuild(_, .parities):
            for parity in disagreeing {
                let right = aside.offsets[parity]
                batch.replace(
                    parity, stripe, by: Array(batch.shards[right..<right + batch.unitLength(stripe)]))
                batch.seal(parity, stripe)
            }
            batch.findings[stripe].disagreeing = []
        case .rebuild(_, .located):
            if try wrongUnits(stripe, of: &batch, replacing: true) != nil { batch.findings[stripe].disagreeing = [] }
        case .rebuild(_, .untold), .decoding: break
        }
    }

    /// Which units of a stripe are wrong under right checksums, with the checksums that they should have; `nil` where
    /// the parities do not tell.
    private func wrongUnits(
        _ stripe: Int, of batch: inout StripeBatch, replacing: Bool
    ) throws(StorageMathError) -> [Int: UInt32]? {
        guard batch.findings[stripe].lost.isEmpty else { return nil }
        var units = batch.units(of: stripe)
        guard let changed = try code.putRight(&units, among: Set(0..<shape.symbols)) else { return nil }
        var wrong: [Int: UInt32] = [:]
        for shard in changed {
            let right = units[shard]
            wrong[shard] = UnitChecksum.of(right.span, shard: shard, stripe: batch.first + stripe)
            guard replacing else { continue }
            batch.replace(shard, stripe, by: units[shard])
            batch.seal(shard, stripe)
        }
        return wrong
    }
}
