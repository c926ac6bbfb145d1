import ClusterCore
import FoundationEssentials
import TestSupport
import Testing

@testable import HostTopology

/// How often interrupts fire, and what that makes of those that far processors serve.
@Suite struct `Counts of interrupts` {
    /// Lines as a kernel of two sockets prints them, of two adapters with two queues and an interrupt of events each.
    private static let text = """
             CPU0       CPU1       CPU2       CPU3       CPU4       CPU5       CPU6       CPU7
           0:         49          0          0          0          0          0          0          0  IR-IO-APIC    2-edge      timer
         100:          3          0          0          0          0          0          0          0  IR-PCI-MSI 12058624-edge      mlx5_async0@pci:0000:17:00.0
         101:          0          0     993412          0          0          0          0          0  IR-PCI-MSI 12058625-edge      mlx5_comp0@pci:0000:17:00.0
         102:          0          0          0          0    1006585          0          0          0  IR-PCI-MSI 12058626-edge      mlx5_comp1@pci:0000:17:00.0
         103:          0          0          0          0          0          0          0          0  IR-PCI-MSI 12058627-edge      mlx5_comp2@pci:0000:17:00.0
         NMI:         12         10          9          9         10          8          9          9   Non-maskable interrupts
         LOC:    8242424    7812312    7623423    7234234    7834534    7234544    7534534    7234234   Local timer interrupts
         ERR:          0
         MIS:          0

        """

    private func parsed(_ text: String) -> InterruptCounts? { InterruptCounts(Array(text.utf8)) }

    @Test func `a line is summed over its processors, and only numbered interrupts are kept`() throws {
        let counts = try #require(parsed(Self.text))
        #expect(counts.byNumber == [0: 49, 100: 3, 101: 993_412, 102: 1_006_585, 103: 0])
        // No handler was ever asked for.
        #expect(counts.count(of: 104) == 0)
    }

    @Test func `what is cut off, overlong or of another form is not known`() {
        #expect(parsed("") == nil)
        #expect(parsed("no processors\n 1: 2 3\n") == nil)
        let damaged = parsed("  CPU0 CPU1\n 1: 5\n 2: 5 x\n 3: -1 2\n 4: 1 2\n5: 3 4 edge\n6 7 8\n")
        #expect((1...5).map { damaged?.count(of: $0) } == [nil, nil, nil, 3, 7])
        #expect(parsed("  CPU0\n 1: 99999999999999999999\n 99999999999999999999: 1\n")?.byNumber == [1: nil])
    }

    @Test func `a tree without the file, or with an empty one, says why nothing is known`() throws {
        let tree = try TemporaryTree()
        #expect(InterruptCounts.read(at: HostRoot(path: tree.path)).reason == .absent)
        try tree.write("", to: "proc/interrupts")
        #expect(InterruptCounts.read(at: HostRoot(path: tree.path)).reason == .empty)
        try tree.write("nothing\n", to: "proc/interrupts")
        #expect(InterruptCounts.read(at: HostRoot(path: tree.path)).reason == .malformed)
        // More than the 64 KiB of any other file: a host of 64 processors with 1000 interrupts.
        let head = (0..<64).map { " CPU\($0)" }.joined()
        let lines = (0..<1000).map { "\($0):" + String(repeating: "     100000", count: 64) + " edge" }
        try tree.write(([head] + lines).joined(separator: "\n") + "\n", to: "proc/interrupts")
        let large = try #require(InterruptCounts.read(at: HostRoot(path: tree.path)).value)
        #expect(large.byNumber.count == 1000 && large.byNumber[999] == 6_400_000)
    }

