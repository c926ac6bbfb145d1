import RDMAModel
import Verbs

// MARK: Unreliable datagrams

extension ProbeSession {
    /// Measures every size of the plan's datagrams.
    func measureDatagrams(on binding: AddressBinding) throws {
        guard let plan = options.plan.datagrams else { return }
        let largest = Int(clamping: plan.sizesBytes.max() ?? 0)
        let end: DatagramEnd
        do throws(VerbsError) {
            end = try DatagramEnd(
                on: binding, largestSent: largest, largestTaken: Int(DatagramPlan.smallestBytes), mark: nil,
                wait: completionWait, onOneProcessor: placement?.isOnOneProcessor == true, inbox: inbox)
        } catch {
            throw ProbeFailure.resources(error, neededBytes: registeredBytes ?? 0, device: binding.deviceName)
        }
        registeredBytes = registeredBytes.map { $0 + end.registeredBytes }
        let answer = try ask(.addDatagrams(end.own), step: .connect)
        guard case .datagramPort(let far) = answer, far.gid.count == 16 else {
            throw ProbeFailure(.connect, .protocolViolation("no usable datagram port came with \(answer.name)"))
        }
        try verbs(.address) { () throws(VerbsError) in
            try end.aim(at: far, trafficClass: link?.trafficClass ?? 0)
        }
        var number: UInt64 = 0
        for (index, size) in plan.sizesBytes.enumerated() {
            guard !runDeadline.isOver else { return }
            do { try warmUp(size, plan, end, &number) } catch { throw try classified(error, step: .measurement) }
            try measure(size, number: index + 1, of: plan.sizesBytes.count, plan, end, &number)
        }
    }

    /// Exchanges messages that are not counted.
    private func warmUp(_ size: UInt64, _ plan: DatagramPlan, _ end: DatagramEnd, _ number: inout UInt64) throws {
        guard options.plan.warmup > 0 else { return }
        let exchange = try begin(size, plan, end, first: number)
        let began = MonotonicClock.now()
        while exchange.sent < options.plan.warmup, MonotonicClock.now() &- began < options.plan.warmupTime {
            try exchange.perform()
        }
        number = exchange.number
        _ = try finish()
    }

    private func measure(
        _ size: UInt64, number place: Int, of total: Int, _ plan: DatagramPlan, _ end: DatagramEnd,
        _ number: inout UInt64
    ) throws {
        let exchange = try begin(size, plan, end, first: number)
        do {
            progress(.datagrams(sizeBytes: size, number: place, of: total, sent: 0, lost: 0))
            let end = min(MonotonicClock.now() &+ options.plan.cellTime, runDeadline.nanoseconds)
            var lastLook: UInt64 = 0
            while exchange.sent < options.plan.count {
                try exchange.perform()
                let now = MonotonicClock.now()
                if now >= end { break }
                guard now &- lastLook > 250_000_000 else { continue }
                lastLook = now
                try lookAround()
                progress(
                    .datagrams(sizeBytes: size, number: place, of: total, sent: exchange.sent, lost: exchange.lost))
            }
            number = exchange.number
            append(size, exchange, sent: exchange.sent, far: try finish())
        } catch {
            let cause: any Error
            do { cause = try classified(error, step: .measurement) } catch { cause = error }
            // What is known until then; what the far end counts is not. Since the last answer of a far end that is gone
            // nothing was asked of the path alone.
            let isPeerLost = (cause as? ProbeFailure)?.shortfall == .peerLost
            append(size, exchange, sent: isPeerLost ? exchange.sentUntilAnswer : exchange.sent, far: nil)
            throw cause
        }
    }

    private func begin(
        _ size: UInt64, _ plan: DatagramPlan, _ end: DatagramEnd, first: UInt64
    ) throws -> DatagramExchange {
        let ready = try ask(.datagrams(.init(sizeBytes: size, first: first)), step: .measurement)
        guard ready == .ready else {
            throw ProbeFailure(.measurement, .protocolViolation("datagrams was answered with \(ready.name)"))
        }
        return DatagramExchange(
            end, size: Int(clamping: size), timeout: min(plan.timeoutNanoseconds, SessionSettings.longestTime),
            first: first,
            watch: DescriptorWatch(
                [end.completionDescriptor, cancellation.fileDescriptor, control?.descriptor ?? -1] + deviceDescriptors),
            look: { [unowned self] in try lookAround() })
    }

    /// What arrived at the far program.
    private func finish() throws -> Arrivals {
        let done = try ask(.datagramsEnd, step: .measurement)
        guard case .datagramsDone(let account) = done else {
            throw ProbeFailure(.measurement, .protocolViolation("datagramsEnd was answered with \(done.name)"))
        }
        return account.arrivals
    }

    private func append(_ size: UInt64, _ exchange: DatagramExchange, sent: UInt64, far: Arrivals?) {
        guard sent > 0 else { return }
        datagrams.append(
            DatagramCell(
                sizeBytes: size, sent: sent, late: min(exchange.late, sent - exchange.recorder.moments.count),
                samples: exchange.recorder.cell(.init(operation: .send, pattern: .request, sizeBytes: size), lost: 0),
                near: exchange.arrivals, far: far))
    }
}
