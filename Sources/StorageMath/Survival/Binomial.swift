enum Binomial {
    /// In how many ways `chosen` can be chosen out of `total`; 0 where there are not so many.
    ///
    /// Exact: each factor of C(n, i + 1) = C(n, i) (n − i) / (i + 1) divides without a rest. No overflow while the
    /// result times `total` is below 2^63; callers choose at most 6 of 435, or any of 16.
    static func coefficient(_ total: Int, _ chosen: Int) -> Int {
        guard chosen >= 0, chosen <= total else { return 0 }
        return (0..<min(chosen, total - chosen)).reduce(1) { $0 * (total - $1) / ($1 + 1) }
    }
}
