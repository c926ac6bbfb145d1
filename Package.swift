// swift-tools-version: 6.2
import PackageDescription

// One set of settings for every target; what a target adds is visible at the target.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

// Tests expand macros whose code is not ours to mark, so they do without strict memory safety.
let testSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

// Packages that only the host libraries or only the tools need: with `traits: []` none of them is resolved.
let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser", condition: .when(traits: ["Tools"]))
let yaml = Target.Dependency.product(name: "Yams", package: "Yams", condition: .when(traits: ["Documents"]))
let logging = Target.Dependency.product(name: "Logging", package: "swift-log", condition: .when(traits: ["Host"]))

let package = Package(
    name: "swift-hyperconverged",
    products: [
        .library(name: "ClusterCore", targets: ["ClusterCore"]),
        .library(name: "ClusterDocuments", targets: ["ClusterDocuments"]),
        .library(name: "HealthHost", targets: ["HealthHost"]),
        .library(name: "HealthModel", targets: ["HealthModel"]),
        .library(name: "HostTopology", targets: ["HostTopology"]),
        .library(name: "RDMAModel", targets: ["RDMAModel"]),
        .library(name: "RDMAProbe", targets: ["RDMAProbe"]),
        .library(name: "Reports", targets: ["Reports"]),
        .library(name: "StorageMath", targets: ["StorageMath"]),
        .library(name: "StripeFiles", targets: ["StripeFiles"]),
        .library(name: "Topology", targets: ["Topology"]),
        .executable(name: "clustermodel", targets: ["ClusterModelCommand"]),
        .executable(name: "rdmaprobe", targets: ["RDMAProbeCommand"]),
    ],
    traits: [
        .trait(
            name: "Host", description: "Dependencies of the libraries that touch this host (HostTopology, RDMAProbe)."),
        .trait(name: "Documents", description: "The dependency of ClusterDocuments, which reads YAML."),
        .trait(
            name: "Tools", description: "Dependencies of the command-line tools.", enabledTraits: ["Documents", "Host"]),
        .default(enabledTraits: ["Tools"]),
    ],
    dependencies: [
        // the tools' command lines
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        // diagnostics of the host libraries
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        // documents that people write by hand
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        // `make docs`; no target uses it
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
    ],
    targets: [
        // MARK: C
        .target(name: "CGaloisField", path: "CShims/CGaloisField"),
        .target(name: "CHostFiles", path: "CShims/CHostFiles"),
        .target(name: "CNuma", path: "CShims/CNuma", linkerSettings: [.linkedLibrary("numa")]),
        .target(
            name: "CVerbs", path: "CShims/CVerbs",
            linkerSettings: [.linkedLibrary("ibverbs"), .linkedLibrary("rdmacm")]),

        // MARK: Pure
        .target(name: "ClusterCore", swiftSettings: settings),
        .target(name: "RDMAModel", dependencies: ["ClusterCore"], swiftSettings: settings),
        .target(name: "StorageMath", dependencies: ["CGaloisField", "ClusterCore"], swiftSettings: settings),
        .target(name: "Reports", dependencies: ["ClusterCore"], swiftSettings: settings),
        .target(name: "Topology", dependencies: ["ClusterCore", "StorageMath"], swiftSettings: settings),
        .target(
            name: "HealthModel", dependencies: ["ClusterCore", "RDMAModel", "StorageMath", "Topology"],
            swiftSettings: settings),

        // MARK: Documents
        .target(
            name: "ClusterDocuments", dependencies: ["ClusterCore", "HealthModel", "StorageMath", "Topology", yaml],
            swiftSettings: settings),

        // MARK: Host
        .target(name: "Threads", swiftSettings: settings),
        .target(name: "HostTopology", dependencies: ["CHostFiles", "CNuma", "ClusterCore"], swiftSettings: settings),
        .target(
            name: "HealthHost",
            dependencies: ["ClusterCore", "HealthModel", "HostTopology", "RDMAModel", "Threads", "Topology"],
            swiftSettings: settings),
        .target(name: "StripeFiles", dependencies: ["StorageMath", "Threads"], swiftSettings: settings),
        .target(name: "Verbs", dependencies: ["CVerbs", logging], swiftSettings: settings),
        .target(
            name: "RDMAProbe",
            dependencies: ["ClusterCore", "HostTopology", "RDMAModel", "Threads", "Verbs", logging],
            swiftSettings: settings),

        // MARK: Command
        .target(
            name: "ConsoleIO", dependencies: ["ClusterCore", "Reports", "Threads", argumentParser],
            swiftSettings: settings),
        .executableTarget(
            name: "ClusterModelCommand",
            dependencies: [
                "ClusterCore", "ClusterDocuments", "ConsoleIO", "HealthHost", "HealthModel", "HostTopology", "Reports",
                "StorageMath", "StripeFiles", "Topology", argumentParser,
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "RDMAProbeCommand",
            dependencies: [
                "ClusterCore", "ConsoleIO", "HostTopology", "RDMAModel", "RDMAProbe", "Reports", "Threads",
                argumentParser,
            ],
            swiftSettings: settings),

        // MARK: Tests
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: testSettings),
        .testTarget(
            name: "ClusterModelCommandTests",
            dependencies: [
                "ClusterCore", "ClusterModelCommand", "ConsoleIO", "HealthModel", "HostTopology", "StorageMath",
                "TestSupport",
            ], exclude: ["Snapshots"],
            swiftSettings: testSettings),
        .testTarget(
            name: "ClusterDocumentsTests",
            dependencies: [
                "ClusterCore", "ClusterDocuments", "HealthModel", "StorageMath", "TestSupport", "Topology", yaml,
            ],
            swiftSettings: testSettings),
        .testTarget(
            name: "ClusterCoreTests", dependencies: ["ClusterCore", "TestSupport"], swiftSettings: testSettings),
        .testTarget(
            name: "HealthHostTests",
            dependencies: [
                "ClusterCore", "HealthHost", "HealthModel", "HostTopology", "RDMAModel", "TestSupport", "Topology",
            ],
            swiftSettings: testSettings),
        .testTarget(
            name: "HealthModelTests",
            dependencies: ["ClusterCore", "HealthModel", "RDMAModel", "TestSupport"],
            swiftSettings: testSettings),
        .testTarget(
            name: "HostTopologyTests", dependencies: ["HostTopology", "TestSupport"], swiftSettings: testSettings),
        .testTarget(
            name: "HouseRulesTests",
            dependencies: [
                "ClusterCore", "HealthModel", "HostTopology", "RDMAModel", "StorageMath", "TestSupport", "Topology",
            ], swiftSettings: testSettings),
        .testTarget(
            name: "LabTests", dependencies: ["ClusterCore", "RDMAModel", "TestSupport"], swiftSettings: testSettings),
        .testTarget(name: "RDMAModelTests", dependencies: ["RDMAModel", "TestSupport"], swiftSettings: testSettings),
        .testTarget(
            name: "RDMAProbeCommandTests", dependencies: ["ConsoleIO", "RDMAProbeCommand", "TestSupport"],
            exclude: ["Snapshots"],
            swiftSettings: testSettings),
        .testTarget(
            name: "RDMAProbeTests", dependencies: ["RDMAProbe", "TestSupport", "Threads"], swiftSettings: testSettings),
        .testTarget(
            name: "ReportsTests", dependencies: ["Reports", "TestSupport"], exclude: ["Snapshots"],
            swiftSettings: testSettings),
        .testTarget(
            name: "SimulationTests",
            dependencies: [
                "CVerbs", "ClusterCore", "HostTopology", "RDMAModel", "RDMAProbe", "TestSupport", "Threads",
            ],
            swiftSettings: testSettings),
        .testTarget(
            name: "StorageMathTests", dependencies: ["StorageMath", "TestSupport"], swiftSettings: testSettings),
        .testTarget(
            name: "StripeFilesTests", dependencies: ["StorageMath", "StripeFiles", "TestSupport", "Threads"],
            swiftSettings: testSettings),
        .testTarget(
            name: "TopologyTests",
            dependencies: ["ClusterCore", "ClusterDocuments", "StorageMath", "TestSupport", "Topology"],
            swiftSettings: testSettings),
        .testTarget(name: "ThreadsTests", dependencies: ["TestSupport", "Threads"], swiftSettings: testSettings),
        .testTarget(name: "VerbsTests", dependencies: ["CVerbs", "TestSupport", "Verbs"], swiftSettings: testSettings),
    ]
)
