import ClusterCore
import Reports
import StorageMath

/// How long a rebuild takes: the document `clustermodel.rebuild/1`.
struct RebuildDocument: Encodable {
    static let schema = "clustermodel.rebuild/1"

    let resiliency: Resiliency
    let layout: String
    let scope: RepairScope
    let lostBytes: UInt64
    /// Bytes read for one lost byte, exactly: `4`, `16/7`.
    let readsPerByte: String
    let transfersPerByte: String
    let sourceDrives: Int
    let targetDrives: Int
    let receivingServers: Int
    let detectionSeconds: Double
    let transferSeconds: Double
    let totalSeconds: Double
    @Explicit var limit: RebuildTime.Limit?
    let stages: [Stage]
    /// Failures that the volume still withstands meanwhile, and for how long.
    let failuresLeft: Int
    @Explicit var lastCopySeconds: Double?
    let assumptions: [String]

    enum CodingKeys: String, CodingKey {
        case resiliency, layout, scope, limit, stages, assumptions
        case lostBytes = "lost_bytes"
        case readsPerByte = "reads_per_byte"
        case transfersPerByte = "transfers_per_byte"
        case sourceDrives = "source_drives"
        case targetDrives = "target_drives"
        case receivingServers = "receiving_servers"
        case detectionSeconds = "detection_seconds"
        case transferSeconds = "transfer_seconds"
        case totalSeconds = "total_seconds"
        case failuresLeft = "failures_left"
        case lastCopySeconds = "next_failure_may_lose_seconds"
    }

    struct Stage: Encodable {
        let limit: RebuildTime.Limit
        let bytes: UInt64
        let bytesPerSecond: UInt64
        let seconds: Double

        enum CodingKeys: String, CodingKey {
            case limit, bytes, seconds
            case bytesPerSecond = "bytes_per_second"
        }
    }
}

extension RebuildDocument {
    init(
        _ type: Resiliency, _ scope: RepairScope, _ layout: Layout, _ time: RebuildTime,
        _ exposure: VulnerabilityWindows,
        _ sides: RepairSides
    ) {
        resiliency = type
        self.layout = layout.words
        self.scope = scope
        lostBytes = time.plan.lost.bytes
        readsPerByte = time.plan.cost.reads.description
        transfersPerByte = time.plan.cost.transfers.description
        detectionSeconds = time.plan.detection.inSeconds
        transferSeconds = time.transfer.inSeconds
        totalSeconds = time.total.inSeconds
        limit = time.limit
        stages = time.stages.map {
            Stage(
                limit: $0.limit, bytes: $0.bytes.bytes, bytesPerSecond: $0.rate.bytesPerSecond,
                seconds: $0.time.inSeconds)
        }
        failuresLeft = layout.failuresTolerated - 1
        lastCopySeconds = exposure.time(withAtMost: 0)?.inSeconds
        sourceDrives = sides.sources
        targetDrives = sides.targets
        receivingServers = sides.receivingServers
        assumptions = sides.assumptions + time.assumptions
    }

    /// The times for people: how long, what holds it back, and what may happen meanwhile.
    func text() -> TextDocument {
        var document = TextDocument()
        document.add(.heading("Rebuilding a \(scope.rawValue) of \(resiliency), \(layout)"))
        document.add(
            .facts([
                .init("lost", ByteCount(bytes: lostBytes).humanText),
                .init(
                    "read",
                    "\(readsPerByte) \(readsPerByte == "1" ? "byte" : "bytes") for each lost one, \(transfersPerByte) over the network"
                ),
                .init(
                    "from",
                    "\(sourceDrives) drives to \(targetDrives), into \(receivingServers == 1 ? "1 server" : "\(receivingServers) servers")"
                ),
                .init("begins", "after \(RebuildDocument.time(detectionSeconds))"),
                .init(
                    "takes",
                    RebuildDocument.time(transferSeconds) + (limit.map { ", held back by the \($0.words)" } ?? "")),
                .init("done", "after \(RebuildDocument.time(totalSeconds))", tone: .strong),
                .init(
                    "meanwhile",
                    failuresLeft < 0
                        ? "the data is lost: there is nothing to rebuild it from"
                        : failuresLeft == 0
                            ? "the next failure may lose data"
                            : "\(failuresLeft) more \(failuresLeft == 1 ? "failure is" : "failures are") withstood",
                    tone: failuresLeft > 0 ? .normal : .warning),
            ]))
        document.add(.heading("What each part would take by itself"))
        var table = TextTable(columns: [
            .init("part"), .init("bytes", .right), .init("rate", .right), .init("time", .right),
        ])
        for stage in stages {
            table.add([
                .init(stage.limit.words), .init("\(ByteCount(bytes: stage.bytes).decimalText)"),
                .init("\(ByteCount(bytes: stage.bytesPerSecond).decimalText)/s"),
                .init(RebuildDocument.time(stage.seconds)),
            ])
        }
        document.add(.table(table))
        if !assumptions.isEmpty {
            document.add(.heading("Taken for granted"))
            for assumption in assumptions { document.add(.paragraph(assumption)) }
        }
        return document
    }

    /// Seconds as people say them, in the two largest units.
    static func time(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        switch whole {
        case ..<120: return "\(whole) s"
        case ..<7200: return "\(whole / 60) min \(whole % 60) s"
        case ..<172_800: return "\(whole / 3600) h \(whole % 3600 / 60) min"
        default: return "\(whole / 86_400) d \(whole % 86_400 / 3600) h"
        }
    }
}

extension RebuildTime.Limit {
    fileprivate var words: String {
        switch self {
        case .sources: "drives that are read"
        case .targets: "drives that are written"
        case .network: "network"
        case .queueDepth: "queue depth"
        case .coding: "decoding"
        }
    }
}

extension Duration {
    /// Seconds with decimals.
    var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
