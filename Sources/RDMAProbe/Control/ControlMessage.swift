import FoundationEssentials
import RDMAModel

/// What the two ends say to each other on the control connection.
///
/// The client speaks first and the server answers; only `failed` comes unasked.
///
/// | client | server |
/// |---|---|
/// | `hello` | `welcome`, or `refusal` and the end |
/// | | `connected` once the RDMA connection stands and the first message was answered |
/// | `begin`, the operations, `end` | `ready`, `done` |
/// | `addQueuePair`, as often as the plan says | `queuePair`, then the connection and its first message |
/// | `flow`, the messages, `flowEnd` | `ready`, the messages both ways, `flowDone` |
/// | `verify`, before a message to be compared and after it | `verified` |
/// | `addDatagrams`, where the plan has datagrams | `datagramPort` |
/// | `datagrams`, the messages, `datagramsEnd` | `ready`, an answer to each, `datagramsDone` |
/// | `ping` | `pong` |
/// | `finish` | `account` and the end |
enum ControlMessage: Sendable, Hashable {
    case hello(Hello)
    case welcome(Welcome)
    case refusal(RefusalNotice)
    case connected(Connected)
    case begin(Begin)
    case ready
    case end
    case done
    case failed(Failed)
    case ping
    case pong
    case finish
    case account(EndAccount)
    case addQueuePair
    case queuePair(FlowQueuePair)
    case flow(Flow)
    case flowEnd(FlowEndNotice)
    case flowDone(FlowDone)
    case verify(Verify)
    case verified(Verified)
    case addDatagrams(DatagramPort)
    case datagramPort(DatagramPort)
    case datagrams(Datagrams)
    case datagramsEnd
    case datagramsDone(DatagramsDone)

    /// What the client wants.
    struct Hello: Sendable, Hashable, Codable {
        var toolVersion: String
        var plan: ProbePlan
        /// The address from which the RDMA connection will come.
        var rdmaSource: String
    }

    /// What the server grants.
    struct Welcome: Sendable, Hashable, Codable {
        /// The port of the RDMA listener; its address is the one that the control connection reached.
        var rdmaPort: UInt16
        /// 16 bytes, in hexadecimal, to show in the connection request; good once and for a short time.
        var token: String
        var account: EndAccount
        /// What the server can do beside the latency of send, write and read; versions before there was anything say
        /// nothing. See ``Feature``.
        var features: [String]?
    }

    /// Why the server declines.
    struct RefusalNotice: Sendable, Hashable, Codable {
        enum Reason: String, Sendable, Hashable, Codable {
            case busy, notAllowed, version, cannotPrepare, plan, unsupported, other
        }
        var reason: Reason
        /// One line for a person.
        var words: String
        /// The limit or the version that the reason is about.
        var number: UInt64?
        /// The client's address as the server sees it, where the reason is about it.
        var address: String?
    }

    /// What the client needs for its operations, told once the connection stands.
    struct Connected: Sendable, Hashable, Codable {
        /// From the connection request until it was established, as the server saw it.
        var acceptNanoseconds: UInt64
        /// Memory to write to; `nil` where the plan has no writes.
        var write: Window?
        /// Memory to read from; `nil` where the plan has no reads.
        var read: Window?
        /// Eight bytes to compare and swap; `nil` where the plan has no such operation.
        var atomic: Window?
    }

    /// Memory that the far end may reach.
    struct Window: Sendable, Hashable, Codable {
        var address: UInt64
        var key: UInt32
        var byteCount: UInt64
    }

    /// The next cell.
    struct Begin: Sendable, Hashable, Codable {
        var cell: ProbePlan.Cell
        /// Memory of the client to write the echo to, for a write that is echoed.
        var echo: Window?
    }

    /// What broke on the server's side of the RDMA connection.
    struct Failed: Sendable, Hashable, Codable {
        var step: ProbeFailure.Step
        /// One line for a person.
        var words: String
        var account: EndAccount
    }
}

// MARK: Frames

extension ControlMessage {
    var kind: UInt16 {
        switch self {
        case .hello: 1
        case .welcome: 2
        case .refusal: 3
        case .connected: 4
        case .begin: 5
        case .ready: 6
        case .end: 7
        case .done: 8
        case .failed: 9
        case .ping: 10
        case .pong: 11
        case .finish: 12
        case .account: 13
        case .addQueuePair: 16
        case .queuePair: 17
        case .flow: 18
        case .flowEnd: 19
        case .flowDone: 20
        case .verify: 21
        case .verified: 22
        case .addDatagrams: 30
        case .datagramPort: 31
        case .datagrams: 32
        case .datagramsEnd: 33
        case .datagramsDone: 34
        }
    }

