/// Which processors serve the interrupts of PCI functions, as the kernel tells it.
public struct HostInterrupts: Sendable, Hashable {
    /// Interrupts by the address of their function. A function that is not there was not asked about.
    public var byFunction: [String: Observed<[Interrupt]>]

    public init(byFunction: [String: Observed<[Interrupt]>] = [:]) { self.byFunction = byFunction }

    /// An interrupt line of a function.
    public struct Interrupt: Sendable, Hashable, Codable {
        public var number: Int
        /// The processors that are really interrupted; where the kernel does not tell, those that may be.
        public var cpus: Observed<NumberSet>
        /// How often it fired on all processors since the kernel started; the kernel counts in 32 bits a processor.
        public var count: Observed<UInt64>

        public init(
            number: Int, cpus: Observed<NumberSet>,
            count: Observed<UInt64> = .unknown(.notRead, .file("proc/interrupts"))
        ) {
            self.number = number
            self.cpus = cpus
            self.count = count
        }
    }

    /// More interrupts than a function has: MSI-X knows 2048.
    private static let limit = 2048

    /// Reads the interrupts of some functions.
    ///
    /// They are told by `msi_irqs` of each function, or `irq` where it uses no messages, by `effective_affinity_list` and
    /// `smp_affinity_list` of each interrupt, and by `/proc/interrupts`. Reading them changes nothing.
    /// - Parameters:
    ///   - addresses: functions such as `0000:3b:00.0`; anything else is left out.
    ///   - root: the host, or a captured tree.
    public init(of addresses: [String], at root: HostRoot) {
        byFunction = [:]
        let functions = Set(addresses.filter { PCIFunction.isAddress($0) })
        guard !functions.isEmpty else { return }
        let counts = InterruptCounts.read(at: root)
        for address in functions { byFunction[address] = HostInterrupts.read(address, counts, root) }
    }

    private static func read(
        _ address: String, _ counts: Observed<InterruptCounts>, _ root: HostRoot
    ) -> Observed<[Interrupt]> {
        let folder = "sys/bus/pci/devices/\(address)"
        var numbers = (root.names(in: "\(folder)/msi_irqs") ?? []).compactMap { Int($0) }.filter { $0 > 0 }
        var source = "\(folder)/msi_irqs"
        if numbers.isEmpty, let line = root.integer(of: "\(folder)/irq"), line > 0 {
            numbers = [line]
            source = "\(folder)/irq"
        }
        guard !numbers.isEmpty else { return .unknown(.absent, .file("\(folder)/msi_irqs")) }
        guard numbers.count <= limit else { return .unknown(.beyondLimit, .file(source)) }
        let interrupts = numbers.sorted().map { number in
            Interrupt(
                number: number, cpus: affinity(of: number, root), count: counts.map { $0.count(of: number) })
        }
        return .known(interrupts, .file(source))
    }

    private static func affinity(of number: Int, _ root: HostRoot) -> Observed<NumberSet> {
        let folder = "proc/irq/\(number)"
        // A kernel without the first has an empty file, or one that says nothing of where interrupts really go.
        for name in ["effective_affinity_list", "smp_affinity_list"] {
            if let set = root.text(of: "\(folder)/\(name)").flatMap({ NumberSet(list: $0) }), !set.isEmpty {
                return .known(set, .file("\(folder)/\(name)"))
            }
        }
        return .unknown(.absent, .file("\(folder)/effective_affinity_list"))
    }
}
