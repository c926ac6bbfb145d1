import ClusterCore
import Testing

@testable import RDMAProbe
@testable import RDMAProbeCommand

/// What `serve` says to whoever watches it.
@Suite struct `What serve says` {
    private func exposure(_ address: String, device: String?, served: [String]?) throws -> Exposure {
        Exposure(
            address: try IPAddress(parsing: address), interface: device.map { _ in "ens1" }, device: device,
            controlPort: 18_550,
            rdmaPort: 18_551, served: try served?.map { try Subnet(parsing: $0) })
    }

    @Test func `every address is told with its device, its ports and whom it serves`() throws {
        let lines = ServeText.lines(
            for: [
                try exposure("10.0.0.1", device: "mlx5_0", served: ["10.0.0.0/24", "fd00::/64"]),
                try exposure("fd00::1", device: "mlx5_0", served: []),
                try exposure("0.0.0.0", device: nil, served: nil),
            ])
        #expect(
            lines == [
                "serving 10.0.0.1 (mlx5_0, ens1): control TCP 18550, RDMA 18551, for 10.0.0.0/24, fd00::/64",
                "serving [fd00::1] (mlx5_0, ens1): control TCP 18550, RDMA 18551, for nobody",
                "serving 0.0.0.0: control TCP 18550, RDMA 18551, for everyone",
            ])
    }

    @Test func `every event is one line`() {
        let events: [ServerEvent] = [
            .refused(peer: "10.0.0.9", reason: "busy: the limit of 16 sessions is reached"),
            .began(peer: "10.0.0.9", number: 3, cells: 12),
            .ended(peer: "10.0.0.9", number: 3, problem: nil),
            .ended(peer: "10.0.0.9", number: 4, problem: "the client went away"),
            .strangeRequest(peer: "10.0.0.9"), .deviceGone(address: "10.0.0.1", device: "mlx5_0"),
            .deviceBack(address: "10.0.0.1", device: "mlx5_0"), .noDeviceLeft,
        ]
        #expect(
            events.map { ServeText.line(for: $0) } == [
                "refused 10.0.0.9: busy: the limit of 16 sessions is reached", "session 3 from 10.0.0.9: 12 cells",
                "session 3 from 10.0.0.9: done", "session 4 from 10.0.0.9: ended early: the client went away",
                "rejected an RDMA connection request from 10.0.0.9: no token of a session",
                "10.0.0.1 is not served: mlx5_0 was removed", "serving 10.0.0.1 again: mlx5_0 is back",
                "no RDMA device is left: ended, so that the removal need not wait for this process",
            ])
    }

    @Test func `every reason not to start comes with a way out`() throws {
        let address = try IPAddress(parsing: "10.0.0.1")
        for (error, words) in [
            (ServerError.noRDMAAddress, "see `rdma link`"), (.notAnRDMAAddress(address, found: []), "there is none"),
            (
                .notAnRDMAAddress(
                    address, found: [try IPAddress(parsing: "10.1.0.1"), try IPAddress(parsing: "fd00::1")]),
                "those are 10.1.0.1, fd00::1"
            ),
            (.wildcardWithoutAny(try IPAddress(parsing: "::")), "say --any as well"), (.port(.max), "give 1 to 65534"),
            (.call("bind", code: 98, address: "10.0.0.1:18550"), "choose another --port"),
            (.call("listen", code: 13, address: "10.0.0.1:18550"), "listen on 10.0.0.1:18550 failed"),
        ] as [(ServerError, String)] {
            #expect(ServeText.words(for: error).contains(words), "\(ServeText.words(for: error))")
            #expect(!ServeText.words(for: error).contains("\n"))
        }
    }
}
