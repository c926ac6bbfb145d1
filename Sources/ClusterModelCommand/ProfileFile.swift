import ClusterCore
import ConsoleIO

/// A profile by its name, or from a file that a user wrote.
enum ProfileFile {
    /// Reads and resolves it; a rule or a figure that none of the built-in profiles has is an error, since it would require
    /// nothing, in silence.
    static func resolved(_ name: String, among builtIn: [RuleProfile]) throws -> ResolvedProfile {
        do {
            let profile = try builtIn.first { $0.name == name } ?? read(name, builtIn)
            return try profile.resolved(in: builtIn)
        } catch let error as ProfileError {
            throw ReportedError("--profile \(name): \(error)")
        }
    }

    private static func read(_ path: String, _ builtIn: [RuleProfile]) throws -> RuleProfile {
        let bytes: [UInt8]
        do throws(ReportedError) { bytes = try InputFile.bytes(of: path, limit: 1 << 20) } catch {
            let known = builtIn.map(\.name).joined(separator: ", ")
            throw ReportedError("--profile \(path): no built-in profile (\(known)), and \(error)")
        }
        let profile = try RuleProfile(json: bytes)
        try profile.check(against: RuleVocabulary(of: builtIn))
        return profile
    }
}
