public import ClusterCore

/// The rules under which the reader of a host reports what it saw; none has figures.
public enum HostRules {
    /// The kernel's files and libnuma say different things of a node.
    public static let numaDisagrees = RuleExplanation(
        "host.numa_disagrees", "the kernel's files and libnuma say the same of a node",
        reason: """
            Programs that bind themselves ask libnuma, everything else here was read from files. Where they differ, a process \
            may run or have its memory elsewhere than its owner reads.
            """,
        remedy: """
            look whether a control group or a container hides part of the host from one of them, or whether a processor was \
            turned on or off meanwhile; then read the host again
            """)

    /// All of them.
    public static let all: [RuleExplanation] = [numaDisagrees]
}
