/// Why a document is no topology that hwloc wrote: what is wrong, where, and what to do.
public struct HwlocXMLError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The line of the document, from 1.
    public let line: Int
    /// The column, from 1: a character.
    public let column: Int
    /// What is wrong, and what to do.
    public let problem: String

    public var description: String { "\(line):\(column) \(problem)" }
}
