#if Tools
import ArgumentParser
import ClusterCore
import ClusterDocuments
import ConsoleIO
import StorageMath

/// The cluster's servers and drives, from options or from a file.
struct PoolArguments: ParsableArguments {
    @Option(help: "How many servers: 1 to 16.")
    var servers: Int?

    @Option(
        help: """
            The capacity drives of each server, such as 16x2TB or 8x4TB:hdd,4x2TB:ssd. Once for all servers, or once for \
            each where they differ.
            """,
        transform: DrivesWord.read)
    var drives: [DrivesWord] = []

    @Option(
        help: "The cache drives of each server, such as 2x800GB; nvme unless said otherwise.", transform: CacheWord.read
    )
    var cache: CacheWord?

    @Option(help: "1, or 2 in a rack-aware cluster of two zones.")
    var racks: Int = 1

    @Option(help: "What the layout of parity goes by: hybrid or all_flash. (default: hybrid where a drive is an hdd)")
    var media: MediaWord?

    @Option(
        help: "What stays free for repairs: normal, delimited, or a size. (default: normal)",
        transform: ReserveWord.read)
    var reserve: ReserveWord?

    @Option(
        name: .shortAndLong, help: "Read servers, drives and volumes from this YAML or JSON file.", completion: .file())
    var file: String?

    enum MediaWord: String, ExpressibleByArgument, CaseIterable {
        case hybrid
        case allFlash = "all_flash"
        var value: ClusterShape.Media { self == .hybrid ? .hybrid : .allFlash }
    }

    /// That there is one way to say what there is.
    func check(needsDrives: Bool = true) throws {
        guard file != nil else {
            guard !drives.isEmpty || !needsDrives else {
                throw ValidationError(
                    "--drives is missing: name the drives of a server, as in --drives 16x2TB, or a --file")
            }
            return
        }
        guard servers == nil, drives.isEmpty, cache == nil, media == nil, racks == 1, reserve == nil else {
            throw ValidationError(
                "--file says servers, drives, cache, racks, media and reserve: leave those options out")
        }
    }

    /// The rule of the reserve.
    var reserveRule: ReserveRule { reserve?.value ?? .normal }

    /// The drives of one server, where all are alike.
    func serverDrives() throws -> ServerDrives {
        guard drives.count == 1, let one = drives.first else {
            throw ValidationError("--drives: name them once where the number of servers is asked for")
        }
        return try asked {
            try ServerDrives(capacity: one.groups, cache: cache?.groups ?? [])
        }
    }

    /// The pool, and the volumes of the file.
    func pool() throws -> (pool: Pool, volumes: [Volume]) {
        if let file {
            let bytes = try InputFile.bytes(of: file, limit: 1 << 20)
            do throws(DocumentProblem) {
                let document = try StorageDocument(bytes)
                return (document.pool, document.volumes)
            } catch {
                throw ReportedError("\(InputFile.name(of: file)):\(error)")
            }
        }
        guard let count = servers ?? (drives.count > 1 ? drives.count : nil) else {
            throw ValidationError("--servers is missing: write how many there are, as in --servers 4")
        }
        guard drives.count == 1 || drives.count == count else {
            throw ValidationError(
                "--drives: named \(drives.count) times for \(count) servers; name them once, or once for each server")
        }
        let cache = cache?.groups ?? []
        return try asked {
            guard drives.count > 1 else {
                return (
                    try Pool(
                        servers: count, of: ServerDrives(capacity: drives[0].groups, cache: cache), racks: racks,
                        media: media?.value, reserve: reserveRule), []
                )
            }
            var all: [ServerDrives] = []
            for one in drives { all.append(try ServerDrives(capacity: one.groups, cache: cache)) }
            return (try Pool(servers: all, racks: racks, media: media?.value, reserve: reserveRule), [])
        }
    }
}

/// What a model refuses, or cannot count, is a matter of what was asked.
func asked<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let error as StorageMathError { throw ReportedError("\(error)") } catch let error
        as UnitError
    { throw ReportedError("\(error)") }
}

/// Capacity drives.
struct DrivesWord: WordReadable {
    let groups: [DriveGroup]
    init(word: String) throws { groups = try DriveGroup.list(parsing: word) }
    var description: String { groups.map(\.description).joined(separator: ",") }
}

/// Cache drives.
struct CacheWord: WordReadable {
    let groups: [DriveGroup]
    init(word: String) throws { groups = try DriveGroup.list(parsing: word, kind: .nvme) }
    var description: String { groups.map(\.description).joined(separator: ",") }
}

/// A rule of the reserve.
struct ReserveWord: WordReadable {
    let value: ReserveRule
    init(_ value: ReserveRule) { self.value = value }

    init(word: String) throws {
        value =
            switch word {
            case "normal": .normal
            case "delimited": .delimited
            default: .fixed(try ByteCount(parsing: word))
            }
    }

    var description: String {
        switch value {
        case .normal: "normal"
        case .delimited: "delimited"
        case .fixed(let size): size.description
        }
    }
}

/// A volume.
struct VolumeWord: WordReadable {
    let value: Volume
    init(word: String) throws { value = try Volume(parsing: word) }
    var description: String { "\(value.name):\(value.resiliency):\(value.size)" }
}
#endif
