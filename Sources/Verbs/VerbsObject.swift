#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import Logging
import Synchronization

/// A C object of the libraries: its pointer, the objects that it needs, and the call that destroys it.
///
/// Every child retains the storage of its parents, so a C object lives as long as anything that was made from it,
/// whatever the order in which the handles go away. A struct cannot hold that order: its stored properties are
/// destroyed in order of declaration.
///
/// Retaining is not enough against `close()`: the connection manager destroys an id whatever was made from it. So each
/// user of an object keeps a ``Hold``, and an object that is held cannot be closed.
@safe final class VerbsObject<Pointer>: @unchecked Sendable {
    // Unchecked: the pointer never changes, the libraries lock each object themselves, and what changes is in `state`.
    let pointer: Pointer
    private let call: String
    private let destroy: @Sendable (Pointer) -> CInt
    private let state: Mutex<State>

    private struct State {
        var alive = true
        var users = 0
        var parents: [any AnyObject & Sendable]
    }

    /// - Parameters:
    ///   - parents: holds of objects, or what else must stay.
    ///   - call: the C function that destroys the object, for messages.
    ///   - destroy: calls it; 0 or an errno value.
    init(
        _ pointer: Pointer, keeping parents: [any AnyObject & Sendable], destroyedBy call: String,
        _ destroy: @escaping @Sendable (Pointer) -> CInt
    ) {
        self.pointer = pointer
        self.call = call
        self.destroy = destroy
        state = Mutex(State(parents: parents))
    }

    /// Keeps one more object alive as long as this one.
    func keep(_ parent: any AnyObject & Sendable) {
        state.withLock { $0.parents.append(parent) }
    }

    /// Destroys the object now. Where it is held (`EBUSY`) or the call fails, it is tried once more when the last
    /// reference goes.
    /// - Parameter ownHolds: how many holds are the caller's own.
    func close(besides ownHolds: Int = 0) throws(VerbsError) {
        let code = state.withLock { state -> CInt in
            guard state.alive else { return 0 }
            guard state.users <= ownHolds else { return EBUSY }
            let code = destroy(pointer)
            if code == 0 { state.alive = false }
            return code
        }
        try check(code, call)
    }

    /// Keeps the object alive and open.
    final class Hold: Sendable {
        private let object: VerbsObject

        fileprivate init(counted object: VerbsObject) { self.object = object }

        deinit { object.state.withLock { $0.users -= 1 } }
    }

    /// A hold for what is made from the object while a handle of it is there.
    func hold() -> Hold {
        state.withLock { $0.users += 1 }
        return Hold(counted: self)
    }

    /// A hold, or `nil` where the object was destroyed already.
    func holdUnlessDestroyed() -> Hold? {
        let isAlive = state.withLock { state in
            if state.alive { state.users += 1 }
            return state.alive
        }
        return isAlive ? Hold(counted: self) : nil
    }

    deinit {
        // Nothing holds the object any more, so what failed once for a passing reason does not the second time. A
        // destructor has nobody to tell, and a trap would lose the run: say it to the log and go on.
        if (try? close()) != nil { return }
        do { try close() } catch { Verbs.log.error("\(error)") }
    }
}

/// Settings of the module.
public enum Verbs {
    /// Where failures are reported that no caller can be told of.
    static let log = Logger(label: "hyperconverged.verbs")
}
