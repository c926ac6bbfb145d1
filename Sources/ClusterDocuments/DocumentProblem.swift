/// What is wrong with a document, where, and what to write instead.
///
/// The description is one line: `4:12 /volumes/0/size: "12 XB" is not a number of bytes: …`.
/// Of the document as a whole it is the problem alone, after a blank.
public struct DocumentProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// Line and column in the text, from 1; `nil` where the problem is the document as a whole.
    public let position: Position?
    /// The place in the document: `/volumes/0/size`.
    public let path: String
    /// What is wrong, and what to write.
    public let problem: String

    /// A place in a text.
    public struct Position: Sendable, Hashable {
        public let line: Int
        public let column: Int
    }

    init(_ position: Position?, _ path: String, _ problem: String) {
        self.position = position
        self.path = path
        self.problem = problem
    }

    public var description: String {
        let place = position.map { "\($0.line):\($0.column) " } ?? ""
        // Of the document as a whole there is no place to tell.
        if position == nil, path.isEmpty { return " \(problem)" }
        return "\(place)\(path.isEmpty ? "/" : path): \(problem)"
    }
}
