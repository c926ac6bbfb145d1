import FoundationEssentials

extension RuleProfile {
    /// Reads a profile from the bytes of a JSON document of at most ``Limit/documentBytes``.
    public init(json bytes: [UInt8]) throws(ProfileError) {
        guard bytes.count <= Limit.documentBytes else {
            throw ProfileError(problem: .tooMuch(of: "bytes", limit: Limit.documentBytes))
        }
        do {
            self = try JSONDecoder().decode(RuleProfile.self, from: Data(bytes))
        } catch let error as ProfileError {
            throw error
        } catch DecodingError.dataCorrupted(let context) {
            let reason = context.underlyingError.map { "\($0)" } ?? context.debugDescription
            throw ProfileError(path: DocumentPath(context.codingPath).pointer, problem: .notJSON(reason))
        } catch {
            throw ProfileError(problem: .notJSON("\(error)"))
        }
        if let repeated = RepeatedKey.find(in: bytes) {
            throw ProfileError(profile: name, path: repeated.path.pointer, problem: .repeatedKey(repeated.key))
        }
    }

    /// The profile as a JSON document with sorted keys, so that equal profiles give equal bytes.
    public func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self))
    }
}
