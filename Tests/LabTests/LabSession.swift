import Foundation
import Synchronization
import TestSupport

/// Guests of the lab, driven from this process: one boot for many scenarios.
///
/// `Tests/Lab/lab --drive SOCKET` boots the guests and takes requests as lines of JSON. It ends when its standard
/// input closes, so it cannot outlive this process.
final class LabSession: Sendable {
    /// The transport that this run of the tests is about: `LAB_TRANSPORT`, or RoCE.
    static let transport = ProcessInfo.processInfo.environment["LAB_TRANSPORT"] ?? "roce"
    /// Whether lab tests are asked for; without that they would boot machines in every unit test run.
    static let isAskedFor = ProcessInfo.processInfo.environment["LAB_TESTS"] == "1"
    /// Whether the long matrix is asked for.
    static let isSoak = ProcessInfo.processInfo.environment["LAB_SOAK"] == "1"
    /// Whether each request is printed with the time that it took: where the time of a test goes.
    private static let isTraced = ProcessInfo.processInfo.environment["LAB_TRACE"] == "1"

    /// The guests, booted at the first use.
    static let shared: Result<LabSession, any Error> = Result {
        let lab = try LabSession()
        atexit { if case .success(let lab) = LabSession.shared { lab.end() } }
        return lab
    }

    private let socket: Int32
    private let process: Process
    private let input: Pipe
    private let lastID = Mutex(0)
    private let buffer = Mutex(Data())
    private let lock = NSLock()
    private let hosts: Int

    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    /// Boots guests.
    /// - Parameters:
    ///   - hosts: how many.
    ///   - options: more of the lab's own options.
    init(hosts: Int = 2, options: [String] = []) throws {
        self.hosts = hosts
        let path = NSTemporaryDirectory() + "lab-\(getpid())-\(options.isEmpty ? "" : UUID().uuidString.prefix(8)).sock"
        try? FileManager.default.removeItem(atPath: path)
        process = Process()
        process.executableURL = URL(fileURLWithPath: repositoryRoot + "/Tests/Lab/lab")
        process.arguments =
            [
                "--hosts", "\(hosts)", "--transport", LabSession.transport, "--timeout",
                LabSession.isSoak ? "21600" : "2400", "--drive", path,
            ] + options
        process.currentDirectoryURL = URL(fileURLWithPath: repositoryRoot)
        input = Pipe()
        process.standardInput = input
        try process.run()
        let deadline = Date().addingTimeInterval(600)
        var connected: Int32 = -1
        while connected < 0 {
            guard process.isRunning else {
                throw Problem(description: "the lab ended with \(process.terminationStatus)")
            }
            guard Date() < deadline else { throw Problem(description: "the lab was not ready in 10 minutes") }
            Thread.sleep(forTimeInterval: 0.1)
            connected = LabSession.connect(path)
        }
        socket = connected
    }

