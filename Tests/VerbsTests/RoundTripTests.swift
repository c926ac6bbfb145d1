import CVerbs
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A device that does what a test wrote down: only its data path is there.
private enum Script {
    /// What `ibv_poll_cq` gives, one after another, and nothing afterwards: a completion, or `nil` for none yet.
    nonisolated(unsafe) static var completions: [ibv_wc?] = []
    /// What it gives in place of a number of completions.
    nonisolated(unsafe) static var pollResult: CInt?
    /// What the posts give.
    nonisolated(unsafe) static var receiveResult: CInt = 0
    nonisolated(unsafe) static var sendResults: [CInt] = []
    /// What was called, in order.
    nonisolated(unsafe) static var calls: [String] = []
    nonisolated(unsafe) static var time: UInt64 = 0
    /// What the far end writes when a request is posted.
    nonisolated(unsafe) static var echo: (() -> Void)?

    static func completion(_ request: UInt64, _ status: ibv_wc_status = IBV_WC_SUCCESS) -> ibv_wc {
        var completion = ibv_wc()
        completion.wr_id = request
        completion.status = status
        completion.vendor_err = 0x51
        return completion
    }

    static func reset() {
        (completions, pollResult, receiveResult, sendResults, calls, time, echo) = ([], nil, 0, [], [], 0, nil)
    }
}

/// The part of a round trip that is in C: in which order what is waited for may come, what is timed, what goes wrong.
@Suite(.serialized) final class RoundTripTests {
    private let context = UnsafeMutablePointer<ibv_context>.allocate(capacity: 1)
    private let pair = UnsafeMutablePointer<ibv_qp>.allocate(capacity: 1)
    private let queue = UnsafeMutablePointer<ibv_cq>.allocate(capacity: 1)
    private let trip = UnsafeMutablePointer<cverbs_trip>.allocate(capacity: 1)
    private let marks = UnsafeMutablePointer<UInt8>.allocate(capacity: 2)

    private static let request: UInt64 = 7
    private static let answer: UInt64 = 8

    init() {
        Script.reset()
        memset(context, 0, MemoryLayout<ibv_context>.size)
        memset(pair, 0, MemoryLayout<ibv_qp>.size)
        memset(queue, 0, MemoryLayout<ibv_cq>.size)
        marks.initialize(repeating: 0, count: 2)
        context.pointee.ops.post_recv = { _, _, _ in
            Script.calls.append("receive")
            return Script.receiveResult
        }
        context.pointee.ops.post_send = { _, request, _ in
            Script.calls.append("send \(request?.pointee.wr_id ?? 0)")
            Script.echo?()
            return Script.sendResults.isEmpty ? 0 : Script.sendResults.removeFirst()
        }
        context.pointee.ops.poll_cq = { _, _, place in
            Script.calls.append("poll")
            if let result = Script.pollResult { return result }
            guard !Script.completions.isEmpty, let completion = Script.completions.removeFirst() else { return 0 }
            place?.pointee = completion
            return 1
        }
        pair.pointee.context = context
        queue.pointee.context = context
        let clock: @convention(c) () -> UInt64 = {
            Script.calls.append("clock")
            Script.time += 1
            return Script.time
        }
        cverbs_prepare_trip(
            trip, pair, queue, clock, Self.request, cverbs_slice(), false, IBV_WR_SEND, 0, 0)
    }

    deinit {
        context.deallocate()
        pair.deallocate()
        queue.deallocate()
        trip.deallocate()
        marks.deallocate()
    }

    private var times: [UInt64] { [trip.pointee.start, trip.pointee.end] }

    @Test func `a request is timed from before its post until its completion`() {
        Script.completions = [Script.completion(Self.request)]
        #expect(cverbs_begin_trip(trip) == 0)
        #expect(Script.calls == ["clock", "send 7", "poll", "clock"])
        #expect(times == [1, 2])
    }

    @Test func `room for the answer is posted before the time begins, and the answer ends it`() {
        cverbs_add_receive(trip, Self.answer, cverbs_slice())
        Script.completions = [Script.completion(Self.request), Script.completion(Self.answer)]
        #expect(cverbs_begin_trip(trip) == 0)
        #expect(Script.calls == ["receive", "clock", "send 7", "poll", "poll", "clock"])
    }

