import Fuzzing
@testable import HostTopology

/// Bytes as the kernel's RDMA netlink sends them: cut into messages, each message into attributes, and taken for the
/// answer to each question.
///
/// Must hold: no message and no attribute is longer than what was there; an error says something.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Input(start, count).rest
    do throws(NetlinkError) {
        let messages = try NetlinkMessage.messages(in: bytes)
        let size = messages.reduce(0) { $0 + $1.payload.count + 16 }
        require(size <= bytes.count, "\(size) bytes in messages of \(bytes.count)")
        for message in messages { walk(try message.attributes(), within: message.payload.count, depth: 0) }
    } catch {
        require(!"\(error)".isEmpty, "an error without words")
    }
    _ = NetlinkSocket.isLast(bytes)
    _ = try? RDMANetlink.devices(in: bytes)
    _ = try? RDMANetlink.ports(in: bytes)
    _ = try? RDMANetlink.objectCounts(in: bytes)
    _ = try? RDMANetlink.statistics(in: bytes)
    return 0
}

/// The kinds of attributes that are read anywhere.
private let kinds: [UInt16] = [1, 2, 3, 5, 12, 13, 14, 15, 16, 17, 18, 50, 51, 66, 67, 69, 70, 73, 80, 81, 82, 83]

/// Looks at each of them as each of the types that there are, and down where it nests.
private func walk(_ attributes: NetlinkAttributes, within limit: Int, depth: Int) {
    require(depth <= NetlinkAttributes.depthLimit, "attributes nest \(depth) deep")
    for type in kinds {
        guard let bytes = attributes.bytes(type) else { continue }
        require(bytes.count + 4 <= limit, "an attribute of \(bytes.count) bytes in \(limit)")
        _ = try? attributes.uint8(type)
        _ = try? attributes.uint32(type)
        _ = try? attributes.uint64(type)
        if let text = try? attributes.text(type) {
            require(text.utf8.count < bytes.count, "a text of \(text.utf8.count) bytes in \(bytes.count)")
        }
        for inner in (try? attributes.all(type)) ?? [] { walk(inner, within: limit - 4, depth: depth + 1) }
    }
}
