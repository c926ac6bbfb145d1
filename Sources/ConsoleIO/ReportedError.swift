package import ClusterCore

/// Unreadable input or a wish that cannot be met, in words for a person: what, where, what to do.
package struct ReportedError: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}

/// The end of a command with a status of its own.
package struct Ended: Error {
    package let status: ExitStatus
    package init(status: ExitStatus) { self.status = status }
}
