/// What to do with a result that is not whole.
public enum Rounding: String, Sendable, Hashable, Codable, CaseIterable {
    /// Towards zero.
    case down
    /// Away from zero.
    case up
    /// Do not: a result that is not whole is an error.
    case exact
}
