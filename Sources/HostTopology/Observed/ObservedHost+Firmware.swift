public import ClusterCore

extension ObservedHost {
    /// What the firmware says of the host, and what it guards.
    public struct Firmware: Sendable, Hashable, Codable {
        /// Who made the host.
        public var vendor: Observed<String>
        /// What the host is called by who made it.
        public var product: Observed<String>
        /// The mainboard.
        public var board: Observed<String>
        public var biosVendor: Observed<String>
        public var biosVersion: Observed<String>
        /// As the firmware writes it: `06/14/2024`.
        public var biosDate: Observed<String>
        /// Whether the kernel was started by UEFI.
        public var isUEFI: Observed<Bool>
        /// Whether Secure Boot is on.
        public var secureBoot: Observed<Bool>
        /// Whether anybody may change the keys of Secure Boot.
        public var setupMode: Observed<Bool>
        /// The trusted platform modules.
        public var tpms: Observed<[TPM]>
        /// The units that hold devices to their own memory: `dmar0`, `ivhd0`. Empty where the kernel runs none.
        public var iommus: Observed<[String]>
        /// How many groups of devices they keep apart.
        public var iommuGroups: Observed<Int>
        /// What helps hypervisors.
        public var virtualization: Virtualization

        /// Firmware of which nothing is known yet.
        public init(unknownFrom source: FactSource) {
            vendor = .unknown(.notRead, source)
            product = .unknown(.notRead, source)
            board = .unknown(.notRead, source)
            biosVendor = .unknown(.notRead, source)
            biosVersion = .unknown(.notRead, source)
            biosDate = .unknown(.notRead, source)
            isUEFI = .unknown(.notRead, source)
            secureBoot = .unknown(.notRead, source)
            setupMode = .unknown(.notRead, source)
            tpms = .unknown(.notRead, source)
            iommus = .unknown(.notRead, source)
            iommuGroups = .unknown(.notRead, source)
            virtualization = Virtualization(unknownFrom: source)
        }

        private enum CodingKeys: String, CodingKey {
            case vendor, product, board
            case biosVendor = "bios_vendor"
            case biosVersion = "bios_version"
            case biosDate = "bios_date"
            case isUEFI = "uefi"
            case secureBoot = "secure_boot"
            case setupMode = "setup_mode"
            case tpms, iommus
            case iommuGroups = "iommu_groups"
            case virtualization
        }
    }

    /// A trusted platform module.
    public struct TPM: Sendable, Hashable, Codable {
        public var name: String
        /// 1 or 2.
        public var majorVersion: Observed<Int>

        private enum CodingKeys: String, CodingKey {
            case name
            case majorVersion = "major_version"
        }
    }

    /// What helps hypervisors, and whether one is below.
    public struct Virtualization: Sendable, Hashable, Codable {
        /// Whether the processors run guests by themselves: VT-x or AMD-V.
        public var hasVirtualMachines: Observed<Bool>
        /// Whether they translate a guest's addresses by themselves: SLAT, which is EPT or NPT.
        public var hasNestedPaging: Observed<Bool>
        /// Whether they can keep memory from being executed: XD or NX.
        public var hasNoExecute: Observed<Bool>
        /// Whether guests of this host may have guests.
        public var allowsNesting: Observed<Bool>
        /// Whether this host is a guest itself.
        public var isGuest: Observed<Bool>

        /// Help of which nothing is known yet.
        public init(unknownFrom source: FactSource) {
            hasVirtualMachines = .unknown(.notRead, source)
            hasNestedPaging = .unknown(.notRead, source)
            hasNoExecute = .unknown(.notRead, source)
            allowsNesting = .unknown(.notRead, source)
            isGuest = .unknown(.notRead, source)
        }

        private enum CodingKeys: String, CodingKey {
            case hasVirtualMachines = "virtual_machines"
            case hasNestedPaging = "nested_paging"
            case hasNoExecute = "no_execute"
            case allowsNesting = "allows_nesting"
            case isGuest = "guest"
        }
    }

    /// A sensor of temperature.
    public struct ThermalZone: Sendable, Hashable, Codable {
        /// `thermal_zone0`
        public var name: String
        /// What it measures: `x86_pkg_temp`, `acpitz`.
        public var kind: Observed<String>
        public var temperature: Observed<Celsius>

        private enum CodingKeys: String, CodingKey {
            case name, kind
            case temperature = "temperature_millidegrees_celsius"
        }
    }
}
