package import ClusterCore

/// Unreadable input or a wish that cannot be met, in words for a person: what, where, what to do.
package struct ReportedError: Error, CustomStringConvertible {
    package let description: String
    /// Whether standard output may have the answer already, or a part of it: then no document about the error belongs there.
    package let followsAnswer: Bool

    package init(_ description: String, followsAnswer: Bool = false) {
        self.description = description
        self.followsAnswer = followsAnswer
    }
}

/// The end of a command with a status of its own.
package struct Ended: Error {
    package let status: ExitStatus
    package init(status: ExitStatus) { self.status = status }
}
