/// Why a recording is not replayed, with the place. The description is one line.
public struct RecordingError: Error, Sendable, Hashable {
    public let kind: Kind
    /// The byte at which the record begins that could not be read, from 0.
    public let offset: Int
    /// The number of that record, from 0; the header is record 0.
    public let record: Int
    /// What was found, in words.
    public let problem: String

    /// The kinds of problems.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The bytes are something else.
        case foreign
        /// A version that is not read.
        case unsupported
        /// It ends in the middle of a record, or without its end.
        case truncated
        /// A checksum is wrong, or a record says what cannot be.
        case damaged
        /// It is larger than what is read, or what is to be written does not fit.
        case tooLarge
    }

    init(_ kind: Kind, offset: Int, record: Int, _ problem: String) {
        self.kind = kind
        self.offset = offset
        self.record = record
        self.problem = SignalError.printable(problem)
    }

    /// What to do about it.
    public var remedy: String {
        switch kind {
        case .foreign: "give a recording of signals"
        case .unsupported: "use the version that wrote it"
        case .truncated, .damaged: record > 0 ? "ask for what is before it" : "record again"
        case .tooLarge: "record less at once"
        }
    }
}

extension RecordingError: CustomStringConvertible {
    public var description: String { "recording, byte \(offset), record \(record): \(problem); \(remedy)" }
}
