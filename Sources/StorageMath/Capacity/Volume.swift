public import ClusterCore

/// A volume that is planned or exists.
public struct Volume: Sendable, Hashable {
    public var name: String
    public var resiliency: Resiliency
    /// Its size as users see it, before copies and parity.
    public var size: ByteCount
    /// Whether its room is taken at once.
    public var provisioning: Provisioning
    /// What it is used for; decides the advice on deduplication.
    public var workload: Workload?
    /// What deduplication and compression make of it; an input, never a guess.
    public var reduction: DataReduction?
    /// Whether backups take snapshots of it (VSS), for which Microsoft advises smaller volumes.
    public var hasSnapshots: Bool

    /// When the room of a volume is taken.
    public enum Provisioning: Sendable, Hashable {
        /// All at once, when it is made: predictable (AL-132).
        case fixed
        /// As data is written; so much is written now.
        case thin(written: ByteCount)
    }

    /// - Parameters:
    ///   - name: 1 to 64 characters.
    ///   - size: above zero. A thin volume has at most so much written.
    public init(
        name: String, resiliency: Resiliency, size: ByteCount, provisioning: Provisioning = .fixed,
        workload: Workload? = nil, reduction: DataReduction? = nil, hasSnapshots: Bool = false
    ) throws(StorageMathError) {
        guard (1...64).contains(name.count), name.utf8.count <= 256 else {
            throw StorageMathError(
                "name of a volume", "\"\(name.prefix(64))\"", bound: "1 to 64 characters",
                remedy: "name it, as in data:three-way-mirror:4TB")
        }
        guard size > .zero else {
            throw StorageMathError(
                "size of volume \(name)", size.description, bound: "above zero", remedy: "write its size, as in 4TB")
        }
        if case .thin(let written) = provisioning, written > size {
            throw StorageMathError(
                "written bytes of volume \(name)", written.description, bound: "at most its size of \(size)",
                remedy: "write what is in use, not what is stored")
        }
        self.name = name
        self.resiliency = resiliency
        self.size = size
        self.provisioning = provisioning
        self.workload = workload
        self.reduction = reduction
        self.hasSnapshots = hasSnapshots
    }

    /// The bytes whose room is taken now.
    public var allocatedSize: ByteCount {
        switch provisioning {
        case .fixed: size
        case .thin(let written): written
        }
    }
}
