import FoundationEssentials
import RDMAModel
import TestSupport
import Testing

@testable import RDMAProbe

/// What the two ends say to each other: bytes that a later version must still read, and what is refused.
@Suite struct `Control messages` {
    static let account = EndAccount(
        name: "node2", kernel: "6.1.0-18-amd64",
        device: DeviceAccount(
            name: "mlx5_0", port: 1, transport: .roceV2, software: false, netdev: "ens1", firmware: "16.35.2000",
            activeMTUBytes: 4096, netdevMTUBytes: 9000, gid: "::ffff:10.0.0.2"),
        address: "10.0.0.2", memlockLimitBytes: 8_388_608, events: ["RDMA_CM_EVENT_ESTABLISHED"],
        registeredBytes: 1_048_640)

    static let all: [ControlMessage] = [
        .hello(.init(toolVersion: "0.1.0", plan: ProbePlan(), rdmaSource: "10.0.0.1")),
        .hello(
            .init(
                toolVersion: "", plan: ProbePlan(operations: [], sizesBytes: [], cellDurationNanoseconds: nil),
                rdmaSource: "")),
        .hello(
            .init(
                toolVersion: "9.9",
                plan: ProbePlan(
                    operations: [.read], pattern: .echo, sizesBytes: [0, .max], count: .max,
                    cellDurationNanoseconds: .max,
                    warmup: .max, operationTimeoutNanoseconds: .max), rdmaSource: "fe80::1 \"\\\u{1F4A5}\n")),
        .welcome(.init(rdmaPort: 18_551, token: SessionToken().hexadecimal, account: account)),
        .welcome(.init(rdmaPort: .max, token: "", account: EndAccount(name: ""))),
        .refusal(.init(reason: .busy, words: "busy: the limit of 16 sessions is reached", number: 16)),
        .refusal(.init(reason: .other, words: "", number: nil)),
        .refusal(.init(reason: .version, words: "v", number: .max)),
        .connected(
            .init(
                acceptNanoseconds: .max, write: .init(address: .max, key: .max, byteCount: .max),
                read: .init(address: 0, key: 0, byteCount: 0))),
        .connected(.init(acceptNanoseconds: 0, write: nil, read: nil)),
        .begin(
            .init(
                cell: .init(operation: .write, pattern: .echo, sizeBytes: 4096),
                echo: .init(address: 1, key: 2, byteCount: 3))),
        .begin(.init(cell: .init(operation: .send, pattern: .request, sizeBytes: .max), echo: nil)),
        .ready, .end, .done, .ping, .pong, .finish,
        .failed(.init(step: .firstMessage, words: "a completion with IBV_WC_RETRY_EXC_ERR (12)", account: account)),
        .account(account), .account(EndAccount(name: "n")),
        .hello(
            .init(
                toolVersion: "0.2.0",
                plan: ProbePlan(
                    load: LoadPlan(sizeBytes: .max, queuePairs: 32),
                    bandwidth: BandwidthPlan(
                        operations: Operation.allCases, directions: FlowDirection.allCases, sizesBytes: [1, .max],
                        queuePairs: .max, durationNanoseconds: .max)), rdmaSource: "10.0.0.1")),
        .welcome(.init(rdmaPort: 1, token: "", account: account, features: Feature.allCases.map(\.rawValue))),
        .begin(.init(cell: .init(operation: .read, pattern: .request, sizeBytes: 1, load: .writeFlow), echo: nil)),
        .addQueuePair,
        .queuePair(
            .init(
                token: SessionToken().hexadecimal, read: .init(address: 1, key: 2, byteCount: 3),
                write: .init(address: .max, key: .max, byteCount: .max))),
        .flow(
            .init(
                cell: .init(operation: .send, direction: .bothWays, sizeBytes: .max), queuePairs: 2,
                shape: FlowShape(window: .max, group: .min), postingNanoseconds: .max,
                read: [.init(address: 1, key: 2, byteCount: 3)], write: [])),
        .flowEnd(.init(messages: .max)),
        .flowDone(
            .init(
                messages: 7,
                sent: FlowFigures(
                    bytes: .max, messages: .max, durationNanoseconds: .max, lowestSecondBytes: .max,
                    longestStallNanoseconds: .max), received: nil, processorShare: 0.5)),
        .flowDone(.init(messages: 0, sent: nil, received: nil, processorShare: nil)),
        .verify(.init(operation: .send, sizeBytes: .max, seed: .max, number: .max, isArrived: true)),
        .addDatagrams(
            .init(
                queuePair: .max, key: .max, gid: [UInt8](repeating: 255, count: 16), lid: .max, mark: .max)),
        .datagramPort(.init(queuePair: 0, key: 0, gid: [], lid: 0, mark: 0)),
        .datagrams(.init(sizeBytes: .max, first: .max)), .datagramsEnd, .datagramsDone(.init(arrivals: Arrivals())),
        .verified(.init(difference: nil)), .verified(.init(difference: "1 of 64 bytes are wrong")),
    ]

