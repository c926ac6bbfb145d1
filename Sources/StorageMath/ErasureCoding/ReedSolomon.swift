/// A Reed-Solomon code of *k* data shards and *m* parities: any *k* of the *k* + *m* give the data back.
///
/// It is proven when it is made, so that no code is used whose losses were never looked at.
///
/// ```swift
/// let code = try ReedSolomon(data: 4, parity: 2, convention: .vandermondePowers)
/// var shards: [[UInt8]?] = data + (try code.encode(data))
/// shards[0] = nil
/// shards[5] = nil
/// try code.reconstruct(&shards)
/// ```
public struct ReedSolomon: ErasureCode {
    public let layout: ErasureLayout
    /// Whose coefficients these are.
    public let convention: CodeConvention
    public let parityMatrix: CodingMatrix
    public let proof: CodeProof

    /// A code; an error where *k* + *m* is above 256, the convention has no such shape, or the code is not maximum
    /// distance separable: it names the square part of the parity matrix that is singular.
    ///
    /// Work: none beside the matrix where a theorem covers the shape, else at most 1,048,576 determinants.
    public init(data: Int, parity: Int, convention: CodeConvention) throws(StorageMathError) {
        layout = try ErasureLayout(data: data, globalParities: parity)
        self.convention = convention
        parityMatrix = try convention.parityMatrix(data: data, parity: parity)
        proof = try convention.proof(of: parityMatrix)
    }
}
