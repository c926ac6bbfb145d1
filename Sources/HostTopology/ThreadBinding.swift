import CNuma

/// The calling thread bound to a NUMA node: its processors, and where its new memory comes from. Threads that it starts
/// inherit both.
public struct ThreadBinding: Sendable {
    private let before: [UInt8]

    /// Why a thread was not bound.
    public enum Refusal: Error, Sendable, Hashable {
        /// The process is held to some of the processors already; the list is the kernel's.
        case heldAlready(String)
        /// The process has said already where its memory comes from.
        case policyAlready
        /// A call failed with an errno value.
        case call(String, Int32)
    }

    /// The processors that the calling thread may run on, as the kernel lists them; `nil` where it is not told.
    public static func processors(at root: HostRoot = .live) -> String? {
        root.text(of: "proc/thread-self/status")?.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
            .map { String($0.dropFirst("Cpus_allowed_list:".count).drop { $0.isWhitespace }) }
    }

    /// Binds the calling thread to a node.
    ///
    /// Whoever has bound the process already, to processors or to memory, knows why: that is left as it is.
    /// - Throws: why it was not bound; then nothing has changed.
    public init(to locality: NodeLocality) throws(Refusal) {
        let root = HostRoot.live
        if let held = ThreadBinding.processors(), let online = root.text(of: "sys/devices/system/cpu/online"),
            Host.processorCount(inList: held) != Host.processorCount(inList: online)
        {
            throw .heldAlready(held)
        }
        var isDefault = false
        guard unsafe cnuma_has_default_policy(&isDefault) == 0, isDefault else { throw .policyAlready }
        // 8192 processors, the most that Linux is built for.
        var mask = [UInt8](repeating: 0, count: 1024)
        let code = unsafe cnuma_thread_cpus(&mask, mask.count)
        guard code == 0 else { throw .call("sched_getaffinity", code) }
        before = mask
        let bound = cnuma_run_on_node(Int32(clamping: locality.node))
        guard bound == 0 else { throw .call("numa_run_on_node", bound) }
    }

    /// Lets the thread that was bound run where it could before. To be called on that thread.
    public func undo() {
        _ = unsafe cnuma_set_thread_cpus(before, before.count)
        cnuma_prefer_default()
    }
}
