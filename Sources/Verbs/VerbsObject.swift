import Logging
import Synchronization

/// A C object of the libraries: its pointer, the objects that it needs, and the call that destroys it.
///
/// Every child retains the storage of its parents, so a C object lives as long as anything that was made from it,
/// whatever the order in which the handles go away. A struct cannot hold that order: its stored properties are
/// destroyed in order of declaration.
@safe final class VerbsObject<Pointer>: @unchecked Sendable {
    // Unchecked: the pointer never changes, the libraries lock each object themselves, and what changes is in `state`.
    let pointer: Pointer
    private let call: String
    private let destroy: @Sendable (Pointer) -> CInt
    private let state: Mutex<State>

    private struct State {
        var alive = true
        var parents: [any AnyObject & Sendable]
    }

    /// - Parameters:
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

    /// Destroys the object now. Where the call fails (`EBUSY`: something made from it is alive), it is tried once more
    /// when the last reference goes.
    func close() throws(VerbsError) {
        let code = state.withLock { state -> CInt in
            guard state.alive else { return 0 }
            let code = destroy(pointer)
            if code == 0 { state.alive = false }
            return code
        }
        try check(code, call)
    }

    deinit {
        // A destructor has nobody to tell, and a trap would lose the run: say it to the log and go on.
        do { try close() } catch { Verbs.log.error("\(error)") }
    }
}

/// Settings of the module.
public enum Verbs {
    /// Where failures are reported that no caller can be told of.
    static let log = Logger(label: "hyperconverged.verbs")
}
