/// A reader of XML 1.0 documents that others wrote: strict, without entities of the document's own, and bounded.
///
/// It reads elements, attributes, text and CDATA sections; the five entities of XML and references to characters by number.
/// A `<!DOCTYPE …>` is skipped: nothing that it names is fetched, and one that declares anything (an internal subset in
/// brackets) is refused, so that no entity can grow or bring in a file. Documents are UTF-8. Every limit that is reached is
/// an error that names it. Reading takes time linear in the size of the document.
package enum XMLReader {
    /// What a document may hold at most.
    package struct Limits: Sendable, Hashable {
        /// Bytes of the document.
        package var bytes = 64 << 20
        /// Elements within elements.
        package var depth = 128
        /// Elements in all.
        package var elements = 1_000_000
        /// Attributes of one element.
        package var attributes = 256
        /// Bytes of one name.
        package var nameBytes = 1024

        package init() {}
    }

    /// Reads a document.
    /// - Returns: its outermost element.
    /// - Throws: what is wrong with it, with line and column.
    package static func read(_ bytes: [UInt8], limits: Limits = Limits()) throws(XMLError) -> XMLElement {
        guard bytes.count <= limits.bytes else {
            throw XMLError(
                position: XMLPosition(line: 1, column: 1),
                problem: "the document has \(bytes.count) bytes, more than \(limits.bytes) that are read")
        }
        var parser = XMLParser(bytes, limits)
        return try parser.document()
    }
}
