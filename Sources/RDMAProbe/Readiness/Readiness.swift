#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import ClusterCore
public import HostTopology
public import RDMAModel

/// Whether this host can start at all: devices, their nodes, a port that is up.
public enum Readiness {
    /// Looks at the host before anything is opened.
    /// - Parameters:
    ///   - name: the device asked for, or `nil` for any.
    ///   - root: the host, or a captured tree.
    /// - Throws: `ProbeFailure` naming what is missing.
    public static func check(device name: String?, at root: HostRoot = .live) throws(ProbeFailure) {
        let devices = RDMADevice.all(at: root, readsGIDs: false) ?? []
        let candidates = devices.filter { name == nil || $0.name == name }
        guard !candidates.isEmpty else {
            throw ProbeFailure(.device, .noDevice(named: name, found: devices.map(\.name)), device: name)
        }
        // A node that may not be opened shows later as ENOENT, so the nodes themselves are looked at.
        if let path = unusableNode("dev/infiniband/rdma_cm", at: root) {
            throw ProbeFailure(.device, .deviceNode(path: path), device: name)
        }
        let nodes = candidates.map { unusableDeviceNode($0.name, at: root) }
        if let path = nodes.compactMap({ $0 }).first, !nodes.contains(nil) {
            throw ProbeFailure(.device, .deviceNode(path: path), device: candidates[0].name)
        }
        let ports = candidates.flatMap { device in device.ports.map { (device: device.name, port: $0) } }
        if let first = ports.first, ports.allSatisfy({ $0.port.isActive == false }) {
            let state = root.text(of: "sys/class/infiniband/\(first.device)/ports/\(first.port.number)/state")
            throw ProbeFailure(.device, .portNotActive(state: state ?? "unknown"), device: first.device)
        }
    }

    static func unusableDeviceNode(_ device: String, at root: HostRoot) -> String? {
        let nodes = root.names(in: "sys/class/infiniband_verbs") ?? []
        guard let node = nodes.first(where: { root.text(of: "sys/class/infiniband_verbs/\($0)/ibdev") == device })
        else {
            return nil
        }
        return unusableNode("dev/infiniband/\(node)", at: root)
    }

    private static func unusableNode(_ relative: String, at root: HostRoot) -> String? {
        let path = root.absolute(relative)
        return unsafe access(path, R_OK | W_OK) == 0 ? nil : path
    }
}
