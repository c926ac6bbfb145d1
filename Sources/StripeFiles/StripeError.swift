/// Why shards cannot be written, read or repaired: which file, where in it, what was found and what to do.
///
/// The description is one line.
public struct StripeError: Error, Sendable, Hashable {
    /// What kind of problem it is.
    public enum Problem: String, Sendable, Hashable, Codable, CaseIterable {
        /// A folder, pipe or device where a file is needed, or nothing at all.
        case notAFile = "not_a_file"
        /// The system does not let it be read.
        case unreadable
        /// The system does not let it be written: permission, no space, a limit.
        case unwritable
        /// There is something already that would be replaced.
        case exists
        /// It does not begin as a shard does.
        case notAShard = "not_a_shard"
        /// A shard of a version that this library does not read.
        case otherVersion = "other_version"
        /// The header does not have its checksum.
        case damagedHeader = "damaged_header"
        /// The header has its checksum and says what cannot be.
        case impossibleHeader = "impossible_header"
        /// A shard of another file.
        case otherSet = "other_set"
        /// The identifier of the set with other parameters.
        case otherParameters = "other_parameters"
        /// Two files are the same shard.
        case repeated
        /// Shorter than its header says.
        case truncated
        /// Longer than its header says.
        case tooLong = "too_long"
        /// Shards of more than one set, and nobody said which is meant.
        case severalSets = "several_sets"
        /// No shard at all.
        case noShards = "no_shards"
        /// More is out of reach than the code gives back, and shards that cannot be opened may hold it.
        case undetermined
        /// A limit of this process or host, such as that of open files.
        case limit
        /// More is lost than the code gives back.
        case tooMuchLost = "too_much_lost"
        /// The checksums are right, and the parities are not those of the data.
        case contradiction
        /// All checksums are right, and the content is not what was striped.
        case wrongContent = "wrong_content"
        /// A file became another while it was read.
        case changed
        /// Another process writes it.
        case busy
        /// A striping that cannot be, or a file longer than the format holds.
        case impossibleStriping = "impossible_striping"
        /// The caller asked to stop.
        case stopped
    }

    /// What kind of problem it is.
    public let problem: Problem
    /// The file, folder or stream.
    public let file: String
    /// Where in the file, in bytes from its beginning; `nil` where it is about the whole.
    public let offset: Int?
    /// What was found, in words.
    public let found: String
    /// What to do.
    public let remedy: String

    public init(_ problem: Problem, _ file: String, at offset: Int? = nil, found: String, remedy: String) {
        self.problem = problem
        self.file = file
        self.offset = offset
        self.found = found
        self.remedy = remedy
    }
}

extension StripeError: CustomStringConvertible {
    public var description: String { "\(file)\(offset.map { ", byte \($0)" } ?? ""): \(found); \(remedy)" }
}

extension StripeError {
    /// An error where a report is to go to a file that a run reads or writes.
    package static func requireApart(report path: String?, from paths: [String]) throws(StripeError) {
        guard let path, paths.contains(where: { Path.isSame($0, path) }), FileStatus(at: path)?.kind != .other else {
            return
        }
        throw StripeError(
            .exists, path, found: "it is a file that this run reads or writes, and the answer would replace it",
            remedy: "choose another file for the answer")
    }
}
