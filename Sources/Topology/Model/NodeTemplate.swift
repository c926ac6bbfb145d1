public import ClusterCore

/// What a node is made of; nodes that are alike share one.
public struct NodeTemplate: Sendable, Hashable, Codable {
    public var vendor: String?
    public var model: String?
    /// Whether the vendor's catalogue lists the model as validated.
    public var validated: Bool?
    /// Units of height.
    public var height: Int?
    public var airflow: Airflow?
    public var processor: Processor?
    public var memory: Memory?
    public var drives: NodeDrives?
    /// Memory of all graphics processors together; left out where there is none.
    public var gpuMemory: ByteCount?
    public var adapters: [AdapterGroup]?
    /// Power supplies, each of which carries the node alone.
    public var supplies: Int?
    public var draw: PowerDraw?
    public var firmware: Firmware?
    /// The version of the trusted platform module, `2.0`; `none` where there is none.
    public var tpm: String?
    /// The management controller, such as `iDRAC9`; `none` where there is none.
    public var bmc: String?

    public init() {}

    enum CodingKeys: String, CodingKey, CaseIterable {
        case vendor, model, validated, height, airflow, processor, memory, drives
        case gpuMemory = "gpu_memory"
        case adapters, supplies, draw, firmware, tpm, bmc
    }
}

/// The processors of a node, which are alike.
public struct Processor: Sendable, Hashable, Codable {
    /// `Intel Xeon Scalable`, `AMD EPYC`.
    public var family: String?
    public var model: String?
    public var sockets: Int?
    /// Cores of one socket.
    public var cores: Int?
    /// Logical processors of a core: 2 with simultaneous multithreading, 1 without.
    public var threads: Int?
    /// What the processor can do, as far as it is known.
    public var features: [Feature]?
    /// Features of which nothing is known: neither there nor missing. What a person writes down has none; a host that was read
    /// may keep some to itself.
    public var untoldFeatures: [Feature] = []

    public init() {}

    enum CodingKeys: String, CodingKey, CaseIterable { case family, model, sockets, cores, threads, features }

    /// A feature of a processor, by what it is for.
    public enum Feature: String, Sendable, Hashable, Codable, CaseIterable {
        /// 64-bit x86.
        case x86 = "x86_64"
        /// Intel VT-x, AMD-V.
        case virtualization
        /// Second-level address translation: EPT, NPT.
        case slat
        /// Intel VT-d, AMD-Vi.
        case ioVirtualization = "io_virtualization"
        /// Pages that hold no code: XD, NX.
        case noExecute = "no_execute"
    }

    /// Cores of all sockets, where both are known.
    public var allCores: Int? {
        guard let sockets, let cores, sockets > 0, cores > 0 else { return nil }
        let (product, overflow) = sockets.multipliedReportingOverflow(by: cores)
        return overflow ? nil : product
    }
}

/// The memory of a node.
public struct Memory: Sendable, Hashable, Codable {
    public var size: ByteCount?
    /// Whether it corrects errors.
    public var ecc: Bool?

    public init(size: ByteCount? = nil, ecc: Bool? = nil) {
        self.size = size
        self.ecc = ecc
    }

    enum CodingKeys: String, CodingKey, CaseIterable { case size, ecc }
}

/// The drives of a node by their role.
public struct NodeDrives: Sendable, Hashable, Codable {
    /// Those that hold the operating system.
    public var system: DriveList?
    /// Whether the system's drives mirror each other.
    public var systemMirrored: Bool?
    public var cache: DriveList?
    public var capacity: DriveList?
    /// What the drives of cache and capacity are attached to.
    public var controller: DriveController?
    /// Whether flash of cache and capacity keeps what it acknowledged when power fails.
    public var powerLossProtection: Bool?

    public init() {}

    /// Whether it is known of all drives what they are.
    var isKindKnown: Bool { [system, cache, capacity].allSatisfy { $0?.isKindKnown ?? true } }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case system
        case systemMirrored = "system_mirrored"
        case cache, capacity, controller
        case powerLossProtection = "power_loss_protection"
    }
}

/// What drives of a node are attached to.
public enum DriveController: String, Sendable, Hashable, Codable, CaseIterable {
    /// A host bus adapter, or PCI Express itself: the system sees each drive as it is.
    case hba
    /// A controller that hides drives behind volumes of its own.
    case raid
    /// A network of storage outside the node.
    case san
}

/// Firmware settings of a node.
public struct Firmware: Sendable, Hashable, Codable {
    /// The version of UEFI, `2.3.1c`; `none` where the node has a BIOS of old.
    public var uefi: String?
    public var secureBoot: Bool?

    public init() {}

    enum CodingKeys: String, CodingKey, CaseIterable {
        case uefi
        case secureBoot = "secure_boot"
    }
}
