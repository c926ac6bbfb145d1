extension ErasureLayout {
    /// Whether the data can be had back without the symbols `lost`: data 0 to *k* − 1, then the local parities, then the
    /// global ones.
    ///
    /// Each local group gives back one of its symbols, its parity being one of them; all that is lost beyond takes a
    /// global parity each: Σ max(0, lost in group − 1) + lost globals ≤ *r*. This holds for every code that can decode
    /// what any code of its shape can (maximally recoverable: Huang et al., "Erasure Coding in Windows Azure Storage",
    /// USENIX ATC 2012; Gopalan et al., "Explicit Maximally Recoverable Codes with Locality", 2014). It is not "up to
    /// *n* − *k* symbols": LRC(8,2,1) has three parities and does not survive every loss of three (AL-114).
    ///
    /// An error where a symbol is not one of the code's.
    public func canDecode(without lost: Set<Int>) throws(StorageMathError) -> Bool {
        for symbol in lost {
            try StorageMathError.require(
                symbol, in: 0...(symbols - 1), "symbol of \(self)", remedy: "symbols count from 0")
        }
        return isDecodable(without: lost)
    }

    func isDecodable(without lost: Set<Int>) -> Bool {
        let global = lost.count { $0 >= data + localParities }
        guard let groupSize else { return lost.count <= globalParities }
        var beyond = global
        for group in 0..<localParities {
            let own = lost.count { $0 == data + group || ($0 < data && $0 / groupSize == group) }
            beyond += max(0, own - 1)
        }
        return beyond <= globalParities
    }

    /// The symbols in an order in which the first *m* are the hardest *m* to lose: a whole local group, then the global
    /// parities, then the other groups.
    var symbolsWorstFirst: [Int] {
        guard let groupSize else { return Array(0..<symbols) }
        let first = Array(0..<groupSize) + [data]
        let global = Array((data + localParities)..<symbols)
        let others = (1..<localParities).flatMap { group in
            Array(group * groupSize..<(group + 1) * groupSize) + [data + group]
        }
        return first + global + others
    }

    /// How many symbols may be lost whichever they are: *r*, and one more where there are local groups (AL-114).
    public var lossesTolerated: Int {
        var lost: Set<Int> = []
        for symbol in symbolsWorstFirst {
            lost.insert(symbol)
            if !isDecodable(without: lost) { return lost.count - 1 }
        }
        return lost.count
    }
}

extension Code {
    /// How many pieces a slab is stored as: copies, or symbols of a code; those of both servers where it is nested.
    public var symbols: Int {
        switch self {
        case .copies(let count): count
        case .erasure(let layout): layout.symbols
        case .nestedCopies: 4
        case .nestedParity(let columns): 2 * columns
        }
    }

    /// Whether a slab can be read without the pieces `lost`, which count from 0; the first server's come first where it
    /// is nested. An error where there is no such piece.
    public func canRead(without lost: Set<Int>) throws(StorageMathError) -> Bool {
        for symbol in lost {
            try StorageMathError.require(
                symbol, in: 0...(symbols - 1), "piece of \(self)", remedy: "pieces count from 0")
        }
        return isReadable(without: lost)
    }

    func isReadable(without lost: Set<Int>) -> Bool {
        switch self {
        case .copies, .nestedCopies: lost.count < symbols
        case .erasure(let layout): layout.isDecodable(without: lost)
        case .nestedParity(let columns):
            // Both servers hold the same columns, of which any but one give the data.
            (0..<columns).count { !lost.contains($0) || !lost.contains($0 + columns) } >= columns - 1
        }
    }

    /// What a piece is: `copy 2`, `data 3`, `local parity 1`, `column 4 of the second server`.
    public func symbolName(_ symbol: Int) -> String {
        switch self {
        case .copies: return "copy \(symbol + 1)"
        case .nestedCopies: return "copy \(symbol % 2 + 1) of the \(symbol < 2 ? "first" : "second") server"
        case .nestedParity(let columns):
            return "column \(symbol % columns + 1) of the \(symbol < columns ? "first" : "second") server"
        case .erasure(let layout):
            if symbol < layout.data { return "data \(symbol + 1)" }
            let parity = symbol - layout.data
            if layout.localParities == 0 { return "parity \(parity + 1)" }
            return parity < layout.localParities
                ? "local parity \(parity + 1)" : "global parity \(parity - layout.localParities + 1)"
        }
    }
}
