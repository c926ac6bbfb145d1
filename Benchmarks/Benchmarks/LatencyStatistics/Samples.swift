/// Latencies in nanoseconds as a storage network shows them: most near the median, a long tail. The same ones each run.
struct Samples {
    let values: [UInt64]

    init(count: Int, seed: UInt64) {
        var generator = SplitMix64(state: seed)
        values = (0..<count).map { _ in
            let body = 8_000 + generator.next() % 4_000
            return generator.next() % 100 == 0 ? body + generator.next() % 1_000_000 : body
        }
    }
}

/// G. L. Steele, D. Lea and C. H. Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }
}
