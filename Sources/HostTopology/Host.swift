#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import CNuma
public import ClusterCore

/// What this host is called and what this process may do on it.
public enum Host {
    /// The host's name.
    public static var name: String { uname { $0.nodename } ?? "unknown" }

    /// The kernel's release.
    public static var kernelRelease: String? { uname { $0.release } }

    private static func uname<Field>(_ field: (utsname) -> Field) -> String? {
        var names = utsname()
        guard unsafe Glibc.uname(&names) == 0 else { return nil }
        return unsafe withUnsafeBytes(of: field(names)) { bytes in
            unsafe String(validating: unsafe bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    /// The limit of locked memory of the reading process in bytes; `nil` where there is none or it is not told.
    public static func lockedMemoryLimit(at root: HostRoot = .live) -> UInt64? {
        root.text(of: "proc/self/limits")?.split(separator: "\n").first { $0.hasPrefix("Max locked memory") }
            .flatMap { UInt64($0.dropFirst("Max locked memory".count).split(separator: " ").first ?? "") }
    }

    /// The number of processors that the reading process may run on; `nil` where it is not told.
    public static func usableProcessors(at root: HostRoot = .live) -> Int? {
        root.text(of: "proc/self/status")?.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
            .flatMap { processorCount(inList: $0.dropFirst("Cpus_allowed_list:".count)) }
    }

    /// The number of processors in a list such as `0-3,8`; `nil` where it is no such list.
    public static func processorCount(inList text: some StringProtocol) -> Int? {
        var count = 0
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { number(in: $0) }
            guard ends.count <= 2, let first = ends.first, let low = first, let last = ends.last, let high = last,
                high >= low, high < 1_048_576
            else { return nil }
            count += high - low + 1
        }
        return count > 0 ? count : nil
    }

    /// Decimal digits with white space around them, and nothing else.
    private static func number(in text: some StringProtocol) -> Int? {
        let digits = text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()
        return digits.allSatisfy { $0.isASCII && $0.isNumber } ? Int(String(digits)) : nil
    }

    /// The number of NUMA nodes, or `nil` where the kernel does not tell.
    public static var numaNodes: Int? { cnuma_available() ? Int(cnuma_max_node()) + 1 : nil }
}

/// An address of a network interface of this host.
public struct InterfaceAddress: Sendable, Hashable {
    public var interface: String
    public var address: IPAddress
    public var prefixLength: Int
    /// The interface's number, which a link-local address needs.
    public var index: UInt32
    /// Whether the interface is up.
    public var isUp: Bool

    /// The subnet that the interface is part of.
    public var subnet: Subnet? { Subnet(address: address, prefixLength: prefixLength) }

    /// The addresses of every interface of this host, in the kernel's order.
    public static func all() -> [InterfaceAddress] {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard unsafe getifaddrs(&first) == 0 else { return [] }
        defer { unsafe freeifaddrs(first) }
        var result: [InterfaceAddress] = []
        var next = unsafe first
        while let entry = unsafe next, result.count < 4096 {
            if let address = unsafe ipBytes(entry.pointee.ifa_addr).flatMap(IPAddress.init(bytes:)) {
                let mask = unsafe ipBytes(entry.pointee.ifa_netmask) ?? []
                let label = unsafe String(cString: entry.pointee.ifa_name)
                unsafe result.append(
                    InterfaceAddress(
                        interface: interface(ofLabel: label), address: address,
                        prefixLength: mask.reduce(0) { $0 + $1.nonzeroBitCount },
                        index: if_nametoindex(entry.pointee.ifa_name),
                        isUp: entry.pointee.ifa_flags & UInt32(IFF_UP) != 0))
            }
            unsafe next = entry.pointee.ifa_next
        }
        return result
    }

    /// The interface of an address by the address's label: `eth0:1` is one of `eth0`, and no interface has a colon in
    /// its name.
    static func interface(ofLabel label: String) -> String { String(label.prefix { $0 != ":" }) }

    private static func ipBytes(_ address: UnsafeMutablePointer<sockaddr>?) -> [UInt8]? {
        guard let address = unsafe address else { return nil }
        switch Int32(unsafe address.pointee.sa_family) {
        case AF_INET:
            return unsafe address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { pointer in
                unsafe withUnsafeBytes(of: pointer.pointee.sin_addr) { unsafe [UInt8]($0) }
            }
        case AF_INET6:
            return unsafe address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { pointer in
                unsafe withUnsafeBytes(of: pointer.pointee.sin6_addr) { unsafe [UInt8]($0) }
            }
        default:
            return nil
        }
    }
}
