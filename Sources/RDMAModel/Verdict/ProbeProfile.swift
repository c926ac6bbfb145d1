public import ClusterCore

/// The profiles that the probe brings along, and the rules in which a profile speaks to it.
///
/// | rule | parameter | meaning |
/// | --- | --- | --- |
/// | `rdma.latency` | `percentile` | the judged figure: `p50`, `p90`, `p99`, `p99.9` or `p99.99` |
/// | | `sizes` | sizes that are judged and must have been measured |
/// | | `sizes_up_to` | every planned size up to this is judged, and there must be one |
/// | | `operations` | operations that are judged and must have been measured; those of the plan where it is left out |
/// | | `required_below` | the figure must lie below this |
/// | | `optimal_below` | below this it is optimal; no optimum where it is left out |
/// | `rdma.loss` | `at_most` | as many operations of a cell may be lost |
/// | `rdma.datagram_loss` | `at_most` | the share of a size's unreliable datagrams that may be lost |
/// | `rdma.software` | | how much it matters that software RDMA was measured (its severity) |
public enum ProbeProfile {
    /// Storage latency as the architecture asks for it: below 1 ms required, below 0.5 ms optimal (AL-42).
    ///
    /// The architecture names no percentile, no size and no operation. The profile takes p99.9, since a storage stack
    /// waits for its slowest parts; 4 KiB and 64 KiB, the sizes of small random and of metadata-heavy requests, since
    /// larger ones are bound by the link's rate; and every operation that storage uses.
    public static let architecture = RuleProfile(
        name: "architecture", version: "1",
        summary: "Storage traffic over RDMA adapters, as the architecture asks for it",
        rules: [
            LatencyRequirement.latencyRule: RuleSettings(
                parameters: [
                    "percentile": .text("p99.9"),
                    "sizes": .list(["4KiB", "64KiB"]),
                    "operations": .list(["send", "write", "read"]),
                    "required_below": .duration(.milliseconds(1)),
                    "optimal_below": .duration(.microseconds(500)),
                ],
                severity: .critical, mode: .enforce, source: Reference(architecture: [42])),
            LatencyRequirement.lossRule: RuleSettings(
                parameters: ["at_most": .count(0)], severity: .critical, mode: .enforce,
                source: Reference(architecture: [42])),
            LatencyRequirement.datagramLossRule: RuleSettings(
                parameters: ["at_most": .fraction(.zero)], severity: .critical, mode: .enforce),
            LatencyRequirement.softwareRule: RuleSettings(severity: .warning, mode: .enforce),
        ])

    /// What software RDMA in an emulated machine is held to: that it works and answers in time.
    ///
    /// There p99 alone is 4 to 16 ms, so that a higher percentile shows the emulation and not the program.
    public static let software = RuleProfile(
        name: "software", version: "1",
        summary: "Software RDMA (rxe, siw), also in emulated machines: proves the tool, not a network",
        rules: [
            LatencyRequirement.latencyRule: RuleSettings(
                parameters: [
                    "percentile": .text("p50"),
                    "sizes_up_to": .bytes(ByteCount(bytes: 4096)),
                    "required_below": .duration(.milliseconds(10)),
                ],
                severity: .critical, mode: .enforce),
            LatencyRequirement.lossRule: RuleSettings(
                parameters: ["at_most": .count(0)], severity: .critical, mode: .enforce),
            LatencyRequirement.datagramLossRule: RuleSettings(
                parameters: ["at_most": .fraction(.zero)], severity: .warning, mode: .audit),
            LatencyRequirement.softwareRule: RuleSettings(severity: .information, mode: .enforce),
        ])

    /// The profiles that need no file, by which a user's own may be extended.
    public static let builtIn: [RuleProfile] = [architecture, software]

    /// A built-in profile by its name.
    public static func named(_ name: String) -> RuleProfile? { builtIn.first { $0.name == name } }
}
