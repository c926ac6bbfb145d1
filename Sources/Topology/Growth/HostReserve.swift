public import ClusterCore

/// What of a node the host keeps for itself, estimated from its parts.
///
/// Memory is max(32 GB + 4 GB · C + 64 GB where disconnected, ⌈8 % · M⌉) with terabytes of cache C and memory M; 24 GB take
/// the place of 32 GB where storage lies outside the nodes. Cores are max(⌈10 % · N⌉, 2), 20 % where disconnected, at least 1
/// where storage lies outside. Source: Azure/odinforazurelocal v0.23.01, a planning heuristic and no rule of support: an
/// estimate to write into a model, by which no rule is told.
public struct HostReserve: Sendable, Hashable {
    /// Memory, to the whole gigabyte above.
    public let memory: ByteCount
    public let cores: Int

    /// - Parameters:
    ///   - node: the memory and the cores of a node.
    ///   - cache: the cache drives of a node.
    ///   - isDisconnected: whether the cluster carries the local control plane.
    ///   - hasOwnStorage: whether storage lies inside the nodes.
    /// - Throws: where a sum does not fit.
    public init(
        of node: (memory: ByteCount, cores: Int), cache: ByteCount = .zero, isDisconnected: Bool = false,
        hasOwnStorage: Bool = true
    ) throws(UnitError) {
        let base = HostReserve.gigabytes(hasOwnStorage ? 32 : 24)
        let forCache = try cache.multiplied(by: .ratio(4, 1000), rounding: .up)
        let plane = isDisconnected ? HostReserve.gigabytes(64) : .zero
        let share = try node.memory.multiplied(by: .ratio(8, 100), rounding: .up)
        let sum = try base.adding(forCache).adding(plane)
        let most = max(sum, share).bytes
        memory = HostReserve.gigabytes(most / 1_000_000_000 + (most.isMultiple(of: 1_000_000_000) ? 0 : 1))
        // One of ten, or one of five, and what is left counts as one.
        let each = isDisconnected ? 5 : 10
        let own = max(0, node.cores)
        cores = max(own / each + (own.isMultiple(of: each) ? 0 : 1), hasOwnStorage ? 2 : 1)
    }

    /// What the virtual machine takes that joins a cluster to Azure Arc, on one node: 8 GB and 4 virtual processors
    /// (Azure/odinforazurelocal v0.23.01).
    public static let resourceBridge = (memory: gigabytes(8), processors: 4)

    private static func gigabytes(_ count: UInt64) -> ByteCount { ByteCount(bytes: count * 1_000_000_000) }
}

/// How many nodes a load takes.
///
/// The greatest of what processors, memory and graphics take, each with one node to spare from two nodes on, and of what
/// storage takes, which has its spare in copies (Azure/odinforazurelocal v0.23.01, a planning heuristic).
public struct NodeDemand: Sendable, Hashable {
    /// Nodes that the load takes of each, without a spare one.
    public var processors: Int
    public var memory: Int
    public var storage: Int
    public var graphics: Int

    public init(processors: Int, memory: Int, storage: Int, graphics: Int = 0) {
        self.processors = processors
        self.memory = memory
        self.storage = storage
        self.graphics = graphics
    }

    /// The nodes of the cluster.
    public var nodes: Int {
        let spared = [processors, memory, graphics].map { $0 >= 2 ? $0 &+ 1 : $0 }
        return max(spared.max() ?? 0, storage)
    }
}
