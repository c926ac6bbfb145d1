/// The exit status by which scripts read a run: one table for the suite's tools.
///
/// | status | meaning |
/// | --- | --- |
/// | 0 | the requirement is met |
/// | 1 | measured or checked, and not met |
/// | 2 | could not be determined |
/// | 64 | wrong usage or unreadable input |
/// | 70 | a defect of the program |
/// | 130, 143 | ended by SIGINT or SIGTERM, after printing what is known |
public enum ExitStatus: Int32, Sendable, Hashable, CaseIterable {
    case requirementMet = 0
    case requirementNotMet = 1
    case undetermined = 2
    case usage = 64
    case defect = 70
    case interrupted = 130
    case terminated = 143
}

/// The signal that ended a run early.
public enum Interruption: String, Sendable, Hashable, Codable, CaseIterable {
    /// SIGINT, as Ctrl-C sends it.
    case interrupt = "SIGINT"
    /// SIGTERM
    case terminate = "SIGTERM"
}
