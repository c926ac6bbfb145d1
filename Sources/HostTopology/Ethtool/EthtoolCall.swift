#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The calls `SIOCETHTOOL` that read statistics.
///
/// The kernel writes as many names and values as the driver has at that moment, whatever room was said to be there. So
/// the room ends at a page that nobody may write to: too much of them is an error of the call, and no damage.
struct EthtoolCall {
    private let interface: String

    /// `SIOCETHTOOL` of linux/sockios.h.
    private static let request: UInt = 0x8946
    // linux/ethtool.h
    private static let getSetInformation: UInt32 = 0x37
    private static let getStrings: UInt32 = 0x1b
    private static let getStatistics: UInt32 = 0x1d

    /// - Throws: `interfaceName` for a name that does not fit `struct ifreq`.
    init(_ interface: String) throws(EthtoolError) {
        guard interface.utf8.count < 16 else { throw .interfaceName }
        self.interface = interface
    }

    /// `struct ethtool_sset_info` for the one set of statistics.
    func setInformation() throws(EthtoolError) -> [UInt8] {
        let header = bytes(EthtoolCall.getSetInformation) + bytes(UInt32(0)) + bytes(UInt64(1) << EthtoolStatistics.set)
        return try ask(header, answerSize: 20)
    }

    /// `struct ethtool_gstrings` with the names.
    func names(count: Int) throws(EthtoolError) -> [UInt8] {
        let header =
            bytes(EthtoolCall.getStrings) + bytes(UInt32(EthtoolStatistics.set)) + bytes(UInt32(clamping: count))
        return try ask(header, answerSize: 12 + count * EthtoolStatistics.nameSize)
    }

    /// `struct ethtool_stats` with the values.
    func values(count: Int) throws(EthtoolError) -> [UInt8] {
        try ask(bytes(EthtoolCall.getStatistics) + bytes(UInt32(clamping: count)), answerSize: 8 + count * 8)
    }

    private func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
        unsafe withUnsafeBytes(of: value.littleEndian) { unsafe [UInt8]($0) }
    }

    private func ask(_ header: [UInt8], answerSize: Int) throws(EthtoolError) -> [UInt8] {
        let page = Int(sysconf(CInt(_SC_PAGESIZE)))
        guard page > 0, answerSize >= header.count else { throw .call("sysconf", code: EINVAL) }
        let whole = (answerSize + page - 1) / page * page
        let area = unsafe mmap(nil, whole + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let area = unsafe area, unsafe area != MAP_FAILED else { throw .call("mmap", code: errno) }
        defer { unsafe munmap(area, whole + page) }
        guard unsafe mprotect(area + whole, page, PROT_NONE) == 0 else { throw .call("mprotect", code: errno) }
        let start = unsafe area + (whole - answerSize)
        unsafe start.copyMemory(from: header, byteCount: header.count)
        // `struct ifreq`: a name of 16 bytes, then, in a union of 24, the address of the question.
        var frame = Array(interface.utf8) + [UInt8](repeating: 0, count: 40 - interface.utf8.count)
        frame.replaceSubrange(16..<24, with: bytes(UInt64(UInt(bitPattern: start))))
        let descriptor = socket(AF_INET, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .call("socket", code: errno) }
        defer { close(descriptor) }
        let code = unsafe frame.withUnsafeMutableBytes { buffer -> CInt in
            guard let address = buffer.baseAddress else { return -1 }
            return unsafe ioctl(descriptor, EthtoolCall.request, address)
        }
        guard code == 0 else { throw .call("ioctl SIOCETHTOOL", code: errno) }
        return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: answerSize))
    }
}
