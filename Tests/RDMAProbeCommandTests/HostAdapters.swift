import HostTopology
import TestSupport

extension Executable {
    /// Whether this host has an RDMA device: then a run goes further than these tests say.
    static let hasRDMA = RDMADevice.all(at: .live, readsGIDs: false)?.isEmpty == false
}
