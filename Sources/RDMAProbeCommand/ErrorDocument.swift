import Reports

/// What a run that could not start puts on standard output where a JSON document was asked for.
struct ErrorDocument: Encodable {
    let message: String

    /// The document's text.
    var text: String { (try? JSONDocument.encode(self, schema: "rdmaprobe.error/1")) ?? "{}\n" }
}
