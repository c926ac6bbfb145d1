import RDMAModel

/// The last question on a control connection, asked also when the run was cancelled.
struct ControlFarewell {
    private let control: ControlConnection

    init(_ control: ControlConnection) { self.control = control }

    /// The far end's account, or `nil` where it does not come in time.
    func account(until deadline: Deadline) -> EndAccount? {
        guard let frame = try? ControlMessage.finish.frame() else { return nil }
        // Short enough to go out at once: no wait, so no cancellation to mind.
        try? control.send(bytes: frame.encoded(), until: deadline)
        while FileDescriptor.wait([control.descriptor], until: deadline)[0] {
            do throws(ControlConnection.Failure) {
                while let message = try control.poll() {
                    if case .account(let account) = message { return account }
                    if case .failed(let failed) = message { return failed.account }
                }
            } catch {
                return nil
            }
        }
        return nil
    }
}
