/// Logarithms and powers of e for doubles, by series, without a C library: errors are a few units in the last place.
enum NaturalLogarithm {
    static let ln2 = 0.693_147_180_559_945_3
    static let log10e = 0.434_294_481_903_251_8

    /// ln(1 + u) for 0 ≤ u ≤ 1: twice the inverse hyperbolic tangent of u / (2 + u), by its series.
    static func onePlus(_ u: Double) -> Double {
        let ratio = u / (2 + u)
        let square = ratio * ratio
        var (term, sum) = (ratio, 0.0)
        var odd = 1.0
        // The ratio is at most 1/3, so each term is a ninth of the last.
        for _ in 0..<20 {
            sum += term / odd
            term *= square
            odd += 2
        }
        return 2 * sum
    }

    /// ln x for x > 0; −∞ for 0.
    static func of(_ x: Double) -> Double {
        guard x > 0 else { return x == 0 ? -.infinity : .nan }
        guard x.isFinite else { return x }
        return Double(x.exponent) * ln2 + onePlus(x.significand - 1)
    }

    /// e to the power of x.
    static func exp(_ x: Double) -> Double {
        guard x > -745 else { return x.isNaN ? x : 0 }
        guard x < 710 else { return .infinity }
        let halvings = (x / ln2).rounded()
        // ln 2 in two parts, so that the rest is exact.
        let rest = (x - halvings * 0.693_147_180_369_123_8) - halvings * 1.908_214_929_270_587_7e-10
        var (term, sum) = (1.0, 1.0)
        for power in 1...16 {
            term *= rest / Double(power)
            sum += term
        }
        let half = (halvings / 2).rounded(.down)
        return sum * power2(half) * power2(halvings - half)
    }

    private static func power2(_ exponent: Double) -> Double {
        Double(sign: .plus, exponent: Int(exponent), significand: 1)
    }
}
