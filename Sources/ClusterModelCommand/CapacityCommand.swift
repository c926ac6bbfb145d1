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
            Without --servers it says how many servers the volumes need. Sizes are decimal (2TB) or binary (2TiB). Exit \
            status: 0 every volume fits; 1 one does not.
            """)

    @OptionGroup var pool: PoolArguments

    @Option(help: "A volume as NAME:RESILIENCY:SIZE; as often as there are volumes.", transform: VolumeWord.read)
    var volume: [VolumeWord] = []

    @Option(help: "Also say what changes with one more server with these drives.", transform: DrivesWord.read)
    var addServer: DrivesWord?

    @Option(
        help: "Also say what changes with these drives in one server, written SERVER=DRIVES, such as 3=4x2TB.",
        transform: AddedDrivesWord.read)
    var addDrives: AddedDrivesWord?

    @Option(help: "What to hold it to: architecture, azureLocal23H2, or a profile's JSON file.", completion: .file())
    var profile: String = "azureLocal23H2"

    @OptionGroup var output: OutputArguments

    func validate() throws {
        guard addServer == nil || addDrives == nil else {
            throw ValidationError("--add-server and --add-drives: ask for one at a time")
        }
    }

    func run() throws {
        let profile = try StorageProfileFile.resolved(profile)
        if pool.file == nil, pool.servers == nil, pool.drives.count == 1 { return try size(profile) }
        let (pool, written) = try pool.pool()
        let volumes = written + volume.map(\.value)
        let plan = try planned { try pool.plan(volumes, by: profile) }
        var larger: Pool?
        if let addServer {
            larger = try asked { () throws(StorageMathError) in
                try pool.adding(ServerDrives(capacity: addServer.groups, cache: pool.servers[0].cache))
            }
        }
        if let addDrives {
            larger = try asked { () throws(StorageMathError) in
                var grown = pool
                for group in addDrives.groups { grown = try grown.adding(group, toServer: addDrives.server) }
                return grown
            }
        }
        let growth = try larger.map { larger in
            try planned { try pool.growth(to: larger, with: plan.volumes.filter(\.fits).map(\.volume)) }
        }
        try finish(plan, growth, nil, profile)
    }

    /// The fewest servers for the volumes.
    private func size(_ profile: ResolvedProfile) throws {
        guard !volume.isEmpty else {
            throw ValidationError(
                "--servers is missing: write how many there are, or name a --volume to learn how many it needs")
        }
        let drives = try pool.serverDrives()
        let sizing = try planned {
            try Sizing.servers(
                for: volume.map(\.value), of: drives, racks: pool.racks, media: pool.media?.value,
                reserve: pool.reserve.value, by: profile)
        }
        guard let plan = sizing.plan else {
            let reason = sizing.refused.last.map { "; with \($0.count) servers: \($0.finding.words)" } ?? ""
            throw ReportedError(
                "no number of servers with \(drives.capacity.map(\.description).joined(separator: ",")) holds these volumes\(reason)"
            )
        }
        try finish(plan, nil, sizing, profile)
    }

    private func finish(_ plan: CapacityPlan, _ growth: Growth?, _ sizing: Sizing?, _ profile: ResolvedProfile) throws {
        let document = CapacityDocument(plan, growth, sizing, profile)
        try output.write(document, schema: CapacityDocument.schema, text: document.text(plan))
        if !plan.volumes.allSatisfy(\.fits) { throw Ended(status: .requirementNotMet) }
    }

    /// What the model refuses or cannot calculate is a matter of what was asked.
    private func planned<Value>(_ body: () throws -> Value) throws -> Value {
        do { return try body() } catch let error as StorageMathError { throw ValidationError("\(error)") } catch let
            error as UnitError
        { throw ValidationError("\(error)") }
    }
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
