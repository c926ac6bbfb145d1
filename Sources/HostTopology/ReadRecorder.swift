import Synchronization

/// Remembers what was read below a ``HostRoot``, so that a copy can be made of exactly that.
public final class ReadRecorder: Sendable {
    /// What came of one look at a path.
    public enum Look: Sendable, Hashable {
        /// The bytes of a file.
        case content([UInt8])
        /// The names in a folder.
        case folder([String])
        /// Something is there; a link, for instance, whose target is of no interest.
        case exists
        /// It could not be read: the errno value.
        case failure(CInt)
    }

    /// More paths than the devices of any host have.
    public static let limit = 131_072

    private let looks = Mutex<[String: Look]>([:])

    public init() {}

    /// Everything that was looked at, by its path below the root. Of several looks at one path the one that says most
    /// is kept.
    public var recorded: [String: Look] { looks.withLock { $0 } }

    func record(_ look: Look, at path: String) {
        looks.withLock { looks in
            guard looks.count < ReadRecorder.limit || looks[path] != nil else { return }
            switch (looks[path], look) {
            case (.content?, .exists), (.content?, .failure), (.folder?, .exists), (.folder?, .failure),
                (.failure?, .exists):
                return
            default: looks[path] = look
            }
        }
    }
}
