public import ClusterCore

extension ErasureLayout {
    /// The kinds of symbols, which differ in what it takes to rebuild one.
    public enum SymbolKind: String, Sendable, Hashable, Codable, CaseIterable {
        /// Data.
        case data
        /// A parity of a local group.
        case localParity = "local_parity"
        /// A parity over all data.
        case globalParity = "global_parity"
    }

    /// Symbols that are read to rebuild one lost symbol of a kind, all others being there: the rest of its local group,
    /// `k`/`l`, where it has one, else `k`. 0 for a kind that the code does not have.
    ///
    /// Huang et al., "Erasure Coding in Windows Azure Storage", USENIX ATC 2012.
    public func repairReads(of kind: SymbolKind) -> Int {
        switch kind {
        case .data: groupSize ?? data
        case .localParity: groupSize ?? 0
        case .globalParity: globalParities == 0 ? 0 : data
        }
    }

    /// Bytes read for one lost byte on average over all symbols, each being as likely the lost one: `k` for RS,
    /// ((k + l)·k/l + r·k) / (k + l + r) for LRC(k, l, r), which is 48/11 for LRC(8,2,1).
    public var averageRepairReads: Fraction {
        let reads =
            data * repairReads(of: .data) + localParities * repairReads(of: .localParity)
            + globalParities * repairReads(of: .globalParity)
        return Fraction.ratio(Int32(reads), Int32(symbols))
    }
}
