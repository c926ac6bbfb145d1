#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import Testing
@testable import Verbs

/// What holds on every host, with a device or without.
@Suite struct `Verbs on any host` {
    private static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    @Test func `an event channel opens, or says ENOENT where the connection manager's node is missing`() throws {
        if Self.exists("/dev/infiniband/rdma_cm") {
            #expect(try EventChannel().fileDescriptor >= 0)
        } else {
            let error = #expect(throws: VerbsError.self) { _ = try EventChannel() }
            #expect(error?.call == "rdma_create_event_channel")
            // Without any RDMA in the kernel the library gives up earlier and calls that a missing device.
            #expect([ENOENT, ENODEV].contains(error?.code), "\(error?.description ?? "")")
        }
    }

    @Test func `the list of devices is a list, or ENOSYS where the kernel has no RDMA`() throws {
        if Self.exists("/sys/class/infiniband_verbs") {
            #expect(try Set(DeviceList.names()).count == DeviceList.names().count)
        } else {
            let error = #expect(throws: VerbsError.self) { try DeviceList.names() }
            #expect(error == VerbsError(call: "ibv_get_device_list", code: ENOSYS))
        }
    }

    @Test func `a device that does not exist cannot be opened`() {
        let error = #expect(throws: VerbsError.self) { try DeviceList.tryOpen("no-such-device") }
        #expect([ENODEV, ENOSYS].contains(error?.code), "\(error?.description ?? "")")
    }

    @Test func `an error says which call failed, on what, and with which number`() {
        let bare = VerbsError(call: "ibv_poll_cq", code: EIO)
        #expect("\(bare)" == "ibv_poll_cq failed with errno 5" && bare.subject.isEmpty)
        let full = VerbsError(call: "ibv_reg_mr", code: ENOMEM, subject: "4096 bytes")
        #expect("\(full)" == "ibv_reg_mr on 4096 bytes failed with errno 12")
        #expect(bare != full)
    }

    @Test func `a result of 0 is no error, and only an error asks for its subject`() {
        #expect(throws: Never.self) {
            try check(
                0, "ibv_reg_mr",
                { () -> String in
                    Issue.record("asked")
                    return ""
                }())
        }
        let error = #expect(throws: VerbsError.self) { try check(EBUSY, "ibv_dealloc_pd", "rxe0") }
        #expect(error == VerbsError(call: "ibv_dealloc_pd", code: EBUSY, subject: "rxe0"))
    }

    @Test func `retry counts never reach the endless 7, however they are asked for`() {
        for count in UInt8.min...UInt8.max {
            let parameters = ConnectionParameters(retryCount: count, rnrRetryCount: count)
            #expect(parameters.retryCount == min(count, 6) && parameters.rnrRetryCount == min(count, 6))
        }
    }
}
