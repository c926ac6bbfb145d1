public import ClusterCore
import FoundationEssentials
public import HostTopology
public import RDMAModel

/// A copy of what a host tells of its RDMA devices, as an archive that `tar` unpacks and `--root` reads.
///
/// It holds exactly the files of `/sys` and `/proc` that the inventory and the counters read, with the links on the way
/// to them, and below `rdmaprobe/` what no file tells: netlink's answers byte for byte, the answers of verbs, and the
/// addresses of the network interfaces.
public struct HostCapture: Sendable {
    /// The archive.
    public var archive: [UInt8]
    /// What the archive says of itself; it holds this as `rdmaprobe/capture.json`.
    public var account: CaptureAccount

    /// The folder of the archive below which everything is.
    public static let folder = "capture"
    /// More follows of links than any path needs.
    private static let followLimit = 40

    /// Copies what this host, or an unpacked capture, tells.
    /// - Parameters:
    ///   - root: the host.
    ///   - scrubbing: whether names of hosts, GUIDs, hardware and IP addresses are replaced by others, each always by the
    ///     same.
    ///   - takenUnixSeconds: the time of day, since the library asks no such clock.
    public static func take(
        at root: HostRoot = .live, scrubbing: Bool, takenUnixSeconds: Int64? = nil
    ) -> HostCapture {
        let recorder = ReadRecorder()
        let watched = HostRoot(path: root.path, recorder: recorder)
        let inventory = DeviceInventory.read(at: watched)
        // The inventory asks verbs for the GIDs; the files say the same, and other readers want them.
        let devices = RDMADevice.all(at: watched) ?? []
        CounterReader(at: watched).readAll()
        var extra: [String: [UInt8]] = [:]
        if root == .live { extra = called(of: devices.map(\.name)) }
        return HostCapture(
            recorder.recorded.filter { !$0.key.hasPrefix("dev/") }, extra, at: root, scrubbing: scrubbing,
            takenUnixSeconds: takenUnixSeconds, hostName: inventory.host.name, devices: devices.count)
    }

    /// What only calls tell.
    private static func called(of devices: [String]) -> [String: [UInt8]] {
        let facts = CalledFacts(of: devices, at: .live)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var files: [String: [UInt8]] = [:]
        for (device, answer) in facts.verbs {
            var answer = answer
            if (try? encoder.encode(answer))?.count ?? 0 >= HostRoot.fileLimit { answer.gids = nil }
            files["\(CalledFacts.verbsFolder)/\(device).json"] = (try? encoder.encode(answer)).map { [UInt8]($0) }
        }
        files[CalledFacts.addressesFile] = (try? encoder.encode(facts.addresses)).map { [UInt8]($0) }
        return files
    }

    private init(
        _ looks: [String: ReadRecorder.Look], _ extra: [String: [UInt8]], at root: HostRoot, scrubbing: Bool,
        takenUnixSeconds: Int64?, hostName: String?, devices: Int
    ) {
        var tree = Tree(root: root)
        for (path, look) in looks.sorted(by: { $0.key < $1.key }) { tree.add(look, at: path) }
        for (path, bytes) in extra { tree.files[path] = bytes }
        var account = CaptureAccount(
            tool: .init(name: "rdmaprobe", version: RDMAProbeVersion.current), takenUnixSeconds: takenUnixSeconds,
            devices: devices, scrubbed: scrubbing, unreadable: tree.unreadable)
        if scrubbing {
            var scrubber = Scrubber(hostName: hostName, files: tree.files)
            tree = scrubber.scrubbed(tree)
            account.unreadable = tree.unreadable
            account.replaced = scrubber.counts
        }
        var tape = TapeArchive(modified: UInt32(clamping: takenUnixSeconds ?? 0))
        func attempt(_ path: String, _ body: () throws(TapeArchive.Refusal) -> Void) {
            do throws(TapeArchive.Refusal) { try body() } catch {
                account.leftOut.append(.init(path: path, reason: HostCapture.words(for: error)))
            }
        }
        let folder = HostCapture.folder
        for (path, target) in tree.links.sorted(by: { $0.key < $1.key }) {
            attempt(path) { () throws(TapeArchive.Refusal) in try tape.add(link: "\(folder)/\(path)", to: target) }
        }
        for path in tree.folders.sorted() {
            attempt(path) { () throws(TapeArchive.Refusal) in try tape.add(folder: "\(folder)/\(path)") }
        }
        for (path, bytes) in tree.files.sorted(by: { $0.key < $1.key }) {
            attempt(path) { () throws(TapeArchive.Refusal) in try tape.add(file: "\(folder)/\(path)", bytes) }
        }
        account.files = tree.files.count
        account.links = tree.links.count
        let text = (try? CaptureAccount.encoded(account)) ?? []
        attempt(CaptureAccount.file) { () throws(TapeArchive.Refusal) in
            try tape.add(file: "\(folder)/\(CaptureAccount.file)", text)
        }
        self.account = account
        archive = tape.bytes
    }

