/// A random source that gives the same numbers for the same seed, on every machine and in every release.
///
/// SplitMix64, from Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014. Not for
/// secrets.
public struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number of which every order of magnitude is as likely, and the limits of the type now and then: what breaks
    /// arithmetic sits at the edges, where even chances never land.
    public mutating func edgy<Number: FixedWidthInteger>(_: Number.Type = Number.self) -> Number {
        switch next() % 16 {
        case 0: return .zero
        case 1: return .max
        case 2: return .min
        case 3: return Number(truncatingIfNeeded: 1 as Int8)
        default:
            let bits = Int(next() % UInt64(Number.bitWidth)) + 1
            let number = Number(truncatingIfNeeded: next()) >> (Number.bitWidth - bits)
            return number
        }
    }
}
