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
        let command =
            "for kind in \(Holdings.kinds.joined(separator: " ")); do echo $kind:; rdma resource show $kind; done"
        // What it calls a process is the thread that made the object.
        let threads = Set(try Holdings.entries(of: "/proc/self/task"))
        var kind = ""
        for line in try output(of: command).split(separator: "\n") {
            if line.hasSuffix(":") {
                kind = String(line.dropLast())
            } else if Holdings.maker(of: line).map(threads.contains) == true {
                resources[kind, default: 0] += 1
            }
        }
        descriptors = try Holdings.entries(of: "/proc/self/fd").count
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

    /// The number after the word `pid`.
    private static func maker(of line: Substring) -> String? {
        let words = line.split(separator: " ")
        guard let place = words.firstIndex(of: "pid"), place + 1 < words.count else { return nil }
        return String(words[place + 1])
    }

    private static func entries(of folder: String) throws -> [String] {
        let stream = try #require(opendir(folder), "\(folder): errno \(errno)")
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) { name in
                    name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names
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
