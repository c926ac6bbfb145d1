import StorageMath
import Threads

/// The arithmetic of one set of shards, made ready once: all its stripes have the same code, and most that lost something
/// lost the same.
protocol StripeCoder: Sendable {
    var layout: ErasureLayout { get }
    func encode(_ buffer: inout MutableSpan<UInt8>, at regions: ShardRegions) throws(StorageMathError)
    func reconstruct(
        _ lost: Set<Int>, in buffer: inout MutableSpan<UInt8>, at regions: ShardRegions
    ) throws(StorageMathError)
    /// Puts the wrong bytes of whole units right, byte column by byte column, where the parities tell which they are.
    /// - Parameter suspects: the units that may have wrong bytes.
    /// - Returns: the units that were changed; `nil`, and nothing changed, where the parities do not tell.
    func putRight(_ units: inout [[UInt8]], among suspects: Set<Int>) throws(StorageMathError) -> Set<Int>?
}

extension ErasureCode {
    /// Makes the code ready. Stripes are checked and written where they lie in the caches, so results go there too.
    func readyForStripes() throws(StorageMathError) -> any StripeCoder {
        try ReadyCoder(coder: ErasureCoder(self, stores: .cached))
    }
}

private struct ReadyCoder<Coding: ErasureCode>: StripeCoder {
    /// Losses of which the coefficients are kept: more differ only where damage is scattered.
    private static var most: Int { 64 }

    private let coder: ErasureCoder<Coding>
    private let known = Guarded<[Set<Int>: PreparedReconstruction]>([:])

    init(coder: ErasureCoder<Coding>) { self.coder = coder }

    /// Choices of wrong units that are looked at in a stripe: beyond it, a file with many such stripes takes too long.
    private static var mostChoices: Int { 4096 }

    var layout: ErasureLayout { coder.code.layout }

    func putRight(_ units: inout [[UInt8]], among suspects: Set<Int>) throws(StorageMathError) -> Set<Int>? {
        guard coder.code.choicesOfDamage(among: suspects.count, limit: Self.mostChoices) != nil else { return nil }
        switch try coder.code.locateDamage(in: units, among: suspects) {
        case .consistent: return []
        case .beyondReach: return nil
        case .located(let damaged, _):
            try coder.code.repair(&units, damaged: damaged)
            return Set(damaged.keys)
        }
    }

    func encode(_ buffer: inout MutableSpan<UInt8>, at regions: ShardRegions) throws(StorageMathError) {
        try coder.encode(&buffer, at: regions)
    }

    func reconstruct(
        _ lost: Set<Int>, in buffer: inout MutableSpan<UInt8>, at regions: ShardRegions
    ) throws(StorageMathError) {
        if let prepared = known.withLock({ $0[lost] }) {
            return try coder.reconstruct(prepared, in: &buffer, at: regions)
        }
        let prepared = try coder.reconstruction(of: lost)
        known.withLock { known in
            if known.count < ReadyCoder.most { known[lost] = prepared }
        }
        try coder.reconstruct(prepared, in: &buffer, at: regions)
    }
}
