#if Tools
import ArgumentParser

/// A value that is read from a word of the command line, with a reason where it cannot be.
package protocol WordReadable: Sendable, CustomStringConvertible {
    init(word: String) throws
}

extension WordReadable {
    /// Reads a word for the argument parser, which shows the reason.
    package static func read(_ word: String) throws -> Self {
        do { return try Self(word: word) } catch let error as ValidationError { throw error } catch {
            throw ValidationError("\(error)")
        }
    }
}

/// Values with commas between them.
package struct WordList<Element: WordReadable>: WordReadable {
    package let values: [Element]

    package init(_ values: [Element]) { self.values = values }

    package init(word: String) throws {
        values = try word.split(separator: ",", omittingEmptySubsequences: false).map { part in
            guard !part.isEmpty else {
                throw ValidationError("\"\(word)\" has an empty place; write values with one comma between them")
            }
            return try Element(word: String(part))
        }
    }

    package var description: String { values.map(\.description).joined(separator: ",") }
}
#endif
