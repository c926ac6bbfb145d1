/// The folder that holds Package.swift, as this source file's own place tells it.
public let repositoryRoot: String = {
    // …/Tests/TestSupport/RepositoryRoot.swift, three steps down.
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(3)
    return parts.joined(separator: "/")
}()
