import FoundationEssentials

extension JSONDocument {
    /// Reads a document of a schema.
    ///
    /// A document of the same major version is read whatever it adds; one of another major version or another name is
    /// refused before its content is looked at.
    /// - Parameters:
    ///   - type: what the document holds.
    ///   - bytes: the document in UTF-8.
    ///   - schema: the name and the major version that are asked for, `rdmaprobe.report/1`.
    ///   - sizeLimit: a larger document is refused unread.
    public static func decode<Value: Decodable>(
        _ type: Value.Type, from bytes: [UInt8], schema: String, sizeLimit: Int = JSONDocument.sizeLimit
    ) throws(JSONDocumentError) -> Value {
        guard bytes.count <= sizeLimit else { throw .tooLarge(bytes: bytes.count, limit: sizeLimit) }
        let data = Data(bytes)
        let head: Head
        do { head = try JSONDecoder().decode(Head.self, from: data) } catch { throw JSONDocumentError(decoding: error) }
        guard let found = head.schema else { throw .noSchema(expected: schema) }
        guard found == schema else {
            throw name(of: found) == name(of: schema)
                ? .otherMajor(expected: schema, found: found) : .otherSchema(expected: schema, found: found)
        }
        do { return try JSONDecoder().decode(type, from: data) } catch {
            throw JSONDocumentError(decoding: error)
        }
    }

    private struct Head: Decodable {
        let schema: String?
    }

    private static func name(of schema: String) -> Substring {
        schema.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)[0]
    }
}
