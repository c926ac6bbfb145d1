/// One place where a rule of the house is broken.
struct Offence: Hashable, CustomStringConvertible {
    var path: String
    /// From 1; 0 for the file as a whole.
    var line: Int
    /// What is wrong and what to do.
    var message: String

    var description: String { line == 0 ? "\(path): \(message)" : "\(path):\(line): \(message)" }
}

/// A place that may break a rule, for a stated reason. An exception that no longer offends fails the tests, so a list
/// of them can only shrink.
struct Exception {
    var path: String
    var reason: String
}

/// The offences that no exception covers, and the exceptions that cover none.
func unexcused(_ offences: [Offence], except exceptions: [Exception]) -> [Offence] {
    let offending = Set(offences.map(\.path))
    let excused = Set(exceptions.map(\.path))
    return offences.filter { !excused.contains($0.path) }
        + exceptions.filter { !offending.contains($0.path) }.map {
            Offence(path: $0.path, line: 0, message: "does not offend any more: take it off the list of exceptions")
        }
}
