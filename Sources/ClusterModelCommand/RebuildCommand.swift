#if Tools
import ArgumentParser
import ClusterCore
import ConsoleIO
import StorageMath

/// `clustermodel rebuild`
struct RebuildCommand: ParsableCommand {
    private static let quarter = FractionWord(.ratio(1, 4))
    private static let detection = DurationWord(.seconds(15 * 60))

    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Says how long it takes to rebuild a drive or a server, and what holds it back.",
        usage: "clustermodel rebuild <options>",
        discussion: """
            clustermodel rebuild --servers 4 --drives 16x2TB --type three-way-mirror --drive-rate 150MB/s --link-rate 25GbE

            No rate of a repair is published, so rates are yours to give: measured ones give measured times.
            """)

    @OptionGroup var pool: PoolArguments

    @Option(help: "The resiliency of what is rebuilt, such as three-way-mirror.", transform: ResiliencyWord.read)
    var type: ResiliencyWord

    @Option(help: "What is lost: drive or server.")
    var of: Scope = .drive

    @Option(help: "What share of it was in use. (default: 70%)", transform: FractionWord.read)
    var used = FractionWord(.ratio(7, 10))

    @Option(help: "What a drive reads or writes, such as 150MB/s.", transform: RateWord.read)
    var driveRate: RateWord

    @Option(help: "The speed of a storage link, such as 25GbE.", transform: LinkWord.read)
    var linkRate: LinkWord

    @Option(help: "Storage links of each server.")
    var linksPerServer: Int = 2

    @Option(
        help: "What share of drives and links the repair has beside the workload. (default: \(quarter))",
        transform: FractionWord.read)
    var share = quarter

    @Option(help: "Time until a repair begins. (default: \(detection))", transform: DurationWord.read)
    var detection = detection

    @Option(help: "What SMB encryption costs: off, architecture (5 % of links and processors), or a share such as 3%.")
    var encryption: String = "off"

    @Option(
        help: "The repair speed: very_low, low, medium, high or very_high; counts only with --request and --latency.")
    var speed: SpeedWord = .medium

    @Option(
        help: "The size of a repair's request, such as 1MiB; with --latency it limits by queue depth.",
        transform: BytesWord.read)
    var request: BytesWord?

    @Option(help: "What a drive takes for such a request, such as 8ms.", transform: DurationWord.read)
    var latency: DurationWord?

    @Option(help: "Bytes a second that decoding reads, where it was measured.", transform: RateWord.read)
    var codingRate: RateWord?

    @OptionGroup var output: OutputArguments

    enum Scope: String, ExpressibleByArgument, CaseIterable {
        case drive, server
        var value: RepairScope { self == .drive ? .drive : .server }
    }

    enum SpeedWord: String, ExpressibleByArgument, CaseIterable {
        case veryLow = "very_low"
        case low, medium, high
        case veryHigh = "very_high"
        var value: RepairSpeed { RepairSpeed(rawValue: rawValue) ?? .medium }
    }

    func validate() throws {
        guard (request == nil) == (latency == nil) else {
            throw ValidationError("--request and --latency: one says nothing without the other; give both")
        }
    }

    func run() throws {
        try pool.check()
        let (pool, _) = try pool.pool()
        let document = try asked {
            let layout = try type.value.layout(in: pool.shape)
            let plan = try plan(pool, layout)
            let time = try plan.time()
            let outage = try VulnerabilityWindows.Outage(start: .zero, rebuild: time)
            let exposure = try VulnerabilityWindows(failuresTolerated: layout.failuresTolerated, outages: [outage])
            let sides = try pool.repairSides(of: of.value, layout)
            return RebuildDocument(type.value, of.value, layout, time, exposure, sides)
        }
        try output.write(document, schema: RebuildDocument.schema, text: document.text())
    }

    /// What is lost, and the drives and links that can rebuild it.
    private func plan(_ pool: Pool, _ layout: Layout) throws(StorageMathError) -> RebuildPlan {
        // The largest loss.
        let largest = pool.servers.max { $0.capacityBytes < $1.capacityBytes }
        let whole =
            of == .drive
            ? largest?.capacity.map(\.size).max() ?? .zero : largest?.capacityBytes ?? .zero
        try requireShare()
        let lost: ByteCount
        do throws(UnitError) { lost = try whole.multiplied(by: used.value, rounding: .up) } catch {
            throw StorageMathError(
                "bytes to rebuild", "\(whole)", bound: "within what can be counted", remedy: "\(error)")
        }
        let cost = try layout.repairCost(of: of.value)
        let sides = try pool.repairSides(of: of.value, layout)
        let sources = try AggregateRate.drives(sides.sources, at: driveRate.value)
        let targets = try AggregateRate.drives(sides.targets, at: driveRate.value)
        let links = try AggregateRate.links(sides.receivingServers * linksPerServer, at: linkRate.value)
        return try RebuildPlan(
            lost: lost, cost: cost, sources: sources, targets: targets, network: links, repairShare: share.value,
            detection: detection.value, encryption: try encryptionCost(), speed: speed.value,
            requests: request.flatMap { size in
                latency.map { RebuildPlan.Requests(size: size.value, latency: $0.value) }
            }, codingRate: codingRate?.value)
    }

    private func requireShare() throws(StorageMathError) {
        guard used.value >= .zero, used.value <= .one else {
            throw StorageMathError("share in use", "\(used.value)", bound: "0 to 1", remedy: "write it as in 70%")
        }
        guard (1...16).contains(linksPerServer) else {
            throw StorageMathError(
                "storage links of a server", "\(linksPerServer)", bound: "1 to 16", remedy: "count the ports of storage"
            )
        }
    }

    private func encryptionCost() throws(StorageMathError) -> EncryptionCost {
        switch encryption {
        case "off": return .off
        case "architecture": return .architecture
        default:
            let share: Fraction
            do throws(UnitError) { share = try Fraction(parsing: encryption) } catch {
                throw StorageMathError(
                    "cost of encryption", "\"\(encryption.prefix(64))\"", bound: "off, architecture or a share",
                    remedy: "write it as in 3%")
            }
            return try EncryptionCost(
                bandwidthShare: share, processorShare: share, source: Reference(document: "--encryption"))
        }
    }
}

/// A share.
struct FractionWord: WordReadable {
    let value: Fraction
    init(_ value: Fraction) { self.value = value }
    init(word: String) throws { value = try Fraction(parsing: word) }
    var description: String { value.percentText.text.filter { $0 != " " } }
}

/// A length of time.
struct DurationWord: WordReadable {
    let value: Duration
    init(_ value: Duration) { self.value = value }
    init(word: String) throws { value = try Duration(parsing: word) }
    var description: String { value.unitText }
}

/// Bytes a second.
struct RateWord: WordReadable {
    let value: ByteRate
    init(word: String) throws { value = try ByteRate(parsing: word) }
    var description: String { "\(value)" }
}

/// The speed of a link.
struct LinkWord: WordReadable {
    let value: BitRate
    init(word: String) throws { value = try BitRate(parsing: word) }
    var description: String { "\(value)" }
}

/// A size.
struct BytesWord: WordReadable {
    let value: ByteCount
    init(_ value: ByteCount) { self.value = value }
    init(word: String) throws { value = try ByteCount(parsing: word) }
    var description: String { "\(value)" }
}
#endif
