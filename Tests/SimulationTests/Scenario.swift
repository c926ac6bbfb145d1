import CVerbs
import ClusterCore
import RDMAModel
import TestSupport

@testable import RDMAProbe

/// A client and a server in a world of their own, with what goes wrong there.
struct Scenario {
    var seed: UInt64
    var plan: ProbePlan
    var isIWARP = false
    /// How the client waits. The server sleeps: between two looks at anything else one that polls asks 65 536 times,
    /// which is nothing to a processor and much to a simulation.
    var wait = CompletionWait.event
    var faults: [Fault] = []
    var planted: PlantedBug?
    /// A verbs call that fails, at the client or at the server.
    var clientInjection: Injection?
    var serverInjection: Injection?
    var isChopped = false
    /// A lie of one end to the other.
    var forgery: Forgery?
    /// Clients that run at the same time; the report of the second is the outcome's second report.
    var clients = 1
    var trafficClass: UInt8?
    /// An end whose device has no atomic operations.
    var withoutAtomics: Fault.End?

    init(seed: UInt64, plan: ProbePlan = Scenario.shortPlan()) {
        self.seed = seed
        self.plan = plan
    }

    /// The addresses of both hosts.
    static func address(_ number: UInt8) -> IPAddress {
        guard let address = IPAddress(bytes: [10, 9, 0, number]) else {
            preconditionFailure("four bytes are an address")
        }
        return address
    }

    /// As few samples as carry the median.
    static func shortPlan(
        _ operations: [Operation] = [.send, .write, .read], pattern: Pattern = .request, sizes: [UInt64] = [64]
    ) -> ProbePlan {
        ProbePlan(
            operations: operations, pattern: pattern, sizesBytes: sizes, count: 20,
            cellDurationNanoseconds: 5_000_000_000, warmup: 0, operationTimeoutNanoseconds: 5_000_000_000)
    }

    /// Judges the median, which twenty samples carry.
    static let profile = RuleProfile(
        name: "simulated", version: "1",
        rules: [
            "rdma.latency": RuleSettings(
                parameters: [
                    "percentile": .text("p50"), "sizes_up_to": .bytes(ByteCount(bytes: 65_536)),
                    "required_below": .duration(.milliseconds(1)),
                ], severity: .critical, mode: .enforce),
            "rdma.loss": RuleSettings(parameters: ["at_most": .count(0)], severity: .critical, mode: .enforce),
            "rdma.datagram_loss": RuleSettings(
                parameters: ["at_most": .fraction(.zero)], severity: .critical, mode: .enforce),
        ])
}

/// What goes wrong in a world.
enum Fault: Hashable, Sendable {
    /// No packet of RDMA passes from a moment on, for so long.
    case deadPath(from: UInt64, lasting: UInt64)
    case packetLoss(perThousand: UInt64)
    /// Every operation takes so much more.
    case slow(nanoseconds: UInt64)
    /// Nothing passes between the control connection's ends from a moment on.
    case silence(from: UInt64)
    /// The control connection is reset.
    case reset(at: UInt64)
    /// One direction of the control connection ends.
    case halfClosed(at: UInt64, byClient: Bool)
    /// A program ends without a word at its n-th call; its kernel cleans up, unless the host lost its power.
    case crash(End, atCall: Int, losesPower: Bool, restartsAfter: UInt64?)
    /// The user stops a program at its n-th call.
    case cancel(End, atCall: Int)
    /// The connection manager tells an end something at its n-th call.
    case event(End, kind: UInt32, status: Int32, atCall: Int)
    /// The adapter of an end tells something unasked at its n-th call, by its number in `enum ibv_event_type`.
    case asyncEvent(End, kind: UInt32, atCall: Int)
    /// Datagrams that arrive twice or late.
    case datagrams(DatagramTrouble)
    /// Strangers send datagrams to an end at its n-th call.
    case forgedDatagrams(End, atCall: Int)
    /// The connection manager refuses requests.
    case noListener
    case lostRequests
    case lostAcceptances
    /// The last step of the handshake comes late, so that messages overtake it.
    case lateEstablishment(nanoseconds: UInt64)
    /// A byte of a payload at an end is another one than was sent, from the n-th payload on that arrives there.
    case corruption(End, byte: Int, fromPayload: Int)
    /// The adapter of an end places one byte more than was sent, behind the payload, from the n-th payload on that arrives
    /// there.
    case overrun(End, fromPayload: Int)
    /// An operation of the client ends with a status.
    case completion(status: UInt32, operation: Int)

    enum End: Hashable, Sendable, CaseIterable { case client, server }
}

/// What came of a scenario.
struct Outcome: Sendable {
    var scenario: Scenario
    var report: ProbeReport?
    /// How long the client took, on the world's clock.
    var clientNanoseconds: UInt64 = 0
    /// The report of a client that was started again after a crash, or of the second of two.
    var secondReport: ProbeReport?
    var told: [ServerEvent] = []
    /// What each end still held when all had ended.
    var held: [String] = []
    var violations: [String] = []
    var stuck: String?
    var trace: UInt64 = 0
    var record = Record()
    var client: ObjectIdentifier?
    var reached: [Fault.End: [CallSite: Int]] = [:]
    var calls: [Fault.End: Int] = [:]
    var wasInjected = false
    var serverError: String?
}