    @Test func `an answer that comes before its request's completion ends the time but not the wait`() {
        cverbs_add_receive(trip, Self.answer, cverbs_slice())
        Script.completions = [Script.completion(Self.answer), nil, nil, Script.completion(Self.request)]
        #expect(cverbs_begin_trip(trip) == CInt(CVERBS_TRIP_OPEN))
        #expect(times == [1, 2])
        #expect(cverbs_continue_trip(trip, 1) == CInt(CVERBS_TRIP_OPEN))
        #expect(cverbs_continue_trip(trip, 1) == 0)
        #expect(times == [1, 2])
    }

    @Test func `a wait looks as often as it may`() {
        Script.completions = [nil]
        #expect(cverbs_begin_trip(trip) == CInt(CVERBS_TRIP_OPEN))
        Script.calls = []
        #expect(cverbs_continue_trip(trip, 5) == CInt(CVERBS_TRIP_OPEN))
        #expect(Script.calls == Array(repeating: "poll", count: 5))
        Script.completions = [nil, Script.completion(Self.request)]
        #expect(cverbs_continue_trip(trip, 2) == 0)
    }

    @Test func `a fence is posted behind its request and ends the time`() {
        cverbs_add_fence(trip, Self.answer, cverbs_slice(), 0, 0)
        Script.completions = [Script.completion(Self.request), Script.completion(Self.answer)]
        #expect(cverbs_begin_trip(trip) == 0)
        #expect(Script.calls == ["clock", "send 7", "send 8", "poll", "poll", "clock"])
    }

    @Test func `no marker is that of the round trip before it`() {
        cverbs_add_marker(trip, marks, marks + 1)
        let marks = marks
        var sent: [UInt8] = []
        for _ in 0..<256 {
            Script.completions = [Script.completion(Self.request)]
            Script.echo = nil
            #expect(
                cverbs_begin_trip(trip) == CInt(CVERBS_TRIP_OPEN), "the marker of the last one is in the memory still")
            sent.append(marks[0])
            marks[1] = marks[0]
            #expect(cverbs_continue_trip(trip, 1) == 0)
        }
        #expect(sent == Array(1...255) + [1])
        #expect(times == [511, 512])
        Script.echo = { marks[1] = marks[0] }
        Script.completions = [Script.completion(Self.request)]
        #expect(cverbs_begin_trip(trip) == 0)
    }

    @Test func `a marker ends the time, and the request's completion is waited for`() {
        cverbs_add_marker(trip, marks, marks + 1)
        let marks = marks
        Script.echo = { marks[1] = marks[0] }
        #expect(cverbs_begin_trip(trip) == CInt(CVERBS_TRIP_OPEN))
        #expect(times == [1, 2])
        Script.completions = [Script.completion(Self.request)]
        #expect(cverbs_continue_trip(trip, 1) == 0)
        #expect(times == [1, 2])
    }

    @Test func `a completion in error is told with its status and the adapter's word`() {
        Script.completions = [Script.completion(Self.request, IBV_WC_RETRY_EXC_ERR)]
        #expect(cverbs_begin_trip(trip) == CInt(CVERBS_TRIP_FAILED))
        #expect(trip.pointee.failure.status == 12)
        #expect(trip.pointee.failure.vendor_error == 0x51)
    }

    @Test(arguments: [(-1, EIO), (-EINVAL, EINVAL)] as [(CInt, CInt)]) func `a queue that cannot be polled is named`(
        result: CInt, code: CInt
    ) {
        Script.pollResult = result
        #expect(cverbs_begin_trip(trip) == code)
        #expect(String(cString: trip.pointee.failed_call) == "ibv_poll_cq")
    }

    @Test func `a post that fails is named, and nothing is waited for`() {
        cverbs_add_receive(trip, Self.answer, cverbs_slice())
        Script.receiveResult = ENOMEM
        #expect(cverbs_begin_trip(trip) == ENOMEM)
        #expect(String(cString: trip.pointee.failed_call) == "ibv_post_recv")
        Script.receiveResult = 0
        Script.sendResults = [EINVAL]
        #expect(cverbs_begin_trip(trip) == EINVAL)
        #expect(String(cString: trip.pointee.failed_call) == "ibv_post_send")
        #expect(!Script.calls.contains("poll"))
    }

    @Test func `a fence that cannot be posted is a failure of the round trip`() {
        cverbs_add_fence(trip, Self.answer, cverbs_slice(), 0, 0)
        Script.sendResults = [0, ENOMEM]
        #expect(cverbs_begin_trip(trip) == ENOMEM)
        #expect(String(cString: trip.pointee.failed_call) == "ibv_post_send")
    }
}
