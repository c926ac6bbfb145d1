import ClusterCore
import HostTopology
import RDMAModel
import Verbs

/// The far end of a probe: takes control connections and RDMA connection requests and gives each client a session.
///
/// ```swift
/// let server = try ProbeServer(ServerConfiguration())
/// server.run(until: cancellation) { print($0) }
/// ```
public final class ProbeServer {
    /// Where the server is reachable, and for whom.
    public let exposures: [Exposure]
    private let configuration: ServerConfiguration
    private let channel: EventChannel
    private let posts: [ServerPost]
    private let ledger: SessionLedger<ConnectionEvent>
    /// Those that this process may have opened, whatever the addresses that it serves are of.
    private var otherDevices: [DevicePresence]
    /// Whether the last device that this host had was removed.
    private var isWithoutDevice = false
    /// Whether the connection manager may still hold a device that is gone.
    private var holdsRemovedDevice = false
    /// How often it is looked whether a device is gone, or back.
    private static let lookPeriod = Duration.seconds(1)

    /// Binds every address. Nothing is served before `run`.
    /// - Throws: `ServerError`.
    public init(_ configuration: ServerConfiguration) throws(ServerError) {
        guard configuration.port > 0, configuration.port < UInt16.max else {
            throw .port(configuration.port)
        }
        self.configuration = configuration
        ledger = SessionLedger(limit: configuration.sessions, perPeer: configuration.sessionsPerPeer)
        exposures = try ProbeServer.plan(configuration)
        do { channel = try EventChannel() } catch { throw .call(error.call, code: error.code, address: "") }
        var posts: [ServerPost] = []
        for exposure in exposures { posts.append(try ServerPost(exposure, on: channel)) }
        self.posts = posts
        otherDevices = DevicePresence.all()
    }

    private static func plan(_ configuration: ServerConfiguration) throws(ServerError) -> [Exposure] {
        let (own, failure) = RDMAAddress.search()
        /// An address that is none of ours may only have failed to be looked at.
        func missing(_ error: ServerError, _ address: String) -> ServerError {
            failure.map { .call($0.call, code: $0.code, address: address) } ?? error
        }
        func exposure(_ address: IPAddress, _ found: RDMAAddress?) -> Exposure {
            var served: [Subnet]? = configuration.allowed
            if configuration.servesAnyone {
                served = nil
            } else if configuration.allowed.isEmpty {
                served = found?.interface.subnet.map { [$0] } ?? []
            }
            return Exposure(
                address: address, interface: found?.interface.interface, device: found?.device,
                controlPort: configuration.port, rdmaPort: configuration.port + 1, served: served)
        }
        if configuration.listen.isEmpty {
            guard !own.isEmpty else { throw missing(.noRDMAAddress, "") }
            return own.map { exposure($0.interface.address, $0) }
        }
        var result: [Exposure] = []
        for address in configuration.listen {
            if address.bytes.allSatisfy({ $0 == 0 }) {
                guard configuration.servesAnyone else { throw .wildcardWithoutAny(address) }
                result.append(exposure(address, nil))
            } else if let found = own.first(where: { $0.interface.address == address }) {
                result.append(exposure(address, found))
            } else {
                throw missing(.notAnRDMAAddress(address, found: own.map(\.interface.address)), "\(address)")
            }
        }
        return result
    }

    // MARK: Serving

    /// Serves clients until it is cancelled, or until the host's last RDMA device is removed; then waits a few seconds for
    /// the sessions to end.
    ///
    /// A removed device is let go of, because its removal may wait for that, and its addresses are served again once it
    /// is back. The last one is held by librdmacm until the process ends.
    /// - Parameters:
    ///   - cancellation: ends the server and every session.
    ///   - tell: called for what happens, from several threads.
    public func run(until cancellation: Cancellation, tell: @escaping @Sendable (ServerEvent) -> Void) {
        var nextLook = Deadline.after(ProbeServer.lookPeriod)
        while true {
            do {
                let descriptors = [channel.fileDescriptor] + posts.map(\.descriptor)
                let ready = try FileDescriptor.wait(
                    descriptors + posts.map(\.deviceDescriptor), until: nextLook, cancellation: cancellation)
                for (post, isReady) in zip(posts, ready.dropFirst()) where isReady {
                    takeConnections(post, tell: tell)
                }
                if ready.first == true { takeRequests(tell: tell) }
                for (post, isReady) in zip(posts, ready.dropFirst(descriptors.count)) where isReady {
                    post.handOnDeviceEvents()
                }
                if nextLook.isOver {
                    lookForDevices(tell: tell)
                    nextLook = .after(ProbeServer.lookPeriod)
                    if isWithoutDevice {
                        tell(.noDeviceLeft)
                        break
                    }
                }
            } catch {
                break
            }
        }
        for post in posts { post.cancellation.cancel(cancellation.reason ?? .terminate) }
        let patience = Deadline.after(.seconds(5))
        while ledger.openCount > 0, !patience.isOver { Worker.pause(for: .milliseconds(10)) }
    }

