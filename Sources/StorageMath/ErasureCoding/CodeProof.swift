/// Why a code is known to give the data back after every loss that any code of its shape can survive.
public enum CodeProof: Sendable, Hashable {
    /// By theory, in words.
    case theorem(String)
    /// By calculation: that many square parts of the parity matrix were looked at, all that matter, and none is
    /// singular.
    case exhaustive(minors: Int)
}

extension CodeConvention {
    /// Proves that a parity matrix of this convention is maximum distance separable: that no square part of it is
    /// singular (MacWilliams and Sloane, "The Theory of Error-Correcting Codes", 1977, chapter 11, theorem 8).
    ///
    /// Where no theorem says so, all C(*k* + *m*, *m*) − 1 square parts are looked at, 1,048,576 at most. An error
    /// names the part that is singular, or says that there are too many.
    func proof(of matrix: CodingMatrix) throws(StorageMathError) -> CodeProof {
        if let theorem = theorem(for: matrix) { return .theorem(theorem) }
        let shape = "\(self) \(matrix.columnCount)+\(matrix.rowCount)"
        if let corner = knownToFail(matrix), let minor = corner.singularMinor() { throw minor.refusal(of: shape) }
        guard let count = matrix.minorCount else {
            throw StorageMathError(
                "square parts of the parity matrix of \(shape)", "more than \(CodingMatrix.minorLimit)",
                bound: "few enough to prove that none is singular",
                remedy: "use Cauchy1 or another convention that theory proves, or a smaller shape")
        }
        if let minor = matrix.singularMinor() { throw minor.refusal(of: shape) }
        return .exhaustive(minors: count)
    }

    private func theorem(for matrix: CodingMatrix) -> String? {
        switch self {
        case .cauchy1: "every square part of a Cauchy matrix is a Cauchy matrix, whose determinant is not zero"
        case .backblaze, .zfec: "any k rows of a Vandermonde matrix with distinct points are independent"
        case .jerasure: "any k rows of an extended Vandermonde matrix with distinct points are independent"
        case .vandermondePowers where matrix.columnCount <= 3:
            "up to three columns 1, x, x² with distinct x: squares of distinct elements are distinct"
        case .vandermondePowers where matrix.rowCount <= 3, .raidZ,
            .par1 where matrix.rowCount <= 3:
            "up to three rows 1, x, x² with distinct x: squares of distinct elements are distinct"
        case .vandermondePowers, .par1, .custom: nil
        }
    }

    /// The corner of a matrix of V-pow that is one of the smallest shapes known to have a singular part, so that it is
    /// found without looking at all (the limits in ISA-L's `erasure_code.h`).
    private func knownToFail(_ matrix: CodingMatrix) -> CodingMatrix? {
        guard self == .vandermondePowers else { return nil }
        let shapes = [(data: 6, parity: 5), (data: 5, parity: 6), (data: 22, parity: 4), (data: 4, parity: 22)]
        return shapes.first { matrix.columnCount >= $0.data && matrix.rowCount >= $0.parity }
            .map { matrix.corner(rows: $0.parity, columns: $0.data) }
    }
}

extension SingularMinor {
    /// The refusal of a code in which this part is singular.
    /// - Parameter remedy: what has no such part.
    func refusal(of code: String, remedy: String = "use Cauchy1 or a smaller shape") -> StorageMathError {
        StorageMathError(
            "parity matrix of \(code)", "singular in \(self)", bound: "invertible wherever a loss may need it",
            remedy: "this loss would be fatal: \(remedy)")
    }
}
