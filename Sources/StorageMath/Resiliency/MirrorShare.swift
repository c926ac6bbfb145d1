public import ClusterCore

/// The share of a volume that is mirrored, the rest being parity: above zero and below one.
///
/// A volume that is all mirror or all parity has a name of its own (``Resiliency/threeWayMirror``,
/// ``Resiliency/dualParity``).
public struct MirrorShare: Sendable, Hashable {
    /// The share, exact.
    public let fraction: Fraction

    /// The share; an error where it is not above zero and below one.
    public init(_ fraction: Fraction) throws(StorageMathError) {
        guard fraction > .zero, fraction < .one else {
            throw StorageMathError(
                "mirror share", fraction.description, bound: "above 0 and below 1",
                remedy: "write a share such as 20%; all mirror is three-way-mirror, all parity dual-parity")
        }
        self.fraction = fraction
    }

    /// What is parity: the rest.
    public var parityShare: Fraction { fraction.complement ?? .zero }
}

extension MirrorShare: CustomStringConvertible {
    /// In percent where that is whole, else as a fraction: `20%`, `1/3`.
    public var description: String {
        guard 100 % fraction.denominator == 0 else { return fraction.description }
        return "\(fraction.numerator * (100 / fraction.denominator))%"
    }
}
