// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nobody who embeds the libraries resolves a benchmark harness.
// Each benchmark stands beside a rival that does the same work another way, timed in the same run.

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "Benchmarks",
    products: [
        .executable(name: "bench-ec", targets: ["CodingBenchmark"]),
        .executable(name: "bench-health", targets: ["RuleSpeed"]),
    ],
    dependencies: [
        .package(name: "swift-hyperconverged", path: "..", traits: []),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        // AES-128-GCM, to be measured
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        // Without its interposers, so its counts of allocations and of retains read 0 and are not asked for.
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
    ],
    targets: [
        .target(
            name: "Measuring", dependencies: [.product(name: "Benchmark", package: "benchmark")],
            swiftSettings: settings),
        // Includes the kernels' header, which StorageMath's target brings along.
        .target(
            name: "CodingRivals", dependencies: [.product(name: "StorageMath", package: "swift-hyperconverged")],
            linkerSettings: [.linkedLibrary("dl")]),
        .executableTarget(
            name: "CodingBenchmark",
            dependencies: [
                "CodingRivals", .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "StorageMath", package: "swift-hyperconverged"),
            ], swiftSettings: settings),
        .target(
            name: "RuleWorkload",
            dependencies: [
                .product(name: "ClusterCore", package: "swift-hyperconverged"),
                .product(name: "HealthModel", package: "swift-hyperconverged"),
            ], swiftSettings: settings),
        .executableTarget(
            name: "RuleSpeed",
            dependencies: [
                "RuleWorkload", .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "ClusterCore", package: "swift-hyperconverged"),
                .product(name: "HealthModel", package: "swift-hyperconverged"),
            ], swiftSettings: settings),
        .benchmark("Encryption", [.product(name: "Crypto", package: "swift-crypto")]),
        .benchmark("ErasureCoding", [.product(name: "StorageMath", package: "swift-hyperconverged")]),
        .benchmark("ExpositionText", [.product(name: "HealthModel", package: "swift-hyperconverged")]),
        .benchmark("FailureSets", [.product(name: "StorageMath", package: "swift-hyperconverged")]),
        .benchmark("HealthRules", ["RuleWorkload"]),
        .benchmark(
            "LatencyStatistics",
            [
                .product(name: "RDMAModel", package: "swift-hyperconverged"),
                .product(name: "Histogram", package: "hdrhistogram-swift"),
            ]),
        .benchmark("ModelCheck", []),
        .benchmark("ObservedHost", [.product(name: "HostTopology", package: "swift-hyperconverged")]),
        .benchmark("Units", [.product(name: "ClusterCore", package: "swift-hyperconverged")]),
    ]
)

extension Target {
    static func benchmark(_ name: String, _ dependencies: [Dependency]) -> Target {
        .executableTarget(
            name: name, dependencies: dependencies + ["Measuring", .product(name: "Benchmark", package: "benchmark")],
            path: "Benchmarks/\(name)", swiftSettings: settings,
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
    }
}
