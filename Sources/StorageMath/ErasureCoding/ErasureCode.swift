/// A systematic code over bytes: its symbols are *k* data shards as they are, then parities, which are sums of
/// multiples of them. Each byte column is coded on its own, so any range of the shards can be.
///
/// Shards count from 0: the data, then the local parities, then the global ones. All shards of a call have one length,
/// which may be zero: then so are the results. This is the reference, plain and exact.
public protocol ErasureCode: Sendable {
    /// How many shards of each kind there are.
    var layout: ErasureLayout { get }
    /// The coefficients: one row a parity, *l* + *r*, and one column a data shard, *k*.
    ///
    /// They decode whatever ``ErasureLayout/canDecode(without:)`` calls decodable.
    var parityMatrix: CodingMatrix { get }
    /// Why that is so.
    var proof: CodeProof { get }
}

extension ErasureCode {
    /// The field in which it calculates.
    public var field: GaloisField { parityMatrix.field }

    /// Parities, `l + r`.
    var parityCount: Int { layout.symbols - layout.data }

    /// The coefficients of a symbol over the data: a row of the identity or of the parity matrix.
    func row(of symbol: Int) -> [UInt8] {
        if symbol >= layout.data {
            let start = (symbol - layout.data) * layout.data
            return Array(parityMatrix.elements[start..<start + layout.data])
        }
        var row = [UInt8](repeating: 0, count: layout.data)
        row[symbol] = 1
        return row
    }

    func name(of symbol: Int) -> String { Code.erasure(layout).symbolName(symbol) }

    func require(symbol: Int) throws(StorageMathError) {
        try StorageMathError.require(
            symbol, in: 0...(layout.symbols - 1), "symbol of \(layout)", remedy: "symbols count from 0")
    }

    /// The length that all shards have, or an error that says how many there must be, or which of them differs.
    /// - Parameter first: the symbol that the first shard is.
    func requireShards(_ shards: [[UInt8]], count: Int, first: Int = 0) throws(StorageMathError) -> Int {
        guard shards.count == count else {
            throw StorageMathError(
                "shards given to \(layout)", "\(shards.count)", bound: "\(count)",
                remedy: "give them in order: data, local parities, global parities")
        }
        let length = shards[0].count
        for (index, shard) in shards.enumerated() where shard.count != length {
            throw wrongLength(shard.count, of: first + index, expected: length)
        }
        return length
    }

    func wrongRange(_ range: Range<Int>, length: Int) -> StorageMathError {
        StorageMathError(
            "bytes to code", "\(range)", bound: "within 0..<\(length)", remedy: "name bytes of the shards")
    }

    func wrongLength(_ length: Int, of symbol: Int, expected: Int) -> StorageMathError {
        StorageMathError(
            "bytes of \(name(of: symbol))", "\(length)", bound: "\(expected), as many as the others have",
            remedy: "fill the last shard with zeros to the length of the others")
    }
}
