/// What keeps a model from being written out: where it is wrong and what to write instead.
public struct ModelProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// The place in the model, key by key: `/clusters/0/nodes/1/template`.
    public let path: String
    /// What is wrong, and what to write.
    public let problem: String

    init(_ path: String, _ problem: String) {
        self.path = path
        self.problem = problem
    }

    public var description: String { "\(path.isEmpty ? "/" : path): \(problem)" }
}
