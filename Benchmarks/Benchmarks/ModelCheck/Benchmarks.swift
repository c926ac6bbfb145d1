import Benchmark
import Foundation
import Measuring

/// `clustermodel check` from the start of its process to its end, and beside it programs that only start, or that only read
/// the same YAML.
///
/// The program is the one that CLUSTERMODEL names, else the release build of this checkout.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .house
    let tool = Program.clustermodel
    let python = Program.python
    Benchmark("clustermodel --version, a start alone") { benchmark in
        run(benchmark) { try tool.run(["--version"]) }
    }
    for clusters in [1, 4, 16, 64] {
        let name = "\(clusters) × 16 nodes"
        Benchmark("\(name), clustermodel check") { benchmark in
            let file = try ClusterExample.file(clusters: clusters)
            run(benchmark) { try tool.run(["check", file, "--format", "json"]) }
        }
        guard python.isUsable else { continue }
        for loader in ["SafeLoader", "CSafeLoader"] {
            Benchmark("\(name), python3, yaml.\(loader) alone") { benchmark in
                let file = try ClusterExample.file(clusters: clusters)
                let script = "import sys, yaml; yaml.load(open(sys.argv[1]), Loader=yaml.\(loader))"
                run(benchmark) { try python.run(["-c", script, file]) }
            }
        }
    }
}

/// Runs a program as often as asked, and makes the benchmark fail where the program does.
private func run(_ benchmark: Benchmark, _ body: () throws -> Void) {
    do {
        for _ in benchmark.scaledIterations { try body() }
    } catch {
        // Without the plugin nobody else would say it.
        FileHandle.standardError.write(Data("error: \(error)\n".utf8))
        benchmark.error("\(error)")
    }
}
