public import ClusterCore

extension ObservedHost {
    /// The processors of a host. A processor is what the kernel schedules on: a hardware thread.
    public struct CPUs: Sendable, Hashable, Codable {
        /// Those that run.
        public var online: Observed<NumberSet>
        /// Those that are plugged in and turned off.
        public var offline: Observed<NumberSet>
        /// Those that the kernel has kept room for.
        public var possible: Observed<NumberSet>
        /// Those that are plugged in.
        public var present: Observed<NumberSet>
        /// Those that the reading process may run on; others may be hidden from it by a control group.
        public var allowed: Observed<NumberSet>
        /// `GenuineIntel`, `AuthenticAMD`.
        public var vendor: Observed<String>
        /// What the processors call themselves.
        public var model: Observed<String>
        /// What the processors can do, as the kernel lists it: `vmx`, `ept`, `nx`, in order.
        public var flags: Observed<[String]>
        /// Every processor that is present, in order of their numbers.
        public var list: Observed<[CPU]>

        /// Processors of which nothing is known yet.
        public init(unknownFrom source: FactSource) {
            online = .unknown(.notRead, source)
            offline = .unknown(.notRead, source)
            possible = .unknown(.notRead, source)
            present = .unknown(.notRead, source)
            allowed = .unknown(.notRead, source)
            vendor = .unknown(.notRead, source)
            model = .unknown(.notRead, source)
            flags = .unknown(.notRead, source)
            list = .unknown(.notRead, source)
        }
    }

    /// A processor.
    public struct CPU: Sendable, Hashable, Codable {
        /// The number that the kernel gives it.
        public var number: Int
        /// Whether it runs.
        public var isOnline: Observed<Bool>
        /// The number of its package. Numbers may have gaps.
        public var package: Observed<Int>
        /// The number of its die, one of its package's.
        public var die: Observed<Int>
        /// The number of its core. Only within a package or a die does it name one core.
        public var core: Observed<Int>
        /// The processors of the same core, itself among them.
        public var coreCPUs: Observed<NumberSet>
        /// The processors of the same die, itself among them.
        public var dieCPUs: Observed<NumberSet>
        /// The processors of the same package, itself among them.
        public var packageCPUs: Observed<NumberSet>
        /// Its NUMA node.
        public var numaNode: Observed<Int>
        /// What kind of core it has, where there are several: `core`, `atom`, `lowpower`.
        public var kind: Observed<String>
        /// How much it does, where the fastest of the host does 1024.
        public var capacity: Observed<Int>
        /// The highest frequency, in hertz.
        public var maximumHertz: Observed<UInt64>

        /// A processor of which nothing is known yet but its number.
        public init(number: Int, unknownFrom source: FactSource) {
            self.number = number
            isOnline = .unknown(.notRead, source)
            package = .unknown(.notRead, source)
            die = .unknown(.notRead, source)
            core = .unknown(.notRead, source)
            coreCPUs = .unknown(.notRead, source)
            dieCPUs = .unknown(.notRead, source)
            packageCPUs = .unknown(.notRead, source)
            numaNode = .unknown(.notRead, source)
            kind = .unknown(.notRead, source)
            capacity = .unknown(.notRead, source)
            maximumHertz = .unknown(.notRead, source)
        }

        private enum CodingKeys: String, CodingKey {
            case number
            case isOnline = "online"
            case package, die, core
            case coreCPUs = "core_cpus"
            case dieCPUs = "die_cpus"
            case packageCPUs = "package_cpus"
            case numaNode = "numa_node"
            case kind, capacity
            case maximumHertz = "maximum_hz"
        }
    }

    /// A package: what is in one socket.
    public struct Package: Sendable, Hashable, Codable {
        /// The number that the firmware gives it.
        public var number: Observed<Int>
        /// Its processors that are online.
        public var cpus: NumberSet
        /// Its dies.
        public var dies: Observed<[Die]>
        /// Its cores, in order of their first processor.
        public var cores: Observed<[Core]>
    }

    /// A die of a package.
    public struct Die: Sendable, Hashable, Codable {
        /// Its number within the package.
        public var number: Observed<Int>
        /// Its processors that are online.
        public var cpus: NumberSet
    }

    /// A core of a package.
    public struct Core: Sendable, Hashable, Codable {
        /// Its number within the package, which need not be the only core of that number.
        public var number: Observed<Int>
        /// Its processors that are online: as many as it has hardware threads.
        public var cpus: NumberSet
    }

    /// A cache.
    public struct Cache: Sendable, Hashable, Codable {
        /// What a cache holds.
        public enum Kind: String, Sendable, Hashable, Codable {
            case data, instruction, unified
        }

        /// 1 is nearest to the core.
        public var level: Int
        /// What it holds.
        public var kind: Observed<Kind>
        /// Its size.
        public var size: Observed<ByteCount>
        /// The size of a line.
        public var lineSize: Observed<ByteCount>
        /// In how many places a line may be; 0 is no limit.
        public var ways: Observed<Int>
        /// The processors that share it.
        public var cpus: NumberSet

        private enum CodingKeys: String, CodingKey {
            case level, kind
            case size = "size_bytes"
            case lineSize = "line_bytes"
            case ways, cpus
        }
    }
}
