import ArgumentParser
import CodingRivals
import Foundation
import StorageMath

/// What is measured, by the names of the option.
enum Part: String, CaseIterable {
    case encode, repair1, repair2, update, verify, cauchy, raid, call, threads, mirror
}

@main
struct BenchEC: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-ec",
        abstract: "Erasure coding and mirrors of StorageMath beside ISA-L and memcpy, in one process and in turns.",
        discussion: """
            ISAL_LIBRARY names the libisal that is loaded (default: \(ISAL.usual), of Debian's libisal2). Without one, \
            only the limits stand beside.
            Exit status: 0 every goal met, 1 one missed, 2 one not known and none missed, 64 wrong usage, 70 results that \
            differ. With --smoke 0 where all results are right.
            """)

    @Option(help: "With commas: \(Part.allCases.map(\.rawValue).joined(separator: ", ")) (default: all).")
    var operations: String?
    @Option(
        help:
            "With commas between them, or spaces: \(Shape.all.map(\.name).joined(separator: " ")) (default: all), or others."
    )
    var layouts: String?
    @Option(help: "Bytes of a shard, with commas: 4KiB, 64KiB, 1MiB, 16MiB (the default), or others.")
    var fragments: String?
    @Option(help: "slab, staggered (default: both).")
    var buffers: String?
    @Option(help: "Turns of each side in a cell, of which the median counts.")
    var alternations = 11
    @Option(help: "What calculates, as StorageMath calls it (default: the fastest here).")
    var kernel: String?
    @Option(help: "A function of one instruction set in place of ec_encode_data, such as ec_encode_data_avx2.")
    var rivalFunction = "ec_encode_data"
    @Option(help: "The figures, too, as erasure-coding.benchmark/1.")
    var json: String?
    @Flag(help: "A few small cells, for a moment each: shows that it runs, measures nothing.")
    var smoke = false
    @Option(help: "Measures nothing, but calls so often, for counting instructions; see --side.")
    var calls: Int?
    @Option(help: "Whose calls --calls makes: ours, rival.")
    var side = "ours"

    func run() throws {
        do { try work() } catch let failure as Failure {
            FileHandle.standardError.write(Data("bench-ec: \(failure)\n".utf8))
            throw ExitCode(70)
        }
    }

    private func work() throws {
        var plan = try plan()
        if let calls { return try count(plan, calls) }
        try plan.measure()
        let text = Table(document: plan.measured).text
        print(text, terminator: "")
        if let json {
            try Data((plan.measured.json.text() + "\n").utf8).write(to: URL(fileURLWithPath: json), options: .atomic)
        }
        if !smoke, plan.measured.status != 0 { throw ExitCode(plan.measured.status) }
    }

    private func plan() throws -> Plan {
        let kernel = try kernel.map { name in
            try CodingKernel(rawValue: name).flatMap { $0.isAvailable && $0 != .reference ? $0 : nil }
                ?? { throw ValidationError("--kernel: \(CodingKernel.available.dropFirst().map(\.rawValue))") }()
        }
        guard alternations >= 1 else { throw ValidationError("--alternations is at least 1") }
        let parts = try list(operations, of: Part.allCases, "--operations") { Part(rawValue: $0) }
        // Commas are also within the names of local codes.
        var shapes = Shape.all.filter { !smoke || ["4+2", "LRC(8,2,1)"].contains($0.name) }
        if let layouts {
            let names = layouts.split(separator: /[, ]+(?![^(]*\))/)
            shapes = try names.map { name in
                try Shape.named(name) ?? { throw ValidationError("--layouts: \(Shape.all.map(\.name))") }()
            }
        }
        let lengths = try list(
            fragments, of: smoke ? [4096, 65_536] : [4096, 65_536, 1 << 20, 16 << 20], "--fragments", BenchEC.size)
        let kinds = try list(buffers, of: Buffers.allCases, "--buffers") { Buffers(rawValue: $0) }
        let path = ProcessInfo.processInfo.environment["ISAL_LIBRARY"].flatMap { $0.isEmpty ? nil : $0 }
        var library: ISAL?
        var problem: String?
        do {
            library = try ISAL(path: path ?? ISAL.usual, encodeName: rivalFunction)
        } catch let failure as Failure {
            problem = failure.description
            // Who names a library wants that one.
            guard path == nil else { throw ValidationError("ISAL_LIBRARY: \(failure)") }
        }
        let turns = smoke ? 3 : alternations
        let block = smoke ? 1e-5 : 1e-3
        return Plan(
            parts: Set(parts), shapes: shapes, lengths: lengths, buffers: kinds,
            interleaving: Interleaving(alternations: turns, block: block),
            measured: Measured(
                started: Int(Date().timeIntervalSince1970), machine: .this, kernel: kernel ?? .detected,
                library: library, libraryProblem: problem, alternations: turns, blockSeconds: block, isSmoke: smoke))
    }

    private func list<Element>(
        _ text: String?, of all: [Element], _ option: String, _ make: (String) -> Element?
    ) throws -> [Element] {
        guard let text else { return all }
        return try text.split(separator: ",").map { word in
            try make(String(word)) ?? { throw ValidationError("\(option): no such value: \(word)") }()
        }
    }

    private static func size(_ text: String) -> Int? {
        let units = ["": 0, "Ki": 10, "KiB": 10, "Mi": 20, "MiB": 20]
        let digits = text.prefix { $0.isNumber }
        guard let number = Int(digits), let shift = units[String(text.dropFirst(digits.count))],
            (1...(64 << 20)).contains(number),
            number << shift <= 64 << 20, (number << shift).isMultiple(of: 256)
        else { return nil }
        return number << shift
    }

    /// Calls of the first cell alone; of calls, of shards that each have a memory of their own.
    private func count(_ plan: Plan, _ calls: Int) throws {
        guard let part = plan.parts.first, let shape = plan.shapes.first, let length = plan.lengths.first else {
            return
        }
        let stripe = try Plan.stripe(shape, length, plan.buffers[0])
        let workload = try plan.workloads(part, shape, on: stripe, plan.buffers[0]).last
        guard let workload else { throw ValidationError("there is no such cell") }
        try withExtendedLifetime(stripe) {
            if side == "ours" { return try workload.ours(calls) }
            guard let rival = workload.rival else { throw Failure("no libisal: \(plan.measured.libraryProblem ?? "")") }
            try rival(calls)
        }
    }
}
