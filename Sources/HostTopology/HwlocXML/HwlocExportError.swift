/// Why a host cannot be written as an hwloc document.
public enum HwlocExportError: Error, Sendable, Hashable, CustomStringConvertible {
    /// No processor that is online is known.
    case noProcessors

    public var description: String {
        "no processor of the host is known, without which hwloc has no topology; capture sys/devices/system/cpu too"
    }
}
