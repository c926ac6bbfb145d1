/// A fast hash with a seed that a stranger does not know: two 64-bit words folded by a multiplication, as wyhash does
/// (Wang Yi, 2019, public domain). The seed is that of Swift's `Hasher`, so nobody can prepare names that collide.
struct ExpositionHash: Sendable {
    private let seed: UInt64
    private let other: UInt64

    init() {
        var hasher = Hasher()
        hasher.combine(0x5EED as UInt64)
        seed = UInt64(truncatingIfNeeded: hasher.finalize())
        hasher = Hasher()
        hasher.combine(0x07E5 as UInt64)
        other = UInt64(truncatingIfNeeded: hasher.finalize()) | 1
    }

    @inline(__always) func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = (left ^ other).multipliedFullWidth(by: right ^ seed)
        return product.high ^ product.low
    }

    @inline(__always) func hash(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> UInt64 {
        var state = seed ^ UInt64(truncatingIfNeeded: end - start)
        var next = start
        while end - next >= 8 {
            state = mix(state, ExpositionWords.word(bytes, next))
            next += 8
        }
        if next < end {
            // With eight bytes behind it the tail is read as one word that overlaps; a short text as two halves that overlap,
            // or as its first, middle and last byte.
            let count = end - start
            if count >= 8 {
                state = mix(state, ExpositionWords.word(bytes, end - 8))
            } else if count >= 4 {
                state = mix(state, ExpositionWords.half(bytes, start) | ExpositionWords.half(bytes, end - 4) << 32)
            } else {
                let ends = UInt64(bytes[start]) | UInt64(bytes[end - 1]) << 16
                state = mix(state, ends | UInt64(bytes[start + count / 2]) << 8)
            }
        }
        return mix(state, UInt64(truncatingIfNeeded: end - start))
    }
}

/// Numbers by their 64-bit hash, for sets that grow with the input: open addressing, 8 bytes a place, at most half full.
struct HashTable: Sendable {
    private var places: [UInt64] = []
    private var used = 0

    /// The table's upper half of a place is the upper half of the hash, its lower half the number and one.
    init(expecting count: Int) {
        var size = 16
        while size < count * 2 { size *= 2 }
        places = Array(repeating: 0, count: size)
    }

    /// The numbers with a hash whose upper half is the same, until one is accepted.
    @inline(__always) func find(_ hash: UInt64, where isIt: (UInt32) -> Bool) -> UInt32? {
        let mask = places.count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while places[place] != 0 {
            if places[place] >> 32 == hash >> 32 {
                let number = UInt32(truncatingIfNeeded: places[place]) - 1
                if isIt(number) { return number }
            }
            place = (place + 1) & mask
        }
        return nil
    }

    /// Adds a number; `hashOf` gives the hashes of those that are there when the table grows.
    @inline(__always) mutating func insert(_ number: UInt32, _ hash: UInt64, hashOf: (UInt32) -> UInt64) {
        if used * 2 >= places.count { grow(hashOf) }
        put(number, hash)
        used += 1
    }

    /// Puts another number in the place of one that is there.
    mutating func replace(_ old: UInt32, by number: UInt32, _ hash: UInt64) {
        let mask = places.count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while places[place] != 0 {
            if UInt32(truncatingIfNeeded: places[place]) == old + 1 {
                places[place] = (hash >> 32) << 32 | UInt64(number + 1)
                return
            }
            place = (place + 1) & mask
        }
    }

    private mutating func grow(_ hashOf: (UInt32) -> UInt64) {
        let old = places
        places = Array(repeating: 0, count: old.count * 2)
        for entry in old where entry != 0 {
            let number = UInt32(truncatingIfNeeded: entry) - 1
            put(number, hashOf(number))
        }
    }

    @inline(__always) private mutating func put(_ number: UInt32, _ hash: UInt64) {
        let mask = places.count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while places[place] != 0 { place = (place + 1) & mask }
        places[place] = (hash >> 32) << 32 | UInt64(number + 1)
    }
}