    @Test(arguments: all) func `every message reads back from its frame`(message: ControlMessage) throws {
        let frame = try message.frame()
        let (frames, _) = try `Control frames`.decode(frame.encoded()) { _ in 100 }
        #expect(try frames.map { try ControlMessage($0) } == [message])
    }

    @Test func `every refusal reason, step and operation has a word of its own on the wire`() throws {
        for reason in [
            ControlMessage.RefusalNotice.Reason.busy, .notAllowed, .version, .cannotPrepare, .plan, .unsupported,
            .other,
        ] {
            let message = ControlMessage.refusal(.init(reason: reason, words: "w", number: nil))
            #expect(try ControlMessage(message.frame()) == message)
        }
        for step in ProbeFailure.Step.allCases {
            let message = ControlMessage.failed(.init(step: step, words: "w", account: Self.account))
            #expect(try ControlMessage(message.frame()) == message)
        }
        for operation in Operation.allCases {
            for pattern in Pattern.allCases {
                let message = ControlMessage.begin(
                    .init(cell: .init(operation: operation, pattern: pattern, sizeBytes: 1), echo: nil))
                #expect(try ControlMessage(message.frame()) == message)
            }
        }
    }

    @Test func `the kinds have the numbers that the protocol gives them`() throws {
        var kinds: [String: UInt16] = [:]
        for message in Self.all { kinds[message.name] = try message.frame().kind }
        #expect(
            kinds == [
                "hello": 1, "welcome": 2, "refusal": 3, "connected": 4, "begin": 5, "ready": 6, "end": 7, "done": 8,
                "failed": 9,
                "ping": 10, "pong": 11, "finish": 12, "account": 13,
                "addQueuePair": 16, "queuePair": 17, "flow": 18, "flowEnd": 19, "flowDone": 20,
                "verify": 21, "verified": 22,
                "addDatagrams": 30, "datagramPort": 31, "datagrams": 32, "datagramsEnd": 33, "datagramsDone": 34,
            ])
    }

    /// Bytes of version 1 as they were first written: whatever changes here makes another version.
    static let golden: [(kind: UInt16, json: String, message: ControlMessage)] = [
        (
            1,
            #"{"toolVersion":"0.1.0","rdmaSource":"10.0.0.1","plan":{"operations":["send","read"],"pattern":"request","sizes_bytes":[64,4096],"#
                + #""count":10,"cell_duration_ns":null,"warmup":1,"operation_timeout_ns":5000000000}}"#,
            .hello(
                .init(
                    toolVersion: "0.1.0",
                    plan: ProbePlan(
                        operations: [.send, .read], sizesBytes: [64, 4096], count: 10, cellDurationNanoseconds: nil,
                        warmup: 1,
                        operationTimeoutNanoseconds: 5_000_000_000), rdmaSource: "10.0.0.1"))
        ),
        (
            2,
            #"{"rdmaPort":18551,"token":"00112233445566778899aabbccddeeff","account":{"name":"b","kernel":null,"device":null,"#
                + #""address":"10.0.0.2","memlock_limit_bytes":8388608,"events":[],"registered_bytes":4096}}"#,
            .welcome(
                .init(
                    rdmaPort: 18_551, token: "00112233445566778899aabbccddeeff",
                    account: EndAccount(
                        name: "b", address: "10.0.0.2", memlockLimitBytes: 8_388_608, registeredBytes: 4096)))
        ),
        (3, #"{"reason":"busy","words":"w","number":16}"#, .refusal(.init(reason: .busy, words: "w", number: 16))),
        (
            4, #"{"acceptNanoseconds":7,"write":{"address":4096,"key":257,"byteCount":64}}"#,
            .connected(.init(acceptNanoseconds: 7, write: .init(address: 4096, key: 257, byteCount: 64), read: nil))
        ),
        (
            5,
            #"{"cell":{"operation":"write","pattern":"echo","size_bytes":64},"echo":{"address":1,"key":2,"byteCount":64}}"#,
            .begin(
                .init(
                    cell: .init(operation: .write, pattern: .echo, sizeBytes: 64),
                    echo: .init(address: 1, key: 2, byteCount: 64)))
        ),
        (
            9, #"{"step":"first_message","words":"w","account":{"name":"b","events":["E"]}}"#,
            .failed(.init(step: .firstMessage, words: "w", account: EndAccount(name: "b", events: ["E"])))
        ),
    ]

    private func read(_ kind: UInt16, _ text: String) throws -> ControlMessage {
        try ControlMessage(ControlFrame(kind: kind, payload: Array(text.utf8)))
    }

    @Test(arguments: golden.indices)
    func `messages as version 1 wrote them are read, and written with the same keys`(index: Int) throws {
        let (kind, json, message) = Self.golden[index]
        #expect(try read(kind, json) == message)
        let written = try JSONDecoder().decode([String: Anything].self, from: Data(message.frame().payload))
        let given = try JSONDecoder().decode([String: Anything].self, from: Data(json.utf8))
        #expect(written.keys.sorted() == given.keys.sorted())
    }

    @Test(arguments: golden.indices)
    func `keys that this version does not know are passed over`(index: Int) throws {
        let (kind, json, message) = Self.golden[index]
        #expect(try read(kind, json.replacing("{", with: #"{"later":[1,{"x":null}],"#)) == message)
    }

    /// The keys without which a message means nothing.
    @Test(
        arguments: [
            (
                1,
                [
                    "toolVersion", "rdmaSource", "plan", "operations", "pattern", "sizes_bytes", "count", "warmup",
                    "operation_timeout_ns",
                ]
            ),
            (2, ["rdmaPort", "token", "account", "name", "events"]),
            (3, ["reason", "words"]),
            (4, ["acceptNanoseconds", "address", "key", "byteCount"]),
            (5, ["cell", "operation", "pattern", "size_bytes", "address", "key", "byteCount"]),
            (9, ["step", "words", "account", "name", "events"]),
        ] as [(UInt16, [String])])
    func `a message without one of its keys is refused`(kind: UInt16, keys: [String]) throws {
        let json = try #require(Self.golden.first { $0.kind == kind }).json
        for key in keys {
            #expect(json.contains("\"\(key)\""), "\(key) is in the example")
            #expect(throws: UnreadableMessage(kind: kind), "without \(key)") {
                try read(kind, json.replacing("\"\(key)\"", with: "\"\(key)_\""))
            }
        }
    }

    @Test(arguments: [0, 14, 15, 100, 255, 256, 0x0d00, .max] as [UInt16])
    func `a kind that this version does not know is refused by its number`(kind: UInt16) {
        #expect(throws: UnreadableMessage(kind: kind)) { try read(kind, "{}") }
    }

    @Test(
        arguments: [1, 2, 3, 4, 5, 9, 13] as [UInt16],
        [
            "", " ", "{", "}", "[]", "null", "1", "\"hello\"", "{}", "{\"plan\":[]}", "\u{FEFF}{}", "{}{}",
            "{\"words\":", "NaN",
        ])
    func `a payload that is not the message's is refused`(kind: UInt16, text: String) {
        #expect(throws: UnreadableMessage(kind: kind)) { try read(kind, text) }
    }

    @Test(arguments: [
        #""count":-1"#, #""count":1.5"#, #""count":18446744073709551616"#, #""count":1e400"#, #""count":"10""#,
        #""count":null"#,
        #""count":true"#, #""count":[10]"#,
    ])
    func `a number that does not fit is refused`(replacement: String) throws {
        let (kind, json, _) = Self.golden[0]
        #expect(throws: UnreadableMessage(kind: kind)) {
            try read(kind, json.replacing(#""count":10"#, with: replacement))
        }
    }

    @Test func `the operation and the pattern of a plan are those of this version`() throws {
        let (kind, json, _) = Self.golden[0]
        #expect(throws: UnreadableMessage(kind: 1)) { try read(kind, json.replacing("\"send\"", with: "\"atomic\"")) }
        #expect(throws: UnreadableMessage(kind: 1)) {
            try read(kind, json.replacing("\"request\"", with: "\"REQUEST\""))
        }
    }

    @Test func `messages without a payload pass over one`() throws {
        for (kind, message) in [(6, .ready), (7, .end), (8, .done), (10, .ping), (11, .pong), (12, .finish)]
            as [(UInt16, ControlMessage)]
        {
            #expect(try read(kind, "") == message)
            #expect(try read(kind, "anything") == message)
        }
    }

    @Test func `a hello of a version before flows has none, and its cells are idle`() throws {
        guard case .hello(let hello) = try read(1, Self.golden[0].json) else {
            Issue.record("no hello")
            return
        }
        #expect(hello.plan.bandwidth == nil && hello.plan.load == nil)
        #expect(hello.plan.cells.allSatisfy { $0.load == .idle })
        #expect(hello.plan.neededFeatures.isEmpty)
    }

    @Test func `a server of a version before flows is known by its welcome, and misses what a plan with flows needs`()
        throws
    {
        guard case .welcome(let welcome) = try read(2, Self.golden[1].json) else {
            Issue.record("no welcome")
            return
        }
        #expect(welcome.missing(for: ProbePlan()).isEmpty)
        #expect(welcome.missing(for: ProbePlan(load: LoadPlan())) == [.flows])
        #expect(welcome.missing(for: ProbePlan(bandwidth: BandwidthPlan(operations: [.read]))) == [.flows])
        var newer = welcome
        newer.features = ["later", "flows"]
        #expect(newer.missing(for: ProbePlan(load: LoadPlan())).isEmpty)
        #expect(newer.missing(for: ProbePlan(load: LoadPlan(), verifiedMessages: 1)) == [.verification])
    }

    // MARK: Hostile payloads

    @Test(arguments: ["[", "{\"a\":", "[{\"plan\":", "{\"plan\":["])
    func `a payload that nests thousands of levels deep is refused before it is parsed`(opening: String) {
        let text = String(repeating: opening, count: 60_000 / opening.utf8.count)
        #expect(!JSONShape.isShallow(Array(text.utf8)))
        for kind in [1, 2, 3, 4, 5, 9, 13] as [UInt16] {
            #expect(throws: UnreadableMessage(kind: kind)) { try read(kind, text) }
        }
    }

    /// Sixteen-bit text could hide its brackets from a reader of bytes: a quotation mark within a character.
    @Test func `a bomb in another encoding is refused`() {
        for text in ["\"\u{2200}\"", "\"\u{2200}", ""] {
            let bomb = text + String(repeating: "[", count: 30_000)
            let little = bomb.utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
            let big = bomb.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] }
            for payload in [little, big, [0xff, 0xfe] + little, [0xfe, 0xff] + big] {
                #expect(throws: UnreadableMessage(kind: 1)) {
                    try ControlMessage(ControlFrame(kind: 1, payload: payload))
                }
            }
        }
    }

    @Test func `brackets in texts do not nest, and 16 levels are not too deep`() throws {
        #expect(
            JSONShape.isShallow(Array((String(repeating: "[", count: 16) + String(repeating: "]", count: 16)).utf8)))
        #expect(
            !JSONShape.isShallow(Array((String(repeating: "[", count: 17) + String(repeating: "]", count: 17)).utf8)))
        #expect(JSONShape.isShallow(Array(String(repeating: "[]{}", count: 10_000).utf8)))
        let words = String(repeating: "[{\"\\", count: 2000)
        let message = ControlMessage.refusal(.init(reason: .other, words: words, number: nil))
        #expect(try ControlMessage(message.frame()) == message)
    }

    @Test func `a message too long for a frame is not made`() {
        let message = ControlMessage.refusal(
            .init(reason: .other, words: String(repeating: "x", count: 65_536), number: nil))
        #expect(throws: ControlFrameError.self) { try message.frame() }
    }

    @Test func `100 000 random and mutated payloads never trap, and what is read can be written again`() {
        let good = Self.all.compactMap { try? $0.frame() }
        let pieces = [
            "{", "}", "[", "]", ":", ",", "\"", "null", "-1", "1e999", "\\u0000", "\\ud800", "\u{0}", "é",
            "18446744073709551615", "0.1", "\"a\"",
        ]
        forRandom(100_000) { random in
            var frame = good[Int(random.next() % UInt64(good.count))]
            if random.next() % 8 == 0 { frame.kind = UInt16(random.next() % 16) }
            for _ in 0..<(1 + random.next() % 3) {
                let place = Int(random.next() % UInt64(frame.payload.count + 1))
                switch random.next() % 4 {
                case 0 where place < frame.payload.count: frame.payload[place] = random.edgy()
                case 1 where place < frame.payload.count: frame.payload.remove(at: place)
                case 2: frame.payload.removeLast(min(place, frame.payload.count))
                default:
                    frame.payload.insert(
                        contentsOf: Array(pieces[Int(random.next() % UInt64(pieces.count))].utf8), at: place)
                }
            }
            guard let message = try? ControlMessage(frame) else { return true }
            return try ControlMessage(message.frame()) == message
        }
    }
}

/// Any JSON value; only that it is there counts.
private struct Anything: Decodable {
    init(from decoder: any Decoder) throws {}
}
