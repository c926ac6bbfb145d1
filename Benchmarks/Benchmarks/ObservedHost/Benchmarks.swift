import Benchmark
import Foundation
import HostTopology
import Measuring

/// Reading a host, and beside it what lstopo does with every device: hwloc's library, in the same process. The running host,
/// and a captured tree where OBSERVED_ROOT names the folder of one.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .house
    let hwloc = Hwloc()
    var roots = [("this host", "/")]
    if let captured = ProcessInfo.processInfo.environment["OBSERVED_ROOT"] { roots.append(("captured host", captured)) }
    for (name, path) in roots {
        Benchmark("\(name), ObservedHost.read") { benchmark in
            for _ in benchmark.scaledIterations {
                blackHole(ObservedHost.read(at: path == "/" ? .live : HostRoot(path: path)))
            }
        }
        if let hwloc {
            Benchmark("\(name), hwloc") { benchmark in
                for _ in benchmark.scaledIterations { blackHole(hwloc.load(path)) }
            }
        }
    }
}

/// The library behind lstopo (`libhwloc15`), loaded at run time where it is installed.
///
/// Unchecked, because the compiler does not know C's functions: they are never unloaded, and each call has a topology of
/// its own.
struct Hwloc: @unchecked Sendable {
    private typealias Make = @convention(c) (UnsafeMutablePointer<OpaquePointer?>) -> CInt
    private typealias Call = @convention(c) (OpaquePointer) -> CInt
    private typealias Filter = @convention(c) (OpaquePointer, CInt) -> CInt
    private typealias End = @convention(c) (OpaquePointer) -> Void

    private let make: Make
    private let filter: Filter
    private let read: Call
    private let end: End

    init?() {
        guard let library = dlopen("libhwloc.so.15", RTLD_NOW), let make = dlsym(library, "hwloc_topology_init"),
            let filter = dlsym(library, "hwloc_topology_set_io_types_filter"),
            let read = dlsym(library, "hwloc_topology_load"), let end = dlsym(library, "hwloc_topology_destroy")
        else { return nil }
        self.make = unsafeBitCast(make, to: Make.self)
        self.filter = unsafeBitCast(filter, to: Filter.self)
        self.read = unsafeBitCast(read, to: Call.self)
        self.end = unsafeBitCast(end, to: End.self)
    }

    /// Reads a host with all its devices.
    func load(_ root: String) -> Bool {
        if root == "/" { unsetenv("HWLOC_FSROOT") } else { setenv("HWLOC_FSROOT", root, 1) }
        var topology: OpaquePointer?
        guard make(&topology) == 0, let topology else { return false }
        defer { end(topology) }
        // HWLOC_TYPE_FILTER_KEEP_ALL
        return filter(topology, 0) == 0 && read(topology) == 0
    }
}
