#if Tools
import ArgumentParser
import ClusterCore
import ConsoleIO
import RDMAModel
import RDMAProbe

/// What flows to measure, and under what load: shared by `test` and `selftest`.
struct FlowArguments: ParsableArguments {
    private static let sixtyFourKibibytes = WordList([SizeWord(65536)])
    private static let oneWay = WordList([DirectionWord(.oneWay)])
    private static let fiveSeconds = DurationWord(.seconds(5))

    @Option(
        help: "Measure bandwidth, too, of these operations: send, write, read.",
        transform: WordList<OperationWord>.read)
    var bandwidth: WordList<OperationWord>?

    @Option(
        help: "Message sizes of the bandwidth. (default: \(sixtyFourKibibytes))", transform: WordList<SizeWord>.read)
    var bandwidthSizes: WordList<SizeWord>?

    @Option(help: "Queue pairs that a flow is spread over, 1 to 32.")
    var queuePairs: Int = 1

    @Option(
        help: "Which ends post at the same time: one_way, both_ways. (default: \(oneWay))",
        transform: WordList<DirectionWord>.read)
    var directions: WordList<DirectionWord>?

    @Option(
        help: "For how long each flow is measured. (default: \(fiveSeconds))", transform: DurationWord.read)
    var bandwidthDuration: DurationWord?

    @Option(
        help: """
            Measure every cell of latency once more while this load runs beside it, on queue pairs of its own: \
            write_flow (writes of 64 KiB).
            """)
    var load: LoadArgument?

    private var sizes: WordList<SizeWord> { bandwidthSizes ?? FlowArguments.sixtyFourKibibytes }
    private var ways: WordList<DirectionWord> { directions ?? FlowArguments.oneWay }
    private var length: DurationWord { bandwidthDuration ?? FlowArguments.fiveSeconds }

    func validate() throws {
        let useless = [
            ("bandwidth-sizes", bandwidthSizes != nil), ("directions", directions != nil),
            ("bandwidth-duration", bandwidthDuration != nil),
        ].filter(\.1).map { "--\($0.0)" }
        guard bandwidth != nil || useless.isEmpty else {
            throw ValidationError(
                "\(useless.joined(separator: ", ")): says nothing without --bandwidth; name operations, as in --bandwidth write"
            )
        }
        guard (1...32).contains(queuePairs) else {
            throw ValidationError("--queue-pairs \(queuePairs): give 1 to 32")
        }
        if let word = bandwidth?.values.first(where: { !RDMAModel.Operation.storage.contains($0.value) }) {
            throw ValidationError("--bandwidth: there is none of \(word): choose among send, write, read")
        }
        guard sizes.values.count <= 64 else { throw ValidationError("--bandwidth-sizes: at most 64 sizes") }
        guard length.value > .zero, length.value <= .seconds(24 * 3600) else {
            throw ValidationError("--bandwidth-duration: must be longer than nothing and at most 24h; try 5s")
        }
        for (name, words) in [
            ("bandwidth-sizes", sizes.values.map { "\($0.bytes)" }),
            ("bandwidth", bandwidth?.values.map(\.description) ?? []),
            ("directions", ways.values.map(\.description)),
        ] where Set(words).count != words.count {
            throw ValidationError("--\(name): names one twice")
        }
    }

    /// The flows of a plan.
    var plan: BandwidthPlan? {
        bandwidth.map { operations in
            BandwidthPlan(
                operations: operations.values.map(\.value), directions: ways.values.map(\.value),
                sizesBytes: sizes.values.map(\.bytes), queuePairs: queuePairs,
                durationNanoseconds: length.nanoseconds)
        }
    }

    /// The load of a plan.
    var loadPlan: LoadPlan? { load.map { _ in LoadPlan(kind: .writeFlow, queuePairs: queuePairs) } }
}

/// `one_way` or `both_ways`.
struct DirectionWord: WordReadable {
    let value: FlowDirection
    init(_ value: FlowDirection) { self.value = value }

    init(word: String) throws {
        guard let value = FlowDirection(rawValue: word) else {
            let known = FlowDirection.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("there is no direction \(word): choose among \(known)")
        }
        self.value = value
    }

    var description: String { value.rawValue }
}

enum LoadArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
    case writeFlow = "write_flow"
}
#endif