    /// Lets go of devices that are gone, and serves those that are back.
    private func lookForDevices(tell: @Sendable (ServerEvent) -> Void) {
        for post in posts {
            let (address, device) = ("\(post.exposure.address)", post.exposure.device ?? "")
            if post.closeIfGone() {
                holdsRemovedDevice = true
                tell(.deviceGone(address: address, device: device))
            } else if post.reopenIfBack(on: channel) {
                tell(.deviceBack(address: address, device: device))
            }
        }
        if otherDevices.contains(where: \.isGone) { holdsRemovedDevice = true }
        guard holdsRemovedDevice else { return }
        otherDevices = DevicePresence.all()
        // librdmacm lets go of no device while there is none but it: then only the end of the process does.
        isWithoutDevice = otherDevices.isEmpty
        // While a session is open it may be the one that uses the device: then again at the next look.
        let isUnused = ledger.openCount == 0
        try? DeviceList.forgetRemoved()
        if isUnused { holdsRemovedDevice = false }
    }

    private func takeConnections(_ post: ServerPost, tell: @escaping @Sendable (ServerEvent) -> Void) {
        // A bounded number at a time, so that a flood on one address does not starve the others.
        for _ in 0..<16 {
            guard let descriptor = TCP.accept(on: post.descriptor) else { return }
            let control = ControlConnection(adopting: descriptor, cancellation: post.cancellation)
            guard let peer = control.peerAddress else { continue }
            if let served = post.exposure.served, !served.contains(where: { $0.contains(peer.address) }) {
                let words = "\(peer.address) is not in a network that this server serves"
                refuse(
                    control, peer, .init(reason: .notAllowed, words: words, number: nil, address: "\(peer.address)"),
                    tell: tell)
            } else if let limit = ledger.admit(peer.address) {
                let words = "busy: the limit of \(limit) sessions is reached"
                refuse(control, peer, .init(reason: .busy, words: words, number: UInt64(limit)), tell: tell)
            } else {
                start(control, peer, cancellation: post.cancellation, tell: tell)
            }
        }
    }

    /// Declines with one line. The socket is new, so the line fits its buffer and nothing is waited for.
    private func refuse(
        _ control: ControlConnection, _ peer: SocketAddress, _ notice: ControlMessage.RefusalNotice,
        tell: @Sendable (ServerEvent) -> Void
    ) {
        tell(.refused(peer: "\(peer.address)", reason: notice.words))
        try? control.send(.refusal(notice), until: .after(.zero))
        control.finishSending(until: .after(.milliseconds(20)))
    }

    private func start(
        _ control: ControlConnection, _ peer: SocketAddress, cancellation: Cancellation,
        tell: @escaping @Sendable (ServerEvent) -> Void
    ) {
        let session = ServerSession(
            control: control, peer: peer.address, ledger: ledger, configuration: configuration,
            cancellation: cancellation, tell: tell)
        // Handed over whole: this thread does not touch it again.
        nonisolated(unsafe) let handedOver = session
        if Worker.start({ unsafe handedOver.run() }) == nil {
            ledger.leave(peer.address, wasSession: false)
            tell(.refused(peer: "\(peer.address)", reason: "no thread is left"))
        }
    }

    private func takeRequests(tell: @Sendable (ServerEvent) -> Void) {
        for _ in 0..<64 {
            let event: ConnectionEvent?
            do throws(VerbsError) { event = try channel.next() } catch {
                let devices = Set(exposures.compactMap(\.device)).sorted().joined(separator: ", ")
                let place = devices.isEmpty ? "" : " on \(devices)"
                let words = "\(error.call)\(place) failed (\(ErrorNumber(rawValue: error.code).words))"
                tell(.refused(peer: "unknown", reason: words))
                // What was not taken wakes the server at once again.
                Worker.pause(for: .milliseconds(50))
                return
            }
            guard let event else { return }
            guard event.kind == .connectRequest, let id = CommunicationID(newcomerOf: event) else { continue }
            let source = SocketAddress(bytes: id.peerAddressBytes)?.address
            if let source, let data = RequestData(bytes: event.privateData),
                ledger.deliver(event, token: data.token, from: source)
            {
                continue
            }
            // No queue pair, no memory, nothing but a no for whoever shows no token.
            try? id.reject(privateData: Array("RDPR".utf8))
            tell(.strangeRequest(peer: source.map { "\($0)" } ?? "unknown"))
        }
    }
}
