#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import Testing
import Verbs

extension OnDevice {
    /// Coming together and apart.
    @Suite struct Connections {
        @Test func `an id that is bound to an address knows its device`() throws {
            let channel = try EventChannel()
            let id = try CommunicationID(on: channel)
            #expect(id.deviceName == nil && id.isIWARP == nil && id.sourceGID == nil)
            try id.bind(to: LabDevice.address())
            #expect(id.deviceName == LabDevice.name)
            #expect(id.isIWARP == LabDevice.isIWARP)
            #expect(id.sourcePort != 0)
            #expect(try Array(id.localAddressBytes.prefix(8).dropFirst(4)) == Array(LabDevice.address()[4..<8]))
            let port = try id.queryPort()
            #expect(port.state == 4 && port.isEthernet && [1024, 2048, 4096].contains(port.activeMTUBytes))
            #expect(try !id.gidEntries().isEmpty)
            #expect(try id.gidEntries().allSatisfy { $0.port == 1 && $0.value.count == 16 })
            #expect(try DeviceList.names().contains(LabDevice.name ?? ""))
            try DeviceList.tryOpen(LabDevice.name ?? "")
        }

        @Test func `an id that is bound to no device gives no objects`() throws {
            let channel = try EventChannel()
            let id = try CommunicationID(on: channel)
            for error in [
                #expect(throws: VerbsError.self, performing: { _ = try ProtectionDomain(onDeviceOf: id) }),
                #expect(throws: VerbsError.self, performing: { _ = try CompletionQueue(onDeviceOf: id, depth: 1) }),
                #expect(throws: VerbsError.self, performing: { try id.queryPort() }),
                #expect(throws: VerbsError.self, performing: { try id.gidEntries() }),
            ] { #expect(error?.code == ENODEV) }
        }

        @Test func `an id has one queue pair`() throws {
            let channel = try EventChannel()
            let id = try CommunicationID(on: channel)
            try id.bind(to: LabDevice.address())
            let domain = try ProtectionDomain(onDeviceOf: id)
            let completions = try CompletionQueue(onDeviceOf: id, depth: 8)
            let first = try QueuePair(
                for: id, in: domain, completions: completions, sendDepth: 1, receiveDepth: 1, inlineBytes: 0)
            let error = #expect(throws: VerbsError.self) {
                _ = try QueuePair(
                    for: id, in: domain, completions: completions, sendDepth: 1, receiveDepth: 1, inlineBytes: 0)
            }
            #expect(error?.call == "rdma_create_qp" && error?.code == EINVAL)
            try first.close()
            _ = try QueuePair(
                for: id, in: domain, completions: completions, sendDepth: 1, receiveDepth: 1, inlineBytes: 0)
        }

        @Test(arguments: [0, 1, 2, 4, 8, 15])
        func `bytes that are no socket address are refused, not read past their end`(count: Int) throws {
            let channel = try EventChannel()
            let id = try CommunicationID(on: channel)
            let good = try LabDevice.address()
            let short = Array(good.prefix(count))
            let bind = #expect(throws: VerbsError.self) { try id.bind(to: short) }
            #expect(bind?.call == "rdma_bind_addr" && bind?.code == EINVAL)
            let resolve = #expect(throws: VerbsError.self) {
                try id.resolveAddress(from: good, to: short, milliseconds: 100)
            }
            #expect(resolve?.call == "rdma_resolve_addr" && resolve?.code == EINVAL)
            if count > 0 {
                #expect(throws: VerbsError.self) { try id.resolveAddress(from: short, to: good, milliseconds: 100) }
            }
        }

        @Test func `an address of another family, or one that is too short for its family, is refused`() throws {
            let channel = try EventChannel()
            let id = try CommunicationID(on: channel)
            for family in [AF_UNSPEC, AF_UNIX, AF_INET6, 0xFFFF as CInt] {
                var bytes = try LabDevice.address()
                bytes.withUnsafeMutableBytes { $0.storeBytes(of: sa_family_t(family), as: sa_family_t.self) }
                let error = #expect(throws: VerbsError.self) { try id.bind(to: bytes) }
                #expect([EINVAL, EAFNOSUPPORT].contains(error?.code), "\(family): \(error?.description ?? "")")
            }
        }

