/// Where a requirement is written: items of the architecture, a document, or both.
public struct Reference: Sendable, Hashable, Codable {
    /// Items of the architecture's numbered list (`AL-42` is 42); empty where none says it.
    public var architecture: [Int]
    /// The document's name or address.
    @Explicit public var document: String?
    /// The document's date, since pages change, as exactly as it is known: `YYYY-MM-DD`, `YYYY-MM` or `YYYY`.
    @Explicit public var date: String?

    public init(architecture: [Int] = [], document: String? = nil, date: String? = nil) {
        self.architecture = architecture
        self.document = document
        self.date = date
    }
}

extension Reference: CustomStringConvertible {
    public var description: String {
        var parts = architecture.map { "AL-\($0)" }
        if let document { parts.append(date.map { "\(document) (\($0))" } ?? document) }
        return parts.joined(separator: ", ")
    }
}
