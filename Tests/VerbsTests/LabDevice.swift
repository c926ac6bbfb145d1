#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import TestSupport
import Testing

/// The RDMA device that a test run has for itself: `LAB_DEVICE` names it, `LAB_ADDRESS` is the IPv4 address that it has
/// on this host. The lab sets both in its guests.
enum LabDevice {
    static let name = environment("LAB_DEVICE")
    /// Software iWARP differs from RoCE in how errors are told, and the tests say where.
    static let isIWARP = name?.hasPrefix("siw") == true

    /// The device's address with a port, as the bytes of a `sockaddr_in`.
    static func address(port: UInt16 = 0) throws -> [UInt8] {
        let text = try #require(environment("LAB_ADDRESS"), "LAB_DEVICE without LAB_ADDRESS")
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        try #require(inet_pton(AF_INET, text, &address.sin_addr) == 1, "LAB_ADDRESS is no IPv4 address: \(text)")
        return withUnsafeBytes(of: address) { Array($0) }
    }
}

/// Everything that needs a device. Its suites run one after another: some count what the process holds.
@Suite(.serialized, .enabled(if: LabDevice.name != nil, "LAB_DEVICE names no RDMA device"), .timeLimit(.minutes(2)))
struct OnDevice {}

/// What did not come before its deadline, or came in place of something else.
struct Missed: Error, CustomStringConvertible {
    let description: String
}

/// How long a test waits for what takes milliseconds where all is well, even in an emulated machine that is busy.
let patience = Duration.seconds(10)

/// Waits until there is something to read from one of a few descriptors, or the deadline has passed.
func awaitReadable(_ descriptors: [CInt], until deadline: ContinuousClock.Instant) {
    let left = ContinuousClock.now.duration(to: deadline) / .milliseconds(1)
    guard left > 0 else { return }
    var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    _ = poll(&entries, nfds_t(entries.count), CInt(left.rounded(.up)))
}

/// What this process holds of the kernel.
struct Holdings: Equatable, CustomStringConvertible {
    var descriptors: Int
    /// The lines of `rdma resource show` for each kind that are about this process.
    var resources: [String: Int]

    static let kinds = ["pd", "cq", "qp", "mr", "cm_id"]

    init() throws {
        resources = [:]
        for kind in Holdings.kinds {
            let lines = try output(of: "rdma resource show \(kind)").split(separator: "\n")
            resources[kind] = lines.count { $0.split(separator: " ").contains("\(getpid())") }
        }
        descriptors = try #require(Holdings.entries(of: "/proc/self/fd"))
    }

    var description: String { "\(descriptors) descriptors, \(Holdings.kinds.map { "\($0) \(resources[$0] ?? 0)" })" }

    /// Waits a while for what the kernel tears down on its own, then says what is held.
    static func settled(at expected: Holdings) throws -> Holdings {
        let deadline = ContinuousClock.now + patience
        while true {
            let now = try Holdings()
            if now == expected || ContinuousClock.now > deadline { return now }
            usleep(50_000)
        }
    }

    private static func entries(of folder: String) -> Int? {
        guard let stream = opendir(folder) else { return nil }
        defer { closedir(stream) }
        var count = 0
        while readdir(stream) != nil { count += 1 }
        return count
    }
}

/// What a shell command prints; it must succeed.
func output(of command: String) throws -> String {
    let stream = try #require(popen(command, "r"), "\(command): errno \(errno)")
    var text: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
        let count = fread(&chunk, 1, chunk.count, stream)
        guard count > 0, text.count < 1 << 20 else { break }
        text += chunk.prefix(count)
    }
    try #require(pclose(stream) == 0, "\(command) fails")
    return String(decoding: text, as: UTF8.self)
}
