#if Tools
import ClusterCore
import Reports
import StorageMath
import StripeFiles

/// Shards of a file, and what was done with them or found of them: the document `clustermodel.stripe/1`.
struct StripeDocument: Encodable {
    static let schema = "clustermodel.stripe/1"

    enum Operation: String, Encodable { case encode, verify, repair, decode }

    let operation: Operation
    /// The layout in words: `RS 4+2`.
    let layout: String
    let dataShards: Int
    let localParities: Int
    let globalParities: Int
    let convention: String
    let unitBytes: Int
    let fileBytes: Int
    let stripes: Int
    let shardBytes: Int
    /// What the shards are called.
    let name: String
    /// What ties the shards together, in hexadecimal digits.
    let set: String
    var shards: [Shard]
    /// Whether nothing is amiss, the file can be had back, its content is what was striped; `null` where nobody looked,
    /// or where it hangs on shards that cannot be opened.
    @Explicit var isWhole: Bool?
    @Explicit var isRecoverable: Bool?
    @Explicit var isContentRight: Bool?
    /// Stripes of which too much is lost; those whose parities contradict the data.
    @Explicit var lostStripes: Numbers?
    @Explicit var disagreeingStripes: Numbers?
    /// Why the first lost stripe is lost.
    @Explicit var loss: String?
    /// Files that are no usable shards of the set; of a repair, those that are still there.
    let rejected: [Rejected]
    /// What a killed run had left; of a repair, what was taken away of it.
    let leftovers: [String]
    /// Of a decoding: the file, and units that were calculated.
    @Explicit var output: String?
    @Explicit var rebuiltUnits: Int?

    enum CodingKeys: String, CodingKey {
        case operation, layout, convention, stripes, name, set, shards, loss, rejected, leftovers, output
        case dataShards = "data_shards"
        case localParities = "local_parities"
        case globalParities = "global_parities"
        case unitBytes = "unit_bytes"
        case fileBytes = "file_bytes"
        case shardBytes = "shard_bytes"
        case isWhole = "whole"
        case isRecoverable = "recoverable"
        case isContentRight = "content_right"
        case lostStripes = "lost_stripes"
        case disagreeingStripes = "disagreeing_stripes"
        case rebuiltUnits = "rebuilt_units"
    }

    struct Shard: Encodable {
        let index: Int
        /// `data 1`, `parity 2`, `local parity 1`.
        let role: String
        @Explicit var path: String?
        /// How it was found; `null` where nobody looked.
        @Explicit var state: ShardReport.State?
        @Explicit var lostUnits: Numbers?
        @Explicit var firstLostByte: Int?
        @Explicit var bytes: Int?
        /// Where it was written by this run.
        @Explicit var written: String?

        enum CodingKeys: String, CodingKey {
            case index, role, path, state, bytes, written
            case lostUnits = "lost_units"
            case firstLostByte = "first_lost_byte"
        }
    }

    /// Numbers of units or stripes, as many as there are, and the first stretches of them.
    struct Numbers: Encodable {
        let count: Int
        let ranges: [Stretch]
        let words: String

        enum CodingKeys: String, CodingKey { case count, ranges }

        struct Stretch: Encodable {
            let first: Int
            let last: Int
        }

        init(_ numbers: UnitRanges) {
            count = numbers.count
            ranges = numbers.ranges.map { Stretch(first: $0.lowerBound, last: $0.upperBound - 1) }
            words = numbers.description
        }
    }

    struct Rejected: Encodable {
        let path: String
        let problem: StripeError.Problem
        let message: String

        init(_ error: StripeError) {
            path = error.file
            problem = error.problem
            message = printable("\(error)")
        }
    }

    private init(
        _ operation: Operation, _ striping: Striping, _ geometry: StripeGeometry, _ name: String, _ set: SetIdentifier,
        _ report: StripeReport?, rejected: [StripeError] = [], leftovers: [String] = []
    ) {
        self.operation = operation
        layout = striping.layout.description
        dataShards = striping.layout.data
        localParities = striping.layout.localParities
        globalParities = striping.layout.globalParities
        convention = striping.convention.description
        unitBytes = striping.unit
        fileBytes = geometry.length
        stripes = geometry.stripes
        shardBytes = geometry.shardBytes
        self.name = printable(name)
        self.set = set.description
        isWhole = report?.isWhole
        isRecoverable = report.flatMap { $0.isUndetermined ? nil : $0.isRecoverable }
        isContentRight = report?.isContentRight
        lostStripes = report.map { Numbers($0.lostStripes) }
        disagreeingStripes = report.map { Numbers($0.disagreeingStripes) }
        loss = report?.firstLoss.map { printable("\($0)") }
        self.rejected = rejected.map(Rejected.init)
        self.leftovers = leftovers
        output = nil
        rebuiltUnits = nil
        shards = (0..<striping.layout.symbols).map { index in
            let found = report?.shards[index]
            return Shard(
                index: index, role: striping.role(of: index), path: found?.path, state: found?.state,
                lostUnits: found.map { Numbers($0.lost) }, firstLostByte: found?.firstLostByte, bytes: found?.bytes,
                written: nil)
        }
    }

    /// A file that was striped.
    init(_ striped: StripedFile) {
        self.init(.encode, striped.striping, striped.geometry, striped.name, striped.set, nil)
        for index in shards.indices { shards[index].written = striped.shards[index] }
    }

    /// What was found.
    init(_ set: StripeSet, _ report: StripeReport) {
        self.init(
            .verify, set.striping, set.geometry, set.name, set.identifier, report, rejected: report.rejected,
            leftovers: report.leftovers)
    }

    /// What was found before a repair, and what it wrote.
    init(_ set: StripeSet, _ repair: StripeRepair) {
        self.init(
            .repair, set.striping, set.geometry, set.name, set.identifier, repair.before, rejected: repair.remaining,
            leftovers: repair.removedLeftovers)
        for (index, path) in repair.written { shards[index].written = path }
    }

    /// A file that was put together.
    init(_ set: StripeSet, _ decoded: DecodedFile, output: String?) {
        self.init(.decode, set.striping, set.geometry, set.name, set.identifier, nil, rejected: set.rejected)
        for index in shards.indices { shards[index].path = set.path(of: index) }
        isRecoverable = true
        isContentRight = true
        self.output = output
        rebuiltUnits = decoded.rebuiltUnits
    }
}
#endif
