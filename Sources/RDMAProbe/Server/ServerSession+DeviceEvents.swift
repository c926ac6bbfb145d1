import RDMAModel
import Verbs

// MARK: What the device tells unasked, at the far end

extension ServerSession {
    /// Listens to the device from now on. One that cannot be listened to serves all the same, and the account says so.
    func listen(toDeviceOf binding: AddressBinding) {
        do throws(VerbsError) { inbox = try DeviceEventInbox(binding) } catch { deviceIsMute(error) }
    }

    /// What is watched while it waits.
    var deviceDescriptors: [CInt] { inbox.map { [$0.fileDescriptor] } ?? [] }

    /// Takes what the device told.
    /// - Returns: what nothing more can come after.
    func endingDeviceEvent() -> AsyncEvent? {
        while let event = nextDeviceEvent() {
            if event.type.endsSession { return event }
        }
        return nil
    }

    /// Takes what is left, for the account.
    func hearDeviceOut() { while nextDeviceEvent() != nil {} }

    private func nextDeviceEvent() -> AsyncEvent? {
        do throws(VerbsError) {
            guard let event = try inbox?.next() else { return nil }
            note(event.text)
            return event
        } catch {
            deviceIsMute(error)
            return nil
        }
    }

    private func note(_ words: String) {
        if let link { link.note(words) } else if earlyEvents.count < RDMALink.eventLimit { earlyEvents.append(words) }
    }

    private func deviceIsMute(_ error: VerbsError) {
        inbox = nil
        note("asynchronous events are not known: \(words(of: error))")
    }
}

extension ServerSession.StepFailed {
    init(step: ProbeFailure.Step, _ event: AsyncEvent) { self.init(step: step, words: event.type.explanation.meaning) }
}