    /// node_exporter's own tests expect these counts of their captured files (collector/interrupts).
    @Test(
        .enabled(
            if: conformanceData("node_exporter/fixtures/proc/interrupts") != nil, "no captured /proc of node_exporter"))
    func `captured files of x86 and ARM are read as node_exporter reads them`() throws {
        let folder = try #require(conformanceData("node_exporter/fixtures/proc"))
        func read(_ name: String) throws -> InterruptCounts {
            try #require(InterruptCounts(Array(Data(contentsOf: URL(filePath: "\(folder)/\(name)")))))
        }
        let x86 = try read("interrupts")
        #expect(x86.byNumber[0] == 18)
        // 7434032 + 8092205 + 6478877 + 7492252
        #expect(x86.byNumber[43] == 29_497_366)
        #expect(x86.byNumber.count == 15)
        let arm = try read("interrupts_aarch64")
        #expect(arm.byNumber[14] == 7819)
        // Beyond 32 bits in all.
        #expect(arm.byNumber[10] == 26_767_542_953)
    }

    // MARK: What they make of a far interrupt

    private func outcome(_ text: String?, far: [Int], share: Fraction? = nil) throws -> PlacementResult {
        let tree = try TemporaryTree()
        try tree.build(host: "two-sockets")
        if let text { try tree.write(text, to: "proc/interrupts") }
        for number in far { try tree.write("1\n", to: "proc/irq/\(number)/effective_affinity_list") }
        let root = HostRoot(path: tree.path)
        let host = ObservedHost.read(at: root)
        let ports = host.storagePorts(named: ["enp23s0"]).ports
        var rules = PlacementProfile.rules
        if let share { rules["host.interrupts"]?.parameters["far_share_maximum"] = .fraction(share) }
        let check = try PlacementCheck(
            of: host, interrupts: HostInterrupts(of: ports.compactMap(\.function.value), at: root), storage: ports,
            by: RuleProfile(name: "test", version: "1", rules: rules).resolved(in: []))
        return try #require(check.results.first { $0.rule == "host.interrupts" })
    }

    @Test func `an interrupt that never fired is worth no warning, wherever it would be served`() throws {
        #expect(try outcome(Self.text, far: [103]).outcome == .met)
        // Where nobody counts, it may be the busiest.
        #expect(try outcome(nil, far: [103]).outcome == .notMet)
    }

    @Test func `one that fired three times beside two million is within the figure, and beyond a figure of nothing`()
        throws
    {
        #expect(try outcome(Self.text, far: [100]).outcome == .met)
        #expect(try outcome(Self.text, far: [100], share: Fraction(0)).outcome == .notMet)
    }

    @Test func `one that carries half of the load is found, with its count first among the evidence`() throws {
        let result = try outcome(Self.text, far: [100, 101, 103])
        #expect(result.outcome == .notMet)
        let finding = try #require(result.finding)
        #expect(finding.measured == .text("3 of 4 on far processors, 993415 of 2000000 times that they fired"))
        let evidence = finding.evidence.filter { $0.source.hasPrefix("interrupt ") }
        #expect(evidence.first?.source.contains("interrupt 101 ") == true)
        #expect(evidence.contains { $0.source.contains("proc/interrupts") && $0.value == "993412" })
    }

    @Test func `where nothing fired yet nothing is far, and a figure of exactly the share is kept`() throws {
        // Line 100 is cut off: its count is not known, so interrupts count, not how often they fired.
        let cut = Self.text.replacing(/100: .*/, with: "100:")
        #expect(try outcome(cut, far: [102]).finding?.measured == .text("1 of 4 on far processors"))
        let none = Self.text.replacing("993412", with: "     0").replacing("1006585", with: "      0")
            .replacing("100:          3", with: "100:          0")
        #expect(try outcome(none, far: [101]).outcome == .met)
        let half = Self.text.replacing("1006585", with: " 993412").replacing("100:          3", with: "100:          0")
        #expect(try outcome(half, far: [101], share: Fraction(1, over: 2)).outcome == .met)
        #expect(try outcome(half, far: [101], share: Fraction(499, over: 1000)).outcome == .notMet)
    }

    @Test func `without counts a small share of far interrupts is as many as that`() throws {
        #expect(try outcome(nil, far: [101], share: Fraction(1, over: 4)).outcome == .met)
        #expect(try outcome(nil, far: [101, 102], share: Fraction(1, over: 4)).outcome == .notMet)
    }
}
