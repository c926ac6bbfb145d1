#if Tools
import ArgumentParser
import ClusterCore
import ConsoleIO
import StorageMath

/// `clustermodel capacity`
struct CapacityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "capacity",
        abstract: "Says which volumes fit, what they take, and what the cluster would need.",
        discussion: """
            Without --servers it says how many servers the volumes need, with --drive how many drives. Sizes are decimal \
            (2TB) or binary (2TiB). Exit status: 0 every volume fits and no finding is critical; 1 otherwise.
            """)

    @OptionGroup var pool: PoolArguments

    @Option(help: "A volume as NAME:RESILIENCY:SIZE; as often as there are volumes.", transform: VolumeWord.read)
    var volume: [VolumeWord] = []

    @Option(
        help: """
            Ask how many drives of this size each of --servers needs for the volumes, such as 2TB or 4TB:hdd.
            """,
        transform: DriveWord.read)
    var drive: DriveWord?

    @Option(
        help: "Also say what changes with one more server with these drives; as often as there are.",
        transform: DrivesWord.read)
    var addServer: [DrivesWord] = []

    @Option(
        help: """
            Also say what changes with these drives in one server, written SERVER=DRIVES, such as 3=4x2TB; as often as there \
            are.
            """,
        transform: AddedDrivesWord.read)
    var addDrives: [AddedDrivesWord] = []

    @Option(
        help: """
            What to hold it to: \(StorageProfile.builtIn.nameList), or a profile's file in YAML or JSON.
            """, completion: .file())
    var profile: String = "azureLocal23H2"

    @OptionGroup var output: OutputArguments

    func validate() throws {
        guard drive == nil || (pool.servers != nil && pool.drives.isEmpty && pool.file == nil && !volume.isEmpty) else {
            throw ValidationError(
                "--drive: asks how many drives each server needs; give --servers and --volume with it, and no --drives")
        }
        try pool.check(needsDrives: drive == nil)
        guard addServer.isEmpty && addDrives.isEmpty || !isSizing else {
            throw ValidationError(
                "--add-server and --add-drives: say what there is first, with --servers and --drives or a --file")
        }
    }

    /// Whether it is asked what the volumes need.
    private var isSizing: Bool {
        drive != nil || (pool.file == nil && pool.servers == nil && pool.drives.count == 1)
    }

    func run() throws {
        let profile = try ProfileFile.resolved(profile, among: StorageProfile.builtIn)
        if isSizing { return try size(profile) }
        let (pool, written) = try pool.pool()
        let volumes = written + volume.map(\.value)
        let plan = try asked { try pool.plan(volumes, by: profile) }
        var growth: Growth?
        if !addServer.isEmpty || !addDrives.isEmpty {
            growth = try asked {
                var larger = pool
                for added in addDrives {
                    for group in added.groups { larger = try larger.adding(group, toServer: added.server) }
                }
                let servers = try addServer.map {
                    try ServerDrives(capacity: $0.groups, cache: pool.servers.first?.cache ?? [])
                }
                if !servers.isEmpty { larger = try larger.adding(servers) }
                return try pool.growth(to: larger, with: plan.volumes.filter(\.fits).map(\.volume))
            }
        }
        try finish(plan, growth, nil, profile)
    }

    /// The fewest servers, or drives of each server, for the volumes.
    private func size(_ profile: ResolvedProfile) throws {
        guard !volume.isEmpty else {
            throw ValidationError(
                "--servers is missing: write how many there are, or name a --volume to learn how many it needs")
        }
        let (sizing, what) = try asked { () throws -> (Sizing, String) in
            if let drive {
                return (
                    try Sizing.drives(
                        for: volume.map(\.value), servers: pool.servers ?? 0, kind: drive.kind, size: drive.size,
                        cache: pool.cache?.groups ?? [], racks: pool.racks, reserve: pool.reserveRule, by: profile),
                    "drives of \(drive.size) in each server"
                )
            }
            let drives = try pool.serverDrives()
            return (
                try Sizing.servers(
                    for: volume.map(\.value), of: drives, racks: pool.racks, media: pool.media?.value,
                    reserve: pool.reserveRule, by: profile),
                "servers with these drives"
            )
        }
        guard let plan = sizing.plan else {
            let reason = sizing.refused.last.map { "; with \($0.count): \($0.finding.words)" } ?? ""
            throw ReportedError("no number of \(what) holds these volumes\(reason)")
        }
        try finish(plan, nil, SizingAnswer(what: what, sizing: sizing, asksForDrives: drive != nil), profile)
    }

    private func finish(
        _ plan: CapacityPlan, _ growth: Growth?, _ sizing: SizingAnswer?, _ profile: ResolvedProfile
    ) throws {
        // What does not fit is a fact, and no profile can switch it off; the rest is as the profile has it today.
        let facts: [RuleID] = [Pool.fitRule, Resiliency.rule]
        let others = plan.findings.filter { !facts.contains($0.rule) }
        let judged =
            CalendarDate(unixSeconds: Terminal.unixSeconds).map { profile.applied(to: others, on: $0) } ?? others
        let findings = (plan.findings.filter { facts.contains($0.rule) } + judged).ordered()
        let document = CapacityDocument(plan, growth, sizing, findings, profile)
        try output.write(document, schema: CapacityDocument.schema, text: document.text(plan))
        if !plan.volumes.allSatisfy(\.fits) || findings.greatestSeverity == .critical {
            throw Ended(status: .requirementNotMet)
        }
    }
}

/// How many were found to do, and of what.
struct SizingAnswer {
    let what: String
    let sizing: Sizing
    let asksForDrives: Bool
}

/// One drive: `2TB`, `4TB:hdd`.
struct DriveWord: WordReadable {
    let kind: DriveKind
    let size: ByteCount

    init(word: String) throws {
        let group = try DriveGroup(parsing: "1x\(word)")
        (kind, size) = (group.kind, group.size)
    }

    var description: String { "\(size):\(kind.rawValue)" }
}

/// Drives for one server: `3=4x2TB`.
struct AddedDrivesWord: WordReadable {
    let server: Int
    let groups: [DriveGroup]

    init(word: String) throws {
        guard let equals = word.firstIndex(of: "="), let number = Int(word[..<equals]) else {
            throw ValidationError("\"\(word)\": write the server's number and its drives, as in 3=4x2TB")
        }
        server = number
        groups = try DriveGroup.list(parsing: String(word[word.index(after: equals)...]))
    }

    var description: String { "\(server)=\(groups.map(\.description).joined(separator: ","))" }
}

extension Finding {
    /// Required and measured in one line.
    var words: String {
        let parts = [required.map { "\($0) wanted" }, measured.map { "\($0) there" }].compactMap(\.self)
        return parts.joined(separator: ", ")
    }
}
#endif