        @Test func `a taken port is EADDRINUSE`() throws {
            let listener = try Listener()
            let channel = try EventChannel()
            let id = try CommunicationID(on: channel)
            let error = #expect(throws: VerbsError.self) {
                try id.bind(to: listener.address())
                try id.listen(backlog: 1)
            }
            #expect(error?.code == EADDRINUSE)
        }

        @Test func `an address without an RDMA device is ENODEV`() throws {
            let channel = try EventChannel()
            let id = try CommunicationID(on: channel)
            var loopback = try LabDevice.address()
            loopback.replaceSubrange(4..<8, with: [127, 0, 0, 1])
            // The wildcard of 127/8 binds to no device; resolving is where it shows.
            do {
                try id.bind(to: loopback)
                #expect(id.deviceName == nil)
            } catch {
                #expect(error.code == ENODEV)
            }
        }

        // MARK: Private data

        @Test func `private data goes with the request and with the acceptance`() throws {
            let listener = try Listener()
            let client = try ConnectionEnd.resolved(to: listener.address())
            let asked = (0..<56).map(UInt8.init)
            let answered = (0..<196).map { UInt8($0) ^ 0xFF }
            try client.connect(privateData: asked)
            let request = try listener.awaitRequest()
            #expect(request.privateData.starts(with: asked))
            #expect(request.responderResources == 1 && request.initiatorDepth == 1)
            let server = try ConnectionEnd.accepting(request)
            try server.accept(privateData: answered)
            let established = try client.awaitEvent(.established)
            #expect(established.privateData.starts(with: answered))
            #expect(try client.isSubject(of: established) && !server.isSubject(of: established))
            _ = try server.awaitEvent(.established)
        }

        @Test(arguments: [256, 300, 100_000])
        func `private data that no connection carries is refused, not cut`(count: Int) throws {
            let listener = try Listener()
            let client = try ConnectionEnd.resolved(to: listener.address())
            let error = #expect(throws: VerbsError.self) {
                try client.connect(privateData: [UInt8](repeating: 1, count: count))
            }
            #expect(error?.call == "rdma_connect" && error?.code == EINVAL)
        }

        // MARK: No

        @Test func `a refused request ends in REJECTED with the reason of the transport and the words of the refuser`()
            throws
        {
            let listener = try Listener()
            let client = try ConnectionEnd.resolved(to: listener.address())
            try client.connect()
            let request = try listener.awaitRequest()
            guard let newcomer = CommunicationID(newcomerOf: request) else { throw Missed(description: "no newcomer") }
            let error = #expect(throws: VerbsError.self) {
                try newcomer.reject(privateData: [UInt8](repeating: 1, count: 256))
            }
            #expect(error?.call == "rdma_reject" && error?.code == EINVAL)
            try newcomer.reject(privateData: Array("no".utf8))
            let rejected = try client.awaitEvent(.rejected)
            // 28 is the consumer's refusal; iWARP tells an errno, siw this one.
            #expect(rejected.status == (LabDevice.isIWARP ? -ECONNRESET : 28))
            #expect(rejected.name == "RDMA_CM_EVENT_REJECTED")
            #expect(rejected.privateData.starts(with: Array("no".utf8)))
        }

        @Test func `a port without a listener is refused`() throws {
            let port: UInt16
            do { port = try Listener().port }
            let client = try ConnectionEnd.resolved(to: LabDevice.address(port: port))
            if LabDevice.isIWARP {
                // Software iWARP connects TCP within the call.
                let error = #expect(throws: VerbsError.self) { try client.connect() }
                #expect(error?.code == ECONNREFUSED)
            } else {
                try client.connect()
                // 8 is "invalid service ID".
                #expect(try client.awaitEvent(.rejected).status == 8)
            }
        }

        @Test func `the peer's end is told`() throws {
            let connection = try Loopback(through: Listener())
            connection.server.drop(.pair)
            connection.server.drop(.id)
            for part in ConnectionEnd.Part.allCases { connection.server.drop(part) }
            let event = try connection.client.awaitEvent(.disconnected)
            #expect(try connection.client.isSubject(of: event))
        }

        @Test func `a timeout for acknowledgements can be set, also where the transport has none`() throws {
            let channel = try EventChannel()
            let id = try CommunicationID(on: channel)
            try id.bind(to: LabDevice.address())
            for exponent in [0, 14, 31] as [UInt8] { try id.setAcknowledgementTimeout(exponent: exponent) }
        }
    }
}
