#if Documents
import ClusterCore
public import StorageMath

/// A cluster's storage as a person writes it down: servers, drives and volumes.
///
/// ```yaml
/// servers: 4
/// drives: 16x2TB
/// cache: 2x800GB:nvme
/// volumes:
///   - {name: data, resiliency: three-way-mirror, size: 12TB}
///   - logs:dual-parity:12TB
/// ```
///
/// Servers that differ are a list: `servers: [{drives: 4x4TB}, {drives: 4x6TB}]`. Further keys: `racks` (1 or 2), `media`
/// (`hybrid`, `all_flash`), `reserve` (`normal`, `delimited` or a size); of a volume `written` (it is thin, and so much is
/// in use), `workload`, `reduction` (logical bytes for one stored byte), `snapshots`. A key that is not known is an error, so a misspelt one cannot be overlooked.
public struct StorageDocument: Sendable, Hashable {
    public var pool: Pool
    public var volumes: [Volume]

    /// Reads YAML or JSON.
    /// - Throws: ``DocumentProblem`` with the place and what to write instead.
    public init(_ bytes: [UInt8]) throws(DocumentProblem) {
        let root = NodeReader(node: try YAMLText.root(of: bytes), path: "")
        let fields = try root.fields(["servers", "drives", "cache", "racks", "media", "reserve", "volumes"])
        let racks = try fields["racks"]?.whole() ?? 1
        let media = try fields["media"]?.choice(ClusterShape.Media.self)
        let reserve: ReserveRule
        if let field = fields["reserve"] { reserve = try StorageDocument.reserve(field) } else { reserve = .normal }
        guard let servers = fields["servers"] else { throw root.problem("\"servers\" is missing; write servers: 4") }
        if servers.isList {
            if let extra = fields["drives"] ?? fields["cache"] {
                throw extra.problem("each server of the list has its own drives: write them there")
            }
            var list: [ServerDrives] = []
            for server in try servers.items(atMost: 1024) {
                list.append(try StorageDocument.drives(server, try server.fields(["drives", "cache"])))
            }
            pool = try servers.made { () throws(StorageMathError) in
                try Pool(servers: list, racks: racks, media: media, reserve: reserve)
            }
        } else {
            let count = try servers.whole()
            let drives = try StorageDocument.drives(root, fields)
            pool = try servers.made { () throws(StorageMathError) in
                try Pool(servers: count, of: drives, racks: racks, media: media, reserve: reserve)
            }
        }
        volumes = []
        for volume in try fields["volumes"]?.items(atMost: 1024) ?? [] {
            volumes.append(try StorageDocument.volume(volume))
        }
    }

    private static func drives(
        _ place: NodeReader, _ fields: [String: NodeReader]
    ) throws(DocumentProblem) -> ServerDrives {
        guard let drives = fields["drives"] else { throw place.problem("\"drives\" is missing; write drives: 16x2TB") }
        let words = try drives.text()
        let capacity = try drives.made { () throws(StorageMathError) in try DriveGroup.list(parsing: words) }
        var cache: [DriveGroup] = []
        if let field = fields["cache"] {
            let words = try field.text()
            cache = try field.made { () throws(StorageMathError) in try DriveGroup.list(parsing: words, kind: .nvme) }
        }
        return try drives.made { () throws(StorageMathError) in try ServerDrives(capacity: capacity, cache: cache) }
    }

    private static func reserve(_ field: NodeReader) throws(DocumentProblem) -> ReserveRule {
        switch try field.text() {
        case "normal": .normal
        case "delimited": .delimited
        default: .fixed(try field.bytes())
        }
    }

    private static func volume(_ item: NodeReader) throws(DocumentProblem) -> Volume {
        guard item.isObject else {
            let words = try item.text()
            return try item.made { () throws(StorageMathError) in try Volume(parsing: words) }
        }
        let fields = try item.fields(["name", "resiliency", "size", "written", "workload", "reduction", "snapshots"])
        func field(_ name: String) throws(DocumentProblem) -> NodeReader {
            guard let field = fields[name] else { throw item.problem("a volume has a \"\(name)\"") }
            return field
        }
        let name = try field("name").text()
        let words = try field("resiliency").text()
        let resiliency = try field("resiliency").made { () throws(StorageMathError) in try Resiliency(parsing: words) }
        let size = try field("size").bytes()
        let written = try fields["written"]?.bytes()
        let workload = try fields["workload"]?.choice(Workload.self)
        var reduction: DataReduction?
        if let field = fields["reduction"] {
            let words = try field.text()
            let ratio: Fraction
            do throws(UnitError) { ratio = try Fraction(parsing: words) } catch { throw field.problem("\(error)") }
            reduction = try field.made { () throws(StorageMathError) in
                try DataReduction(ratio: ratio, source: "the document")
            }
        }
        let snapshots = try fields["snapshots"]?.flag() ?? false
        return try item.made { () throws(StorageMathError) in
            try Volume(
                name: name, resiliency: resiliency, size: size,
                provisioning: written.map { .thin(written: $0) } ?? .fixed, workload: workload,
                reduction: reduction, hasSnapshots: snapshots)
        }
    }
}
#endif
