/// How the votes of a storage pool are counted: Microsoft's pages do not agree, so the choice is the caller's.
public enum PoolReading: String, Sendable, Hashable, Codable, CaseIterable {
    /// As the table of the quorum page (2024-02) has it: every drive votes, and the owner of the pool resource has one
    /// vote more; without a witness, only while no more than one server is down.
    ///
    /// The page gives no such rule. Its table alone says it, where four nodes without a witness do not survive two
    /// failures, and with one do.
    case table
    /// As the text of the same page has it: every drive votes, and the owner has one vote more as long as the cluster
    /// itself has quorum, with or without a witness.
    case text
    /// As the pages on nested resiliency (2018) and on rack-aware clusters (2026-02) have it: they promise that volumes
    /// stay online when half the drives are gone and one more fails, which no count of drive votes allows. The pool is
    /// never what stops them while a drive is left.
    case promised

    /// The reading of the page that speaks of a volume of this type: ``promised`` for nested volumes and four-way
    /// mirrors, else ``table``.
    public init(for resiliency: Resiliency) {
        switch resiliency {
        case .nestedTwoWayMirror, .nestedMirrorAcceleratedParity, .fourWayMirror: self = .promised
        default: self = .table
        }
    }

    /// Says so where a page promises more than another one's votes allow.
    func conflict(with quorum: QuorumTrace) -> String? {
        guard self == .promised, let step = quorum.steps.first(where: { $0.pool.left < $0.pool.needed }) else {
            return nil
        }
        return "sources disagree: by the quorum page (Microsoft, 2024-02) the pool has \(step.pool.left) votes left, "
            + "needs \(step.pool.needed) and goes offline; the page of this resiliency type says that it stays online, "
            + "and is followed"
    }
}
