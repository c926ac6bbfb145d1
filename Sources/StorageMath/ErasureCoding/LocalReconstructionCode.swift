/// A local reconstruction code LRC(*k*, *l*, *r*): *l* local parities, each the exclusive or of its group of *k*/*l*
/// data shards, and *r* global ones. One loss in a group is repaired within it, without a multiplication.
///
/// It is proven maximally recoverable when it is made: what ``ErasureLayout/canDecode(without:)`` calls decodable, it
/// decodes. The layouts of Storage Spaces are (8,2,1) and (12,2,1), of Azure (12,2,2) (Huang et al., "Erasure Coding in
/// Windows Azure Storage", USENIX ATC 2012). The coefficients of neither are published, so their bytes are not those.
public struct LocalReconstructionCode: ErasureCode {
    public let layout: ErasureLayout
    /// Whose coefficients the global parities have.
    public let convention: CodeConvention
    public let parityMatrix: CodingMatrix
    public let proof: CodeProof

    /// A code.
    ///
    /// - Parameter convention: the global parities are the rows 1 to *r* of its matrix for *r* + 1 parities, so with
    ///   V-pow 2^*j* and 4^*j*: RAID-6 whose P is split into local ones. The rows of a custom matrix are taken as they
    ///   are.
    ///
    /// An error where there are no local parities, the groups are not equal, or a loss that a code of this shape could
    /// survive is fatal to this one: it names the square part that is singular.
    ///
    /// Work: the square parts of the parity matrix, C(*n*, *k*) − 1, of which those that the rule needs are looked at;
    /// 1,048,576 at most, else an error.
    public init(
        data: Int, localParities: Int, globalParities: Int, convention: CodeConvention = .vandermondePowers
    ) throws(StorageMathError) {
        let layout = try ErasureLayout(
            data: data, localParities: localParities, globalParities: globalParities)
        self.layout = layout
        self.convention = convention
        parityMatrix = try LocalReconstructionCode.parityMatrix(of: convention, layout)
        proof = try LocalReconstructionCode.proof(of: parityMatrix, layout, convention)
    }

    private static func parityMatrix(
        of convention: CodeConvention, _ layout: ErasureLayout
    ) throws(StorageMathError) -> CodingMatrix {
        let (data, localParities) = (layout.data, layout.localParities)
        guard let groupSize = layout.groupSize else {
            throw StorageMathError(
                "local parities", "\(localParities)", bound: "1 to \(data)",
                remedy: "without local parities it is a Reed-Solomon code")
        }
        let global = try globalRows(of: convention, data: data, layout.globalParities)
        var elements: [UInt8] = []
        for group in 0..<localParities {
            for column in 0..<data { elements.append(column / groupSize == group ? 1 : 0) }
        }
        elements += global?.elements ?? []
        return CodingMatrix(
            unchecked: localParities + layout.globalParities, data, elements, global?.field ?? .storage)
    }

    private static func globalRows(
        of convention: CodeConvention, data: Int, _ count: Int
    ) throws(StorageMathError) -> CodingMatrix? {
        guard count > 0 else { return nil }
        if case .custom = convention { return try convention.parityMatrix(data: data, parity: count) }
        let rows = try convention.parityMatrix(data: data, parity: count + 1)
        return CodingMatrix(unchecked: count, data, Array(rows.elements[data...]), rows.field)
    }

    /// A loss of data symbols is solved with as many parities that are left, and every decodable loss is part of one
    /// with exactly *l* + *r* symbols. So what must not be singular are the square parts whose columns are the lost
    /// data and whose rows the parities left, where the rule of the layout calls that loss decodable.
    private static func proof(
        of matrix: CodingMatrix, _ layout: ErasureLayout, _ convention: CodeConvention
    ) throws(StorageMathError) -> CodeProof {
        let (count, singular) = try minors(of: matrix, layout)
        guard let singular else { return .exhaustive(minors: count) }
        throw singular.refusal(of: "\(convention) \(layout)", remedy: remedy(for: layout, instead: convention))
    }

    /// How many square parts have to be invertible, and the first that is not.
    private static func minors(
        of matrix: CodingMatrix, _ layout: ErasureLayout
    ) throws(StorageMathError) -> (count: Int, singular: SingularMinor?) {
        guard matrix.minorCount != nil else {
            throw StorageMathError(
                "square parts of the parity matrix of \(layout)", "more than \(CodingMatrix.minorLimit)",
                bound: "few enough to prove that the code is maximally recoverable", remedy: "use a smaller shape")
        }
        var count = 0
        let singular = matrix.singularMinor { rows, columns in
            var lost = Set(columns)
            for parity in 0..<matrix.rowCount where !rows.contains(parity) { lost.insert(layout.data + parity) }
            let isNeeded = layout.isDecodable(without: lost)
            if isNeeded { count += 1 }
            return isNeeded
        }
        return (count, singular)
    }

    /// Which conventions have the shape: for no code with local parities does theory tell, so each is tried.
    private static func remedy(for layout: ErasureLayout, instead refused: CodeConvention) -> String {
        let others = CodeConvention.named.filter { convention in
            guard convention != refused, let matrix = try? parityMatrix(of: convention, layout),
                let minors = try? minors(of: matrix, layout)
            else { return false }
            return minors.singular == nil
        }
        guard let last = others.last else {
            return "no convention that has a name has this shape: use a smaller one, or a custom matrix"
        }
        let words = others.dropLast().map(\.description).joined(separator: ", ")
        return "use \(words.isEmpty ? "" : words + " or ")\(last), or a smaller shape"
    }
}
