package import Reports

/// Where an answer goes: a file, whole or not at all, or standard output.
package struct AnswerFile {
    private let path: String?

    package init(path: String?) { self.path = path }

    package func write(_ text: String) throws {
        if let path { return try AtomicFile.write(text, to: path) }
        try Terminal.show(text)
    }

    /// For people: as wide as their terminal and in its colours, in a file as wide as paper.
    package func write(_ document: TextDocument) throws {
        let style = TextStyle(colour: path == nil && Terminal.wantsColour(.output))
        let columns = path == nil ? Terminal.columns(of: .output) : 80
        try write(document.text(width: min(max(columns, 40), 100), style: style))
    }
}
