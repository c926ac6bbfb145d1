import ClusterCore
import HostTopology
import RDMAModel
import Verbs

/// An address of a server, and who listens there: nobody while its device is gone.
final class ServerPost {
    let exposure: Exposure
    private var listener: Listener?
    private var presence: DevicePresence?
    /// Ends the sessions that came in here.
    private(set) var cancellation = Cancellation()

    /// - Throws: `ServerError`.
    init(_ exposure: Exposure, on channel: borrowing EventChannel) throws(ServerError) {
        self.exposure = exposure
        try listen(on: channel)
    }

    /// What is watched; -1 while nobody listens.
    var descriptor: CInt { listener?.descriptor ?? -1 }
    var deviceDescriptor: CInt { listener?.deviceDescriptor ?? -1 }
    var isOpen: Bool { listener != nil }

    func handOnDeviceEvents() { listener?.handOnDeviceEvents() }

    /// Stops listening where the device is gone, so that nothing here holds it, and ends its sessions.
    /// - Returns: whether that was so.
    func closeIfGone() -> Bool {
        guard isOpen, let presence, presence.isGone else { return false }
        cancellation.cancel(.terminate)
        listener = nil
        return true
    }

    /// Listens again once the device is back.
    /// - Returns: whether it does now.
    func reopenIfBack(on channel: borrowing EventChannel) -> Bool {
        // Its node first: while it is on its way out it can still be bound to, and would be held again.
        guard !isOpen, let device = exposure.device, DevicePresence(of: device).isKnown else { return false }
        do throws(ServerError) { try listen(on: channel) } catch { return false }
        cancellation = Cancellation()
        return true
    }

    private func listen(on channel: borrowing EventChannel) throws(ServerError) {
        presence = exposure.device.map { DevicePresence(of: $0) }
        let descriptor: CInt
        let control = SocketAddress(address: exposure.address, port: exposure.controlPort)
        do { descriptor = try TCP.listen(on: control) } catch {
            let failed = error as? CallFailed
            throw .call(failed?.call ?? "listen", code: failed?.code ?? 0, address: "\(control)")
        }
        let rdma = SocketAddress(address: exposure.address, port: exposure.rdmaPort)
        do throws(VerbsError) {
            let id = try CommunicationID(on: channel)
            try id.bind(to: rdma.bytes)
            try id.listen(backlog: 64)
            let events = id.deviceName == nil ? nil : try DeviceEvents(ofDeviceOf: id)
            listener = Listener(descriptor: descriptor, id: id, deviceEvents: events)
        } catch {
            Socket.close(descriptor)
            throw .call(error.call, code: error.code, address: "\(rdma)")
        }
    }

    private final class Listener {
        let descriptor: CInt
        private let id: CommunicationID
        /// What the device tells unasked; `nil` for every address, and once the device is gone.
        private var deviceEvents: DeviceEvents?

        init(descriptor: CInt, id: consuming CommunicationID, deviceEvents: consuming DeviceEvents?) {
            self.descriptor = descriptor
            self.id = id
            self.deviceEvents = deviceEvents
        }

        var deviceDescriptor: CInt { deviceEvents?.fileDescriptor ?? -1 }

        /// Takes what the device tells, for the sessions: while there are none it would pile up in the kernel.
        func handOnDeviceEvents() {
            // A queue that cannot be read is not watched any more; the sessions tell of it.
            do throws(VerbsError) {
                guard let events = deviceEvents.take() else { return }
                try DeviceEventInbox.handOn(events)
                deviceEvents = consume events
            } catch {}
        }

        deinit { Socket.close(descriptor) }
    }
}
