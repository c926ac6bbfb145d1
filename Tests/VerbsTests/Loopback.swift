import Testing
import Verbs

/// A listener on the device's address.
final class Listener {
    private let channel: EventChannel
    private let id: CommunicationID

    init() throws {
        let channel = try EventChannel()
        id = try CommunicationID(on: channel)
        self.channel = channel
        try id.bind(to: LabDevice.address())
        try id.listen(backlog: 16)
    }

    var port: UInt16 { id.sourcePort }
    func address() throws -> [UInt8] { try LabDevice.address(port: port) }
    func awaitRequest() throws -> ConnectionEvent { try channel.awaitEvent(.connectRequest) }
}

/// A connection from this process to itself through the device.
///
/// Both ends share a thread and maybe a processor, so everything waits for events; the client speaks first, as iWARP
/// demands.
struct Loopback {
    let client: ConnectionEnd
    let server: ConnectionEnd

    init(
        through listener: Listener, clientAccess: MemoryAccess = ConnectionEnd.everyAccess,
        serverAccess: MemoryAccess = ConnectionEnd.everyAccess, inlineBytes: UInt32 = 0, rnrRetryCount: UInt8 = 6
    ) throws {
        client = try .resolved(to: listener.address(), access: clientAccess, inlineBytes: inlineBytes)
        try client.connect(rnrRetryCount: rnrRetryCount)
        server = try .accepting(listener.awaitRequest(), access: serverAccess, inlineBytes: inlineBytes)
        try server.accept()
        _ = try client.awaitEvent(.established)
        _ = try server.awaitEvent(.established)
    }

    /// How a request of the client ended, and the read of a byte after it. The read is there because iWARP acknowledges
    /// neither writes nor sends: what the far end refuses shows at what comes next.
    func clientOutcome(provenBy byte: RemoteSlice) throws -> WorkOutcome {
        do {
            try client.postRead(client.slice(offset: ConnectionEnd.registeredBytes - 1, count: 1), from: byte)
        } catch let error as VerbsError {
            return .failed(status: error.code)
        }
        let first = try client.awaitOutcome()
        return first == .done ? try client.awaitOutcome() : first
    }
}

/// How a work request ended.
enum WorkOutcome: Equatable {
    case done
    /// The completion said so: `IBV_WC_…`.
    case failed(status: CInt)
    /// No completion, but the end of the connection.
    case disconnected
}

/// `IBV_WC_…`, as far as the tests name them.
enum WorkStatus {
    static let localLengthError: CInt = 1
    static let localOperationError: CInt = 2
    static let localProtectionError: CInt = 4
    static let flushed: CInt = 5
    static let remoteInvalidRequest: CInt = 9
    static let remoteAccessError: CInt = 10
    static let remoteOperationError: CInt = 11
    static let retriesExceeded: CInt = 12
    static let receiverNotReadyRetriesExceeded: CInt = 13
}
