import ClusterCore
import RDMAModel
import RDMAProbe

/// What `serve` says.
enum ServeText {
    /// What a server exposes, a line an address.
    static func lines(for exposures: [Exposure]) -> [String] {
        exposures.map { exposure in
            let device = exposure.device.map { " (\($0), \(exposure.interface ?? ""))" } ?? ""
            let address = exposure.address.isIPv4 ? "\(exposure.address)" : "[\(exposure.address)]"
            let served: String =
                switch exposure.served {
                case nil: "everyone"
                case .some(let subnets) where subnets.isEmpty: "nobody"
                case .some(let subnets): subnets.map(\.description).joined(separator: ", ")
                }
            return "serving \(address)\(device): control TCP \(exposure.controlPort), RDMA \(exposure.rdmaPort), "
                + "for \(served)"
        }
    }

    static func line(for event: ServerEvent) -> String {
        switch event {
        case .refused(let peer, let reason): "refused \(peer): \(reason)"
        case .began(let peer, let number, let cells): "session \(number) from \(peer): \(cells) cells"
        case .ended(let peer, let number, nil): "session \(number) from \(peer): done"
        case .ended(let peer, let number, .some(let problem)): "session \(number) from \(peer): ended early: \(problem)"
        case .strangeRequest(let peer): "rejected an RDMA connection request from \(peer): no token of a session"
        case .deviceGone(let address, let device): "\(address) is not served: \(device) was removed"
        case .deviceBack(let address, let device): "serving \(address) again: \(device) is back"
        case .noDeviceLeft: "no RDMA device is left: ended, so that the removal need not wait for this process"
        }
    }

    /// Why a server cannot start, and what to do.
    static func words(for error: ServerError) -> String {
        switch error {
        case .noRDMAAddress:
            return "no address of this host is one of an RDMA device; see `rdma link` and `ip address`, and that "
                + "/dev/infiniband/rdma_cm can be opened"
        case .notAnRDMAAddress(let address, let found):
            let known =
                found.isEmpty ? "there is none" : "those are \(found.map(\.description).joined(separator: ", "))"
            return "--listen \(address) is not an RDMA address of this host; \(known)"
        case .wildcardWithoutAny(let address):
            return "--listen \(address) reaches every network: say --any as well if that is meant"
        case .port(let port): return "--port \(port) has no next port for RDMA; give 1 to 65534"
        case .call(let call, let code, let address):
            let number = ErrorNumber(rawValue: code)
            let hint =
                number == .addressInUse ? "; another server listens there already: end it or choose another --port" : ""
            return "\(call) on \(address) failed: \(number.words)\(hint)"
        }
    }
}
