// Public because the data path is inlined where it is used.
public import CVerbs

/// The counter of time that the processor has and programs may read: the time stamp counter of x86-64, the virtual counter of
/// 64-bit ARM.
public enum ProcessorCounter {
    /// The Linux name of the clock source that is this counter; `nil` where the processor has none.
    public static var clockSource: String? { unsafe cverbs_counter_name().map { unsafe String(cString: $0) } }

    /// What it says now, in steps of its own, and not before everything that comes first in the program is done.
    @inlinable @inline(__always)
    public static func now() -> UInt64 { cverbs_counter() }
}
