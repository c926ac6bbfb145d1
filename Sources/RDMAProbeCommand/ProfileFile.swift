import ClusterCore
import ConsoleIO
import FoundationEssentials
import HostTopology
import RDMAModel

/// A profile that a user wrote.
enum ProfileFile {
    /// Reads a profile, and tells where it is wrong.
    static func read(_ path: String) throws -> RuleProfile {
        // The reader of host trees has the limits that a file from outside needs.
        guard let bytes = HostRoot.live.bytes(of: absolute(path)) else {
            let known = ProbeProfile.builtIn.map(\.name).joined(separator: ", ")
            throw ReportedError(
                "--profile \(path): no built-in profile (\(known)) and no readable file of this name")
        }
        guard bytes.count < HostRoot.fileLimit else {
            throw ReportedError("--profile \(path): longer than a profile may be, \(HostRoot.fileLimit) bytes")
        }
        do {
            let profile = try RuleProfile(json: bytes)
            // A misspelt rule or figure would otherwise require nothing, in silence.
            try profile.check(against: RuleVocabulary(of: ProbeProfile.builtIn))
            return profile
        } catch {
            throw ReportedError("--profile \(path): \(error)")
        }
    }

    private static func absolute(_ path: String) -> String {
        path.hasPrefix("/")
            ? String(path.dropFirst()) : "\(FileManager.default.currentDirectoryPath.dropFirst())/\(path)"
    }
}
