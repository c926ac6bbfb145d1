import ClusterCore

extension StorageMathError {
    /// A calculation whose result no value of its unit can hold.
    init(_ quantity: String, _ error: UnitError) {
        self.init(
            quantity, error.input, bound: "within the limits of \(error.quantity.rawValue)",
            remedy: "\(error.problem): \(error.remedy)")
    }

    /// The share, or an error where it is below zero or above one, or zero where it must not be.
    static func requireShare(
        _ share: Fraction, _ quantity: String, zero: Bool, one: Bool, remedy: String
    ) throws(StorageMathError) {
        let isHigh = one ? share > .one : share >= .one
        guard !isHigh, zero ? share >= .zero : share > .zero else {
            throw StorageMathError(
                quantity, share.description,
                bound: "\(zero ? "0 or above" : "above 0") and \(one ? "at most 1" : "below 1")", remedy: remedy)
        }
    }
}
