import TestSupport
import Testing
import Verbs

@Suite struct `Embedding Verbs` {
    @Test func `the first page shows the example that is compiled`() { assertSnippet(module: "Verbs") }

    @Test func `the example says what is missing, or offers memory`() throws {
        if LabDevice.name == nil {
            // No device has an address of the documentation's network (RFC 5737).
            let address: [UInt8] = [2, 0, 0, 0, 192, 0, 2, 1] + [UInt8](repeating: 0, count: 8)
            #expect(throws: VerbsError.self) { try Self.offer(at: address) }
        } else {
            #expect(try Self.offer(at: LabDevice.address()).address % 4096 == 0)
        }
    }

    private static func offer(at address: [UInt8]) throws -> RemoteSlice {
        // snippet
        let memory = try ScratchMemory(byteCount: 4096)
        memory.fill(0..<4096, with: 0xA5)
        let channel = try EventChannel()
        let id = try CommunicationID(on: channel)
        try id.bind(to: address)  // the bytes of a sockaddr_in
        let domain = try ProtectionDomain(onDeviceOf: id)
        let region = try MemoryRegion(memory, range: 0..<4096, in: domain, access: .remoteRead)
        let offer = region.remote  // what a peer needs to know: an address and a key
        // end of snippet
        return offer
    }
}
