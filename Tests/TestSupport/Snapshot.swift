import FoundationEssentials
public import Testing

/// Compares a text with the file `Snapshots/<name>` beside the test, which a reviewer reads in the diff.
///
/// `RECORD_SNAPSHOTS=1` in the environment writes the file; the test then fails once, so that a recording never passes
/// for a comparison.
public func assertSnapshot(
    _ text: String, named name: String, testFile: String = #filePath, sourceLocation: SourceLocation = #_sourceLocation
) {
    let folder = testFile.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    let path = folder + "/Snapshots/" + name
    if environment("RECORD_SNAPSHOTS") == "1" {
        do {
            let parent = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            try text.write(to: URL(filePath: path), atomically: true, encoding: .utf8)
            Issue.record("recorded \(path); run again without RECORD_SNAPSHOTS", sourceLocation: sourceLocation)
        } catch {
            Issue.record("cannot record \(path): \(error)", sourceLocation: sourceLocation)
        }
        return
    }
    guard let expected = try? String(contentsOf: URL(filePath: path), encoding: .utf8) else {
        Issue.record("no snapshot \(path): record it with RECORD_SNAPSHOTS=1", sourceLocation: sourceLocation)
        return
    }
    guard text != expected else { return }
    Issue.record("\(firstDifference(expected, text, in: path))", sourceLocation: sourceLocation)
}

/// The first line in which two texts differ, with its number.
func firstDifference(_ expected: String, _ actual: String, in path: String) -> Comment {
    let (old, new) = (lines(of: expected), lines(of: actual))
    for index in 0..<max(old.count, new.count) {
        let (was, is_) = (index < old.count ? old[index] : "(end)", index < new.count ? new[index] : "(end)")
        if was != is_ { return Comment(rawValue: "\(path):\(index + 1)\n  snapshot: \(was)\n  now:      \(is_)") }
    }
    return Comment(rawValue: "\(path) differs")
}

func lines(of text: String) -> [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
