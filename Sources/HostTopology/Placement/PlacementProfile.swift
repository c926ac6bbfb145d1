public import ClusterCore

/// The figures of ``PlacementRule``, to be put into profiles of requirements: they hold in every one that comes along, since
/// nothing in them depends on the kind of cluster.
public enum PlacementProfile {
    /// Rule by rule the figures, how much they matter and where they are written.
    public static let rules: [RuleID: RuleSettings] = [
        "host.storage_locality": RuleSettings(
            severity: .warning, source: memoryLocality),
        "host.interrupts": RuleSettings(
            parameters: ["far_share_maximum": .fraction(hundredth)], severity: .warning,
            source: Reference(document: "Linux kernel 6.4, networking/scaling", date: "2020-10-13")),
        "host.memory_nodes": RuleSettings(
            parameters: ["share_minimum": .fraction(half)], severity: .warning,
            source: memoryLocality),
        "host.storage_cards": RuleSettings(
            parameters: ["minimum": .count(2)], severity: .warning, source: Reference(architecture: [29])),
        "host.storage_roots": RuleSettings(
            parameters: ["minimum": .count(2)], severity: .warning, source: Reference(architecture: [29])),
        "host.slot_bandwidth": RuleSettings(
            parameters: ["share_minimum": .fraction(Fraction(1))], severity: .warning,
            source: Reference(document: "PCI Express Base Specification 6.0, chapter 4", date: "2022")),
        "host.rdma": RuleSettings(severity: .warning, source: Reference(architecture: [18, 134])),
        "host.storage_mtu": RuleSettings(
            parameters: ["minimum": .count(9000)], severity: .warning, source: Reference(architecture: [134])),
    ]

    /// What a profile may say besides: figures that have no value of their own.
    public static let vocabulary = RuleProfile(
        name: "vocabulary", version: "1", summary: "Figures without a value of their own",
        rules: ["host.storage_locality": RuleSettings(parameters: ["processors": .text("0")])])

    /// The page in its state of the day that it was last changed on before it was read.
    private static let memoryLocality = Reference(
        document: "Linux kernel, admin-guide/mm/numaperf", date: "2019-05-23")
    /// This suite's choice, no page's: an adapter's interrupt of events fires a few times a day wherever it is.
    private static let hundredth = (try? Fraction(1, over: 100)) ?? Fraction(0)
    private static let half = (try? Fraction(1, over: 2)) ?? Fraction(1)
}
