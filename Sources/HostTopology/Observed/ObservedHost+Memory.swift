public import ClusterCore

extension ObservedHost {
    /// A NUMA node: memory, processors, or both, near to each other.
    public struct NUMANode: Sendable, Hashable, Codable {
        /// The number that the kernel gives it. Numbers may have gaps.
        public var number: Int
        /// Whether it is in use.
        public var isOnline: Observed<Bool>
        /// Its processors that are online; none for a node of memory only.
        public var cpus: Observed<NumberSet>
        /// Its memory; zero for a node of processors only.
        public var memory: Observed<ByteCount>
        /// Its pools of huge pages.
        public var hugePages: Observed<[HugePages]>
        /// How far the nodes are, itself among them.
        public var distances: Observed<[Distance]>

        /// A node of which nothing is known yet but its number.
        public init(number: Int, unknownFrom source: FactSource) {
            self.number = number
            isOnline = .unknown(.notRead, source)
            cpus = .unknown(.notRead, source)
            memory = .unknown(.notRead, source)
            hugePages = .unknown(.notRead, source)
            distances = .unknown(.notRead, source)
        }

        /// Whether it has no processor; `nil` where that is not known.
        public var isWithoutCPUs: Bool? { cpus.value?.isEmpty }

        /// Whether it has no memory; `nil` where that is not known.
        public var isWithoutMemory: Bool? { memory.value.map { $0 == .zero } }

        /// How far a node is; `nil` where that is not known.
        public func distance(to node: Int) -> Int? { distances.value?.first { $0.node == node }?.value }

        private enum CodingKeys: String, CodingKey {
            case number = "id"
            case isOnline = "online"
            case cpus
            case memory = "memory_bytes"
            case hugePages = "huge_pages"
            case distances
        }
    }

    /// How far a NUMA node is from another, as the firmware says it: 10 is itself, 20 twice as long.
    public struct Distance: Sendable, Hashable, Codable {
        /// The other node.
        public var node: Int
        public var value: Int
    }

    /// A pool of huge pages.
    public struct HugePages: Sendable, Hashable, Codable {
        /// The size of one.
        public var size: ByteCount
        /// How many there are, used or not.
        public var count: Observed<UInt64>

        private enum CodingKeys: String, CodingKey {
            case size = "size_bytes"
            case count
        }
    }

    /// The memory of a host.
    public struct Memory: Sendable, Hashable, Codable {
        /// What the kernel manages: less than what is plugged in.
        public var total: Observed<ByteCount>
        /// The pools of huge pages of the whole host.
        public var hugePages: Observed<[HugePages]>
        /// The modules, as far as a driver for the memory controller tells of them.
        public var modules: Observed<[MemoryModule]>

        /// Memory of which nothing is known yet.
        public init(unknownFrom source: FactSource) {
            total = .unknown(.notRead, source)
            hugePages = .unknown(.notRead, source)
            modules = .unknown(.notRead, source)
        }

        /// Whether every module's errors are corrected; `nil` where that is not known of one, or of none.
        public var correctsErrors: Bool? {
            guard let modules = modules.value, !modules.isEmpty else { return nil }
            let known = modules.compactMap(\.correctsErrors)
            if known.contains(false) { return false }
            return known.count == modules.count ? true : nil
        }

        private enum CodingKeys: String, CodingKey {
            case total = "total_bytes"
            case hugePages = "huge_pages"
            case modules
        }
    }

    /// A module of memory, as `edac` tells it.
    public struct MemoryModule: Sendable, Hashable, Codable {
        /// The folder of its controller and its own: `mc0/dimm3`.
        public var name: String
        /// Where it is plugged in, as the board or the driver calls it.
        public var label: Observed<String>
        /// Its size.
        public var size: Observed<ByteCount>
        /// `Registered-DDR4`.
        public var kind: Observed<String>
        /// How errors are found or corrected: `SECDED`, `S4ECD4ED`, `None`.
        public var errorMode: Observed<String>
        /// Errors that were corrected since the start.
        public var correctedErrors: Observed<UInt64>
        /// Errors that were not.
        public var uncorrectedErrors: Observed<UInt64>

        /// Whether errors of one bit are corrected; `nil` where that is not known.
        public var correctsErrors: Bool? {
            errorMode.value.flatMap { mode in
                // Names of edac_mc.h; parity and "error checking" find errors and correct none.
                switch mode.uppercased() {
                case "NONE", "PARITY", "EC": false
                case "SECDED", "S2ECD2ED", "S4ECD4ED", "S8ECD8ED", "S16ECD16ED": true
                default: nil
                }
            }
        }

        private enum CodingKeys: String, CodingKey {
            case name, label
            case size = "size_bytes"
            case kind
            case errorMode = "error_mode"
            case correctedErrors = "corrected_errors"
            case uncorrectedErrors = "uncorrected_errors"
        }
    }
}