    private static func words(for refusal: TapeArchive.Refusal) -> String {
        switch refusal {
        case .nameTooLong: "its name is too long for an archive of the form ustar"
        case .targetTooLong: "the target of the link is too long for an archive of the form ustar"
        case .unsafeName: "its name is none that an archive should hold"
        case .archiveFull: "the archive is full: \(TapeArchive.sizeLimit) bytes"
        }
    }

    // MARK: The tree

    /// What goes into the archive, by the paths behind all links.
    struct Tree {
        let root: HostRoot
        var files: [String: [UInt8]] = [:]
        var links: [String: String] = [:]
        var folders: Set<String> = []
        var unreadable: [CaptureAccount.Unreadable] = []

        init(root: HostRoot) { self.root = root }

        mutating func add(_ look: ReadRecorder.Look, at path: String) {
            guard let place = place(of: path) else { return }
            switch look {
            case .content(let bytes): files[place] = bytes
            case .exists: break
            case .folder(let names):
                folders.insert(place)
                for name in names {
                    let child = "\(place)/\(name)"
                    // Of a folder's folders the names count, whatever is in them.
                    if let target = root.linkTarget(of: child) {
                        links[child] = target
                    } else if root.names(in: child) != nil {
                        folders.insert(child)
                    }
                }
            case .failure(let code):
                // What is absent, or a folder, or below a file, is as absent in the copy.
                // ENOENT, ENOTDIR and EISDIR.
                if ![2, 20, 21].contains(code) {
                    unreadable.append(
                        .init(path: place, errorNumber: Int(code), reason: ErrorNumber(rawValue: code).words))
                }
            }
        }

        /// The path behind all links, which are remembered; `nil` for one that leads out of the tree or nowhere.
        private mutating func place(of path: String) -> String? {
            var pending = path.split(separator: "/").map(String.init)
            var done: [String] = []
            var follows = 0
            while !pending.isEmpty {
                let part = pending.removeFirst()
                if part == "." { continue }
                if part == ".." {
                    guard done.popLast() != nil else { return nil }
                    continue
                }
                let here = (done + [part]).joined(separator: "/")
                guard let target = root.linkTarget(of: here) else {
                    done.append(part)
                    continue
                }
                follows += 1
                guard follows <= HostCapture.followLimit else { return nil }
                links[here] = target
                if target.hasPrefix("/") { done = [] }
                pending = target.split(separator: "/").map(String.init) + pending
            }
            return done.isEmpty ? nil : done.joined(separator: "/")
        }
    }
}

/// What a capture says of itself: the document `rdmaprobe.capture/1`.
public struct CaptureAccount: Sendable, Hashable, Codable {
    public var tool: ProbeReport.Tool
    /// When it was taken, seconds since 1970.
    @Explicit public var takenUnixSeconds: Int64?
    /// Whether names and addresses were replaced.
    public var scrubbed: Bool
    /// How many different ones of each kind were replaced; empty unless scrubbed.
    public var replaced: [String: Int]
    /// How many devices the tree tells of.
    public var devices: Int
    public var files: Int
    public var links: Int
    /// What is there and could not be read, as on the host that was captured.
    public var unreadable: [Unreadable]
    /// What belongs in and is not in.
    public var leftOut: [LeftOut]

    /// Whether there is a device in it.
    public var holdsDevices: Bool { devices > 0 }

    static let file = "rdmaprobe/capture.json"
    /// The name and major version of the document.
    public static let schema = "rdmaprobe.capture/1"

    /// A file that could not be read.
    public struct Unreadable: Sendable, Hashable, Codable {
        public var path: String
        /// The errno value.
        public var errorNumber: Int
        public var reason: String

        private enum CodingKeys: String, CodingKey {
            case path, reason
            case errorNumber = "error_number"
        }
    }

    /// A file that the archive cannot hold.
    public struct LeftOut: Sendable, Hashable, Codable {
        public var path: String
        public var reason: String
    }

    private enum CodingKeys: String, CodingKey {
        case tool, scrubbed, replaced, devices, files, links, unreadable
        case takenUnixSeconds = "taken_unix_s"
        case leftOut = "left_out"
    }

    init(tool: ProbeReport.Tool, takenUnixSeconds: Int64?, devices: Int, scrubbed: Bool, unreadable: [Unreadable]) {
        self.devices = devices
        self.tool = tool
        self.scrubbed = scrubbed
        self.unreadable = unreadable
        replaced = [:]
        files = 0
        links = 0
        leftOut = []
        self.takenUnixSeconds = takenUnixSeconds
    }

    static func encoded(_ account: CaptureAccount) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array("{\"schema\":\"\(schema)\",".utf8) + [UInt8](try encoder.encode(account)).dropFirst() + [10]
    }
}
