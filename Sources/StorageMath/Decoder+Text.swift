extension Decoder {
    /// A value that is written as a text; what the text is refused for becomes the decoder's error, with its place.
    func value<Value>(_ parse: (String) throws(StorageMathError) -> Value) throws -> Value {
        let container = try singleValueContainer()
        let text = try container.decode(String.self)
        do throws(StorageMathError) { return try parse(text) } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
        }
    }
}