    /// The message as a frame.
    func frame() throws -> ControlFrame {
        func encode(_ value: some Encodable) throws -> [UInt8] { [UInt8](try JSONEncoder().encode(value)) }
        let payload: [UInt8] =
            switch self {
            case .hello(let value): try encode(value)
            case .welcome(let value): try encode(value)
            case .refusal(let value): try encode(value)
            case .connected(let value): try encode(value)
            case .begin(let value): try encode(value)
            case .failed(let value): try encode(value)
            case .account(let value): try encode(value)
            case .queuePair(let value): try encode(value)
            case .flow(let value): try encode(value)
            case .flowEnd(let value): try encode(value)
            case .flowDone(let value): try encode(value)
            case .verify(let value): try encode(value)
            case .verified(let value): try encode(value)
            case .addDatagrams(let value), .datagramPort(let value): try encode(value)
            case .datagrams(let value): try encode(value)
            case .datagramsDone(let value): try encode(value)
            case .ready, .end, .done, .ping, .pong, .finish, .addQueuePair, .datagramsEnd: []
            }
        guard payload.count <= ControlFrame.payloadLimit else {
            throw ControlFrameError.tooLong(UInt32(clamping: payload.count))
        }
        return ControlFrame(kind: kind, payload: payload)
    }

    /// Reads a frame.
    /// - Throws: `UnreadableMessage` for a kind or a payload that this version does not know.
    init(_ frame: ControlFrame) throws(UnreadableMessage) {
        func decode<Value: Decodable>(_ type: Value.Type) throws(UnreadableMessage) -> Value {
            guard JSONShape.isShallow(frame.payload) else { throw UnreadableMessage(kind: frame.kind) }
            do { return try JSONDecoder().decode(type, from: Data(frame.payload)) } catch {
                throw UnreadableMessage(kind: frame.kind)
            }
        }
        switch frame.kind {
        case 1: self = .hello(try decode(Hello.self))
        case 2: self = .welcome(try decode(Welcome.self))
        case 3: self = .refusal(try decode(RefusalNotice.self))
        case 4: self = .connected(try decode(Connected.self))
        case 5: self = .begin(try decode(Begin.self))
        case 6: self = .ready
        case 7: self = .end
        case 8: self = .done
        case 9: self = .failed(try decode(Failed.self))
        case 10: self = .ping
        case 11: self = .pong
        case 12: self = .finish
        case 13: self = .account(try decode(EndAccount.self))
        case 16: self = .addQueuePair
        case 17: self = .queuePair(try decode(FlowQueuePair.self))
        case 18: self = .flow(try decode(Flow.self))
        case 19: self = .flowEnd(try decode(FlowEndNotice.self))
        case 20: self = .flowDone(try decode(FlowDone.self))
        case 21: self = .verify(try decode(Verify.self))
        case 22: self = .verified(try decode(Verified.self))
        case 30: self = .addDatagrams(try decode(DatagramPort.self))
        case 31: self = .datagramPort(try decode(DatagramPort.self))
        case 32: self = .datagrams(try decode(Datagrams.self))
        case 33: self = .datagramsEnd
        case 34: self = .datagramsDone(try decode(DatagramsDone.self))
        default: throw UnreadableMessage(kind: frame.kind)
        }
    }

    /// The message's name in a sentence.
    var name: String {
        switch self {
        case .hello: "hello"
        case .welcome: "welcome"
        case .refusal: "refusal"
        case .connected: "connected"
        case .begin: "begin"
        case .ready: "ready"
        case .end: "end"
        case .done: "done"
        case .failed: "failed"
        case .ping: "ping"
        case .pong: "pong"
        case .finish: "finish"
        case .account: "account"
        case .addQueuePair: "addQueuePair"
        case .queuePair: "queuePair"
        case .flow: "flow"
        case .flowEnd: "flowEnd"
        case .flowDone: "flowDone"
        case .verify: "verify"
        case .verified: "verified"
        case .addDatagrams: "addDatagrams"
        case .datagramPort: "datagramPort"
        case .datagrams: "datagrams"
        case .datagramsEnd: "datagramsEnd"
        case .datagramsDone: "datagramsDone"
        }
    }
}

/// A frame whose kind or payload is not understood.
struct UnreadableMessage: Error, Sendable, Hashable {
    let kind: UInt16
}

/// How deep a JSON text nests, looked at before a parser that recurses sees it.
enum JSONShape {
    /// No message of the protocol nests deeper.
    static let depthLimit = 16

    static func isShallow(_ bytes: [UInt8]) -> Bool {
        var depth = 0
        var inString = false
        var escaped = false
        for byte in bytes {
            if inString {
                if escaped {
                    escaped = false
                } else if byte == UInt8(ascii: "\\") {
                    escaped = true
                } else if byte == UInt8(ascii: "\"") {
                    inString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): inString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                if depth > depthLimit { return false }
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
        }
        return true
    }
}