    private static func connect(_ path: String) -> Int32 {
        let descriptor = Foundation.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return -1 }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        if code == 0 { return descriptor }
        close(descriptor)
        return -1
    }

    /// Ends the guests.
    func end() {
        process.terminate()
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    // MARK: Requests

    /// Sends a request and waits for its answer.
    @discardableResult
    func request(_ operation: String, _ values: [String: Any], within seconds: Double = 120) throws -> [String: Any] {
        try requests(operation, [values], within: seconds)[0]
    }

    /// Sends requests of one kind at once, so that the guests work side by side, and waits for the answers to all.
    @discardableResult
    func requests(
        _ operation: String, _ all: [[String: Any]], within seconds: Double = 120
    ) throws -> [[String: Any]] {
        lock.lock()
        defer { lock.unlock() }
        let ids = try all.map { values in
            let id = lastID.withLock { id in
                id += 1
                return id
            }
            var object = values
            object["id"] = id
            object["op"] = operation
            try send(try JSONSerialization.data(withJSONObject: object) + Data([10]))
            return id
        }
        let began = Date()
        defer {
            if LabSession.isTraced {
                let time = Int(Date().timeIntervalSince(began) * 1000)
                for values in all {
                    let what = "\(values["host"] ?? "") \(values["name"] ?? "") \(values["command"] ?? "")"
                    print("lab: \(time) ms \(operation) \(what.prefix(100))")
                }
            }
        }
        let deadline = began.addingTimeInterval(seconds + 30)
        var answers: [Int: [String: Any]] = [:]
        while answers.count < ids.count {
            let line = try readLine(until: deadline)
            guard let answer = try JSONSerialization.jsonObject(with: line) as? [String: Any] else { continue }
            guard let id = answer["id"] as? Int, ids.contains(id) else { continue }
            answers[id] = answer
        }
        return try ids.map { id in
            let answer = answers[id] ?? [:]
            if let error = answer["error"] as? String { throw Problem(description: "\(operation): \(error)") }
            return answer
        }
    }

    private func send(_ line: Data) throws {
        var sent = 0
        while sent < line.count {
            let rest = Array(line.dropFirst(sent))
            let count = write(socket, rest, rest.count)
            guard count > 0 else { throw Problem(description: "the lab takes no request") }
            sent += count
        }
    }

    private func readLine(until deadline: Date) throws -> Data {
        while true {
            let line: Data? = buffer.withLock { buffer in
                guard let end = buffer.firstIndex(of: 10) else { return nil }
                let line = buffer[buffer.startIndex..<end]
                buffer = Data(buffer[buffer.index(after: end)...])
                return Data(line)
            }
            if let line { return line }
            var entry = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            guard Date() < deadline else { throw Problem(description: "the lab did not answer in time") }
            guard poll(&entry, 1, 1000) > 0 else { continue }
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = read(socket, &chunk, chunk.count)
            guard count > 0 else { throw Problem(description: "the lab has ended") }
            buffer.withLock { $0.append(contentsOf: chunk.prefix(count)) }
        }
    }

    // MARK: Commands in guests

    /// How a command ended.
    struct Outcome {
        var status: Int
        var output: String
        var diagnostics: String
        var timedOut: Bool
        var seconds: Double
    }

    /// Runs a shell command in a guest.
    func run(_ command: String, on host: Int = 1, within seconds: Double = 60) throws -> Outcome {
        try run(command, on: [host], within: seconds)[0]
    }

    /// Runs a shell command in both guests at once.
    func runOnBoth(_ command: String, within seconds: Double = 60) throws -> [Outcome] {
        try run(command, on: [1, 2], within: seconds)
    }

    private func run(_ command: String, on hosts: [Int], within seconds: Double) throws -> [Outcome] {
        let all: [[String: Any]] = hosts.map { ["host": $0, "command": command, "timeout": seconds] }
        return try requests("exec", all, within: seconds).map { answer in
            Outcome(
                status: answer["status"] as? Int ?? -1, output: answer["stdout"] as? String ?? "",
                diagnostics: answer["stderr"] as? String ?? "", timedOut: answer["timed_out"] as? Bool ?? false,
                seconds: ((answer["duration_ms"] as? NSNumber)?.doubleValue ?? 0) / 1000)
        }
    }

    /// Starts a command in a guest and waits until its output matches.
    func start(
        _ name: String, _ command: String, on host: Int, ready: String? = nil, within seconds: Double = 30
    ) throws {
        var values: [String: Any] = ["host": host, "name": name, "command": command, "timeout": seconds]
        if let ready { values["ready"] = ready }
        try request("start", values, within: seconds + 10)
    }

    /// What a started command has printed so far.
    func output(_ name: String, on host: Int) throws -> (output: String, diagnostics: String, isRunning: Bool) {
        let answer = try request("output", ["host": host, "name": name])
        return (
            answer["stdout"] as? String ?? "", answer["stderr"] as? String ?? "", answer["running"] as? Bool ?? false
        )
    }

    /// Sends a signal to a started command.
    func signal(_ name: String, _ signal: String, on host: Int) throws {
        try request("signal", ["host": host, "name": name, "signal": signal])
    }

    /// Waits for a started command to end.
    func wait(_ name: String, on host: Int, within seconds: Double) throws -> Outcome {
        let answer = try request("wait", ["host": host, "name": name, "timeout": seconds], within: seconds)
        let printed = try output(name, on: host)
        return Outcome(
            status: answer["status"] as? Int ?? -1, output: printed.output, diagnostics: printed.diagnostics,
            timedOut: answer["timed_out"] as? Bool ?? false, seconds: 0)
    }

    /// Waits until a started command has printed a text on either stream.
    func await(_ text: String, from name: String, on host: Int, within seconds: Double = 30) throws {
        let deadline = Date().addingTimeInterval(seconds)
        while true {
            let printed = try output(name, on: host)
            if printed.output.contains(text) || printed.diagnostics.contains(text) { return }
            guard printed.isRunning, Date() < deadline else {
                throw Problem(
                    description: "\(name) did not print \"\(text)\" but:\n\(printed.output)\(printed.diagnostics)")
            }
            Thread.sleep(forTimeInterval: 0.1)
        }
    }

    /// Ends everything that scenarios started and takes every fault away.
    func reset() throws {
        try requests("killall", (1...hosts).map { ["host": $0] })
        try requests("netem", (1...hosts).map { ["host": $0, "spec": NSNull()] })
    }
}
