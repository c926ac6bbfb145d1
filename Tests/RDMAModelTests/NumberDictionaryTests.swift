import Foundation
import RDMAModel
import Testing

/// The dictionaries of numbers against the C headers that define them, and what they say.
@Suite struct NumberDictionaryTests {
    @Test func `completion statuses are numbered and named as in infiniband verbs.h`() throws {
        let names = try enumerators(of: "ibv_wc_status", in: "/usr/include/infiniband/verbs.h")
        #expect(CompletionStatus.known.map(\.name).starts(with: names))
        #expect(CompletionStatus.known.map(\.rawValue) == Array(0...23))
    }

    @Test func `connection manager events are numbered and named as in rdma_cma.h`() throws {
        let names = try enumerators(of: "rdma_cm_event_type", in: "/usr/include/rdma/rdma_cma.h")
        #expect(CMEvent.known.map(\.name).starts(with: names))
        #expect(CMEvent.known.map(\.rawValue) == Array(0...15))
    }

    @Test func `asynchronous events are numbered and named as in infiniband verbs.h`() throws {
        let names = try enumerators(of: "ibv_event_type", in: "/usr/include/infiniband/verbs.h")
        #expect(AsyncEventType.known.map(\.name).starts(with: names))
        #expect(AsyncEventType.known.map(\.rawValue) == Array(0...20))
        #expect(AsyncEventType(rawValue: 99).name == "IBV_EVENT_99")
    }

    @Test func `an asynchronous event is read back from the line that a report has of it, and from no other line`() {
        for type in AsyncEventType.known + [AsyncEventType(rawValue: 99), AsyncEventType(rawValue: -1)] {
            for port in [nil, 1, 2] as [Int?] {
                let event = AsyncEvent(type, port: port)
                #expect(AsyncEvent(text: event.text) == event)
            }
        }
        for line in [
            "", "RDMA_CM_EVENT_ESTABLISHED", "IBV_EVENT_", "IBV_EVENT_NOTHING", "IBV_EVENT_PORT_ERR (port)",
            "IBV_EVENT_PORT_ERR (port one)", "IBV_EVENT_PORT_ERR 1", " IBV_EVENT_PORT_ERR", "IBV_EVENT_PORT_ERR (1)",
        ] { #expect(AsyncEvent(text: line) == nil, "\(line)") }
    }

    @Test func `what ends a session of asynchronous events explains itself, and so does a port that goes down`() {
        let grave = AsyncEventType.known.filter { $0.endsSession || $0 == .portError }
        #expect(
            grave.map(\.name) == [
                "IBV_EVENT_CQ_ERR", "IBV_EVENT_QP_FATAL", "IBV_EVENT_QP_REQ_ERR", "IBV_EVENT_QP_ACCESS_ERR",
                "IBV_EVENT_DEVICE_FATAL", "IBV_EVENT_PORT_ERR",
            ])
        for type in grave {
            #expect(!type.explanation.causes.isEmpty && !type.explanation.remedies.isEmpty, "\(type)")
            #expect(type.explanation.meaning.contains(type.name))
        }
    }

    @Test func `error numbers are named as in the kernel's asm-generic headers`() throws {
        for header in ["/usr/include/asm-generic/errno-base.h", "/usr/include/asm-generic/errno.h"] {
            guard let text = try? String(contentsOfFile: header, encoding: .utf8) else { continue }
            for line in text.split(separator: "\n") {
                let words = line.split(whereSeparator: \.isWhitespace)
                guard words.count >= 3, words[0] == "#define", let number = Int32(words[2]) else { continue }
                let error = ErrorNumber(rawValue: number)
                #expect(error.name == words[1] || error.name == "errno \(number)")
            }
        }
        #expect(ErrorNumber(status: -110).name == "ETIMEDOUT")
        #expect(ErrorNumber(status: -19).name == "ENODEV")
        #expect(ErrorNumber(status: -99).name == "EADDRNOTAVAIL")
        #expect(ErrorNumber(rawValue: 4711).name == "errno 4711")
        #expect(ErrorNumber(status: .min).rawValue == .max)
    }

    @Test(arguments: [4, 5, 9, 10, 12, 13] as [UInt32])
    func `the statuses that users meet have causes and remedies`(number: UInt32) {
        let explanation = CompletionStatus(rawValue: number).explanation
        #expect(explanation.causes.count >= 2)
        #expect(!explanation.remedies.isEmpty)
    }

    @Test func `status 5 says that it is a consequence, and 12 names the far end, GID, firewall and MTU`() {
        #expect(CompletionStatus.flushed.explanation.meaning.contains("a consequence, not the cause"))
        let text = CompletionStatus.retriesExceeded.explanation.remedyText ?? ""
        for word in ["GID", "4791", "MTU", "rdmaprobe serve"] { #expect(text.contains(word)) }
    }

    @Test func `a number that is not in the lists keeps its number`() {
        #expect(CompletionStatus(rawValue: 99).name == "IBV_WC_99")
        #expect(!CompletionStatus(rawValue: .max).explanation.meaning.isEmpty)
        #expect(CMEvent(rawValue: 77).name == "RDMA_CM_EVENT_77")
        #expect(CMEvent(rawValue: -1).name == "RDMA_CM_EVENT_-1")
    }

    @Test func `a rejection with reason 8 has no listener, with 28 it was the far program, over iWARP -ECONNREFUSED`() {
        #expect(CMEvent.rejected.explanation(status: 8).meaning.contains("no listener"))
        #expect(CMEvent.rejected.explanation(status: 28).meaning.contains("program on the far end rejected"))
        #expect(CMEvent.rejected.explanation(status: -111).meaning.contains("iWARP, ECONNREFUSED"))
        #expect(CMEvent.rejected.explanation(status: 3).meaning.contains("reason 3"))
    }

    @Test func `address errors tell no answer, no GID and no such source apart`() {
        #expect(CMEvent.addressError.explanation(status: -110).causes[0].contains("ARP"))
        #expect(CMEvent.addressError.explanation(status: -19).meaning.contains("no GID"))
        #expect(CMEvent.addressError.explanation(status: -99).causes[0].contains("--source"))
        #expect(CMEvent.addressError.explanation(status: -101).meaning.contains("no route"))
        #expect(CMEvent.routeError.explanation(status: -19).causes[0].contains("127.0.0.1"))
    }

    /// The enumerators of a C enumeration, in order; empty where the header is not on this machine.
    private func enumerators(of name: String, in header: String) throws -> [String] {
        guard let text = try? String(contentsOfFile: header, encoding: .utf8) else { return [] }
        let start = try #require(text.range(of: "enum \(name) {"))
        let end = try #require(text.range(of: "}", range: start.upperBound..<text.endIndex))
        return text[start.upperBound..<end.lowerBound].split(whereSeparator: { ", \n\t".contains($0) }).map(String.init)
    }
}
