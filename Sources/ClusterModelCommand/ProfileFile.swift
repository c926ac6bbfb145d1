import ClusterCore
import ClusterDocuments
import ConsoleIO
import Topology

/// A profile by its name, or from a file that a user wrote.
enum ProfileFile {
    /// Reads and resolves it; a rule or a figure that none of the built-in profiles has is an error, since it would require
    /// nothing, in silence.
    /// - Parameters:
    ///   - vocabulary: what else a profile may say than the built-in ones do.
    ///   - isKept: the rules that are of interest; others are known, and left out.
    ///   - place: who names it; `nil` for the option.
    static func resolved(
        _ name: String, among builtIn: [RuleProfile], vocabulary: [RuleProfile] = [], namedAt place: String? = nil,
        keeping isKept: (RuleID) -> Bool = { _ in true }
    ) throws -> ResolvedProfile {
        let place = place ?? "--profile \(name)"
        do {
            var profile = try builtIn.first { $0.name == name } ?? read(name, builtIn, vocabulary, place)
            profile.rules = profile.rules.filter { isKept($0.key) }
            let others = builtIn.map { profile in
                var profile = profile
                profile.rules = profile.rules.filter { isKept($0.key) }
                return profile
            }
            return try profile.resolved(in: others)
        } catch let error as ProfileError {
            throw ReportedError("\(place): \(error)\(hint(for: error))")
        }
    }

    /// The rule that may be meant, where one is named that there is not.
    private static func hint(for error: ProfileError) -> String {
        guard case .missingRule(let rule) = error.problem else { return "" }
        let nearest = ExplainedRule.nearest(to: rule.rawValue).map { "did you mean \($0)? Otherwise " } ?? ""
        return "; \(nearest)see clustermodel explain for all of them"
    }

    private static func read(
        _ path: String, _ builtIn: [RuleProfile], _ vocabulary: [RuleProfile], _ place: String
    ) throws -> RuleProfile {
        let bytes: [UInt8]
        do throws(ReportedError) { bytes = try InputFile.bytes(of: path, limit: 1 << 20) } catch {
            let near = NearestName.nearest(to: path, among: builtIn.map(\.name)).map { "; did you mean \($0)?" } ?? ""
            throw ReportedError("\(place): no built-in profile (\(builtIn.nameList)), and \(error)\(near)")
        }
        #if Documents
        do throws(DocumentProblem) {
            return try ProfileDocument(bytes, knowing: RuleVocabulary(of: builtIn + vocabulary)).profile
        } catch { throw ReportedError("profile \(path):\(error)") }
        #else
        throw ReportedError("\(place): built without the trait \"Documents\", which reads it")
        #endif
    }
}

extension [RuleProfile] {
    /// Their names, for people.
    var nameList: String { map(\.name).joined(separator: ", ") }
}
