import Fuzzing
import HostTopology

/// A topology that hwloc wrote, or anything else that may be XML.
///
/// Must hold: what was read can be written, unless it has no processor, and what was written is read as the same processors, nodes
/// and functions.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Input(start, count)
    guard let host = try? ObservedHost(hwlocXML: input.rest), let text = try? host.hwlocXML() else { return 0 }
    let back = try? ObservedHost(hwlocXML: Array(text.utf8))
    require(back != nil, "what was written of a host is not read")
    require(
        (try? back?.hwlocXML()) != nil, "what was read of what was written cannot be written")
    return 0
}
