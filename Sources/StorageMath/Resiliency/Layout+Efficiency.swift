public import ClusterCore

extension Code {
    /// Stored bytes for one byte of data: `(k + l + r) / k` for a code, the number of copies for a mirror.
    public var overhead: Fraction {
        switch self {
        case .copies(let count): Fraction(Int64(count))
        case .erasure(let layout): Fraction.ratio(Int32(layout.symbols), Int32(layout.data))
        case .nestedCopies: Fraction(4)
        case .nestedParity(let columns): Fraction.ratio(Int32(2 * columns), Int32(columns - 1))
        }
    }
}

extension Layout {
    /// Stored bytes for one byte of the volume: Σ share × overhead over its parts. The reciprocal of ``efficiency()``.
    ///
    /// For mirror-accelerated parity with mirror share *m* and parity efficiency *e* this is 3*m* + (1 − *m*)/*e*
    /// (Microsoft, plan-volumes; nested: 2(*m*/0.5 + (1 − *m*)/*e*), nested-resiliency, 2018).
    ///
    /// An error where the share has a denominator so large that the result has no exact form.
    public func overhead() throws(UnitError) -> Fraction {
        var sum = Fraction.zero
        for part in parts { sum = try sum.adding(part.share.multiplied(by: part.code.overhead)) }
        return sum
    }

    /// What share of the stored bytes is the volume's own: 1/3 for a three-way mirror.
    public func efficiency() throws(UnitError) -> Fraction { try Fraction.one.divided(by: overhead()) }
}
