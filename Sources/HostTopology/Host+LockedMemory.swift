extension Host {
    /// How much memory a process may lock.
    public enum LockedMemory: Sendable, Hashable {
        case unlimited
        case bytes(UInt64)
    }

    /// How much memory the reading process may lock; `nil` where that is not told.
    public static func lockedMemory(at root: HostRoot = .live) -> LockedMemory? {
        let title = "Max locked memory"
        guard
            let word = root.text(of: "proc/self/limits")?.split(separator: "\n").first(where: { $0.hasPrefix(title) })?
                .dropFirst(title.count).split(separator: " ").first
        else { return nil }
        return word == "unlimited" ? .unlimited : UInt64(word).map { .bytes($0) }
    }
}
