import Fuzzing
import HostTopology
import RDMAModel
@testable import RDMAProbe
import Reports

/// A host as `--root` reads one: after a byte that chooses the family and whether a capture is taken, entries with `FF FE` between them. An entry is a path, a line
/// end and the file's bytes; a path that begins with `@` is a link to what follows.
///
/// Must hold: an inventory, an observed host and a list of counters can be written and are the same when they are read back; a capture is an
/// archive of whole blocks, and the tree that it holds gives the same inventory and counters, unless it says what it left
/// out.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = Input(start, count)
    let choice = input.byte()
    let tree = Tree.original
    tree.clear()
    for entry in entries(input.rest).prefix(256) {
        let parts = entry.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
        let path = String(decoding: parts[0], as: UTF8.self)
        let content = parts.count > 1 ? Array(parts[1]) : []
        if path.hasPrefix("@") {
            tree.link(String(path.dropFirst()), to: String(decoding: content, as: UTF8.self))
        } else {
            tree.write(content, to: path)
        }
    }
    let root = HostRoot(path: tree.path)
    let family: GIDChoice.Family? = [nil, .ipv4, .ipv6][Int(choice % 3)]
    let inventory = DeviceInventory.read(at: root, family: family)
    check(inventory, DeviceInventory.schema)
    let counters = CounterReader(at: root).readAll()
    var document = CounterDocument(tool: inventory.tool, hostName: inventory.host.name, captured: true)
    document.counters = CounterChange.between([], counters)
    document.explain(software: nil)
    check(document, CounterDocument.schema)
    check(ObservedHost.read(at: root), "observed/1")
    for device in inventory.devices ?? [] {
        _ = try? NodeLocality.of(device: device.name, netdev: device.ports.first?.netdev?.name, at: root)
    }
    if choice & 0x40 != 0 { capture(root, counters, scrubbing: choice & 0x80 != 0) }
    return 0
}

private func check(_ value: some Codable & Equatable, _ schema: String) {
    guard let text = try? JSONDocument.encode(value, schema: schema) else {
        return require(false, "a document of \(schema) cannot be written")
    }
    let again = try? JSONDocument.decode(type(of: value), from: Array(text.utf8), schema: schema)
    require(again == value, "a document of \(schema) is not what was written")
}

private func capture(_ root: HostRoot, _ counters: [CounterValue], scrubbing: Bool) {
    let capture = HostCapture.take(at: root, scrubbing: scrubbing)
    require(capture.archive.count.isMultiple(of: 512), "an archive of \(capture.archive.count) bytes")
    require(capture.archive.count <= TapeArchive.sizeLimit + 10_240, "an archive beyond its limit")
    guard !scrubbing, capture.account.leftOut.isEmpty, capture.account.unreadable.isEmpty else { return }
    let copy = Tree.copy
    copy.clear()
    copy.unpack(capture.archive)
    let copied = HostRoot(path: copy.path + "/" + HostCapture.folder)
    require(CounterReader(at: copied).readAll() == counters, "a copy has other counters")
    var own = DeviceInventory.read(at: root)
    var other = DeviceInventory.read(at: copied)
    // Where something was read is told by its path within the tree, which is the same; nothing else may differ.
    own.findings = []
    other.findings = []
    require(own == other, "a copy gives another inventory:\n\(own)\n\(other)")
}

/// What stands between two `FF FE`.
private func entries(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var entries: [ArraySlice<UInt8>] = []
    var begin = 0
    var index = 0
    while index + 1 < bytes.count {
        if bytes[index] == 0xff, bytes[index + 1] == 0xfe {
            entries.append(bytes[begin..<index])
            begin = index + 2
            index += 2
        } else {
            index += 1
        }
    }
    entries.append(bytes[begin...])
    return entries
}
