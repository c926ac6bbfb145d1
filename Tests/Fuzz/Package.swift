// swift-tools-version: 6.2
import PackageDescription

// A package of its own: libFuzzer brings a `main` and instruments what it is linked to, which only a root package asks
// for. `Scripts/run-fuzz` builds and runs it.
//
// The targets reach the decoders that they are about with `@testable`, so that nothing is public for their sake.

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

func suite(_ name: String) -> Target.Dependency { .product(name: name, package: "swift-hyperconverged") }

// One executable a kind of input: each has its own corpus and dictionary, named like it.
let package = Package(
    name: "Fuzz",
    dependencies: [.package(name: "swift-hyperconverged", path: "../..", traits: ["Documents", "Host"])],
    targets: [
        .target(name: "Fuzzing", swiftSettings: settings),
        // what a peer says on the control connection
        .fuzz("ControlFrames", [suite("RDMAProbe")]),
        // what a connection request carries, and the socket addresses that the kernel tells of it
        .fuzz("PrivateData", [suite("ClusterCore"), suite("RDMAProbe")]),
        // calls of the erasure coders, with every way to get them wrong
        .fuzz("ErasureCoding", [suite("StorageMath")]),
        // shards in memories and arrays of their own: overlaps, damage that is located and repaired, mirrors
        .fuzz("ErasureShards", [suite("StorageMath")]),
        // exposition text, Prometheus' and OpenMetrics
        .fuzz("Expositions", [suite("HealthModel")]),
        // files of /proc and /sys as signals
        .fuzz("HostSignals", [suite("HealthModel")]),
        // smartctl's reports, rdmaprobe's, and JSON as such
        .fuzz("DriveReports", [suite("HealthModel"), suite("RDMAModel")]),
        // exports of journald and of Windows' logs
        .fuzz("LogEvents", [suite("HealthModel")]),
        // recordings of signals, replayed and gone on with
        .fuzz("Recordings", [suite("ClusterCore"), suite("HealthModel")]),
        // states of alerts that were kept
        .fuzz("AlertStates", [suite("ClusterCore"), suite("HealthModel")]),
        // rules that a user wrote
        .fuzz("HealthRules", [suite("HealthModel")]),
        // tests of rules in promtool's form
        .fuzz("RuleTests", [suite("ClusterCore"), suite("ClusterDocuments"), suite("HealthModel")]),
        // files of /sys and /proc
        .fuzz("HostFiles", [suite("HostTopology")]),
        // whole hosts, as a captured tree holds them: inventory, counters, a capture of the capture
        .fuzz("HostTrees", [suite("HostTopology"), suite("RDMAModel"), suite("RDMAProbe"), suite("Reports")]),
        // topologies that hwloc wrote, and the reader of XML below
        .fuzz("HwlocXML", [suite("HostTopology")]),
        // what the kernel answers over RDMA netlink
        .fuzz("Netlink", [suite("HostTopology")]),
        // a rule profile that a user wrote
        .fuzz("Profiles", [suite("ClusterCore"), suite("RDMAModel")]),
        // a report that is read back
        .fuzz("ReportDocuments", [suite("RDMAModel"), suite("Reports")]),
        // a cluster's storage in YAML, its usage in CSV
        .fuzz("StorageDocuments", [suite("ClusterCore"), suite("ClusterDocuments"), suite("StorageMath")]),
        // two reports that are compared
        .fuzz("Comparisons", [suite("RDMAModel"), suite("Reports")]),
        // a shard's header, and whole sets of shards
        .fuzz("ShardHeaders", [suite("StorageMath"), suite("StripeFiles")]),
        // sizes, durations, rates, addresses, dates as they are typed
        .fuzz("Words", [suite("ClusterCore")]),
    ]
)

extension Target {
    static func fuzz(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
        .executableTarget(
            name: "Fuzz\(name)", dependencies: dependencies + ["Fuzzing"],
            swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])])
    }
}
