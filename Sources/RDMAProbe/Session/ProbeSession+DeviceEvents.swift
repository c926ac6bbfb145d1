import ClusterCore
import HostTopology
import RDMAModel
import Verbs

// MARK: What the device tells unasked

extension ProbeSession {
    /// Listens to the device from now on. One that cannot be listened to is measured all the same, and the report says so.
    func listen(toDeviceOf binding: AddressBinding) {
        do throws(VerbsError) { inbox = try DeviceEventInbox(binding) } catch { deviceIsMute(error) }
    }

    /// What is watched while it waits.
    var deviceDescriptors: [CInt] { inbox.map { [$0.fileDescriptor] } ?? [] }

    /// Takes what the device told.
    /// - Throws: `ProbeFailure` for what nothing more can come after.
    func lookAtDevice(step: ProbeFailure.Step) throws(ProbeFailure) {
        while let event = nextDeviceEvent() {
            if event.type.endsSession { throw ProbeFailure(step, .asyncEvent(event), device: binding?.deviceName) }
        }
    }

    /// Takes and tells what is left once nothing can end the run any more.
    func hearDeviceOut() { while nextDeviceEvent() != nil {} }

    private func nextDeviceEvent() -> AsyncEvent? {
        do throws(VerbsError) {
            guard let event = try inbox?.next() else { return nil }
            tell(event.text)
            progress(.asyncEvent(event))
            return event
        } catch {
            deviceIsMute(error)
            return nil
        }
    }

    /// Among what the connection manager said, once there is a connection to say something of.
    private func tell(_ words: String) {
        if let link { link.note(words) } else if earlyEvents.count < RDMALink.eventLimit { earlyEvents.append(words) }
    }

    private func deviceIsMute(_ error: VerbsError) {
        inbox = nil
        let device = binding.map { " on \($0.deviceName)" } ?? ""
        let words = "\(error.call)\(device) failed (\(ErrorNumber(rawValue: error.code).words))"
        tell("asynchronous events are not known: \(words)")
        var subject = ComponentIdentifier(rawValue: "").appending("host", Host.name)
        if let device = binding?.deviceName { subject = subject.appending("device", device) }
        remarks.append(AsyncEvent.unknown(about: subject, words))
    }
}
