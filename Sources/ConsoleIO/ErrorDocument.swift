import Reports

/// What a run that could not start puts on standard output where a JSON document was asked for.
package struct ErrorDocument: Encodable {
    let message: String

    package init(message: String) { self.message = message }

    /// The document's text under the name of a tool: `rdmaprobe.error/1` for rdmaprobe.
    package func text(of tool: String) -> String {
        (try? JSONDocument.encode(self, schema: "\(tool).error/1")) ?? "{}\n"
    }
}
