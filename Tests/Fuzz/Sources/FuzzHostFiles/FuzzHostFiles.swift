#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import Fuzzing
@testable import HostTopology

/// Files of a host: the input, cut at zero bytes, is what stands in them, one piece a file.
///
/// Must hold: what could not be read is unknown, and no figure is one that a file cannot mean.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Input(start, count)
    let pieces = input.pieces
    for (index, name) in files.enumerated() {
        write(index < pieces.count ? pieces[index] : nil, to: tree + "/" + name)
    }
    let root = HostRoot(path: tree)
    for device in RDMADevice.all(at: root) ?? [] {
        require((device.numaNode ?? 0) >= 0, "a NUMA node of \(device.numaNode ?? 0)")
        for port in device.ports {
            for gid in port.gids {
                require(gid.value.count == 16, "a GID of \(gid.value.count) bytes")
                _ = device.wire(port: port.number, gid: gid.value)
            }
            _ = device.wire(port: port.number, gid: nil)
        }
    }
    _ = RDMADevice.interface(ofPort: 1, of: "mlx5_0", at: root)
    if let statistics = try? EthtoolReader(at: root).statistics(of: "eth0") {
        require((try? EthtoolStatistics(text: statistics.text)) == statistics, "statistics that do not read back")
    }
    // What the kernel hands out for the same, taken apart as it comes.
    let block = input.rest
    if let names = try? EthtoolStatistics.names(in: block) {
        require(12 + names.count * 32 <= block.count, "\(names.count) names of \(block.count) bytes")
    }
    if let values = try? EthtoolStatistics.values(in: block) {
        require(8 + values.count * 8 <= block.count, "\(values.count) values of \(block.count) bytes")
    }
    _ = try? EthtoolStatistics.count(in: block)
    let text = String(decoding: block, as: UTF8.self)
    for set in [NumberSet(list: text), NumberSet(mask: text), NumberSet(hwlocMask: text)].compactMap(\.self) {
        require(NumberSet(list: set.listText) == set, "a list that reads back as another set")
        require(NumberSet(mask: set.maskText) == set, "a mask that reads back as another set")
        require((set.last ?? 0) < NumberSet.limit, "a number of \(set.last ?? 0)")
    }
    _ = Host.lockedMemoryLimit(at: root)
    require((Host.usableProcessors(at: root) ?? 1) > 0, "no processor to run on")
    return 0
}

private let device = "sys/class/infiniband/mlx5_0"
private let port = device + "/ports/1"
private let files = [
    "proc/self/limits", "proc/self/status", device + "/node_type", device + "/fw_ver", device + "/device/numa_node",
    port + "/state", port + "/link_layer", port + "/gids/0", port + "/gid_attrs/types/0", port + "/gid_attrs/ndevs/0",
    EthtoolReader.captureFolder + "/eth0",
]

/// A tree in memory where there is one, made once.
private let tree: String = {
    let path = (access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp") + "/fuzz-host-\(getpid())"
    for file in files {
        var folder = path
        mkdir(folder, 0o700)
        for part in file.split(separator: "/").dropLast() {
            folder += "/" + part
            mkdir(folder, 0o700)
        }
    }
    atexit { removeTree() }
    return path
}()

private func removeTree() {
    var folders: Set<String> = [tree]
    for file in files {
        unlink(tree + "/" + file)
        var parts = file.split(separator: "/").dropLast()
        while !parts.isEmpty {
            folders.insert(tree + "/" + parts.joined(separator: "/"))
            parts = parts.dropLast()
        }
    }
    for folder in folders.sorted(by: { $0.utf8.count > $1.utf8.count }) { rmdir(folder) }
}

private func write(_ bytes: [UInt8]?, to path: String) {
    guard let bytes else {
        unlink(path)
        return
    }
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    require(descriptor >= 0, "cannot write \(path)")
    _ = Glibc.write(descriptor, bytes, bytes.count)
    close(descriptor)
}
