import ClusterCore
import ConsoleIO
import StorageMath

/// A profile of storage, by its name or from a file that a user wrote.
enum StorageProfileFile {
    static func resolved(_ name: String) throws -> ResolvedProfile {
        do {
            return try (StorageProfile.named(name) ?? read(name)).resolved(in: StorageProfile.builtIn)
        } catch let error as ProfileError {
            throw ReportedError("--profile \(name): \(error)")
        }
    }

    private static func read(_ path: String) throws -> RuleProfile {
        let known = StorageProfile.builtIn.map(\.name).joined(separator: ", ")
        let bytes: [UInt8]
        do throws(ReportedError) { bytes = try InputFile.bytes(of: path, limit: 1 << 20) } catch {
            throw ReportedError("--profile \(path): no built-in profile (\(known)), and \(error)")
        }
        let profile = try RuleProfile(json: bytes)
        // A misspelt rule or figure would otherwise require nothing, in silence.
        try profile.check(against: RuleVocabulary(of: StorageProfile.builtIn))
        return profile
    }
}
