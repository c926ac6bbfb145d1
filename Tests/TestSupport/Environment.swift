import FoundationEssentials

/// A variable of the environment, or `nil` where it is not set or empty.
public func environment(_ name: String) -> String? {
    guard let value = ProcessInfo.processInfo.environment[name], !value.isEmpty else { return nil }
    return value
}
