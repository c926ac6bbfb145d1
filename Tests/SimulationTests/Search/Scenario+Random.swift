import CVerbs
import RDMAModel
import TestSupport

@testable import RDMAProbe

extension Scenario {
    /// A scenario drawn from a seed: what is measured, over what, and nothing, one thing or several that go wrong, each at
    /// any step of either end.
    static func random(seed: UInt64) -> Scenario {
        var random = SeededRandom(seed: seed ^ 0x5e55_1045_0000_0000)
        func number(_ range: ClosedRange<UInt64>) -> UInt64 {
            range.lowerBound + random.next() % (range.upperBound - range.lowerBound + 1)
        }
        func chance(_ one: UInt64, in many: UInt64) -> Bool { random.next() % many < one }

        let all: [Operation] = [.send, .write, .read]
        let operations = chance(5, in: 6) ? [all[Int(number(0...2))]] : all.filter { _ in chance(1, in: 2) } + [.send]
        var scenario = Scenario(
            seed: seed,
            plan: shortPlan(
                operations, pattern: chance(1, in: 10) ? .echo : .request, sizes: chance(1, in: 16) ? [64, 4096] : [64])
        )
        scenario.isIWARP = chance(1, in: 3)
        if !scenario.isIWARP, chance(1, in: 6) { scenario.plan.operations.append(.compareAndSwap) }
        scenario.wait = chance(1, in: 12) ? .poll : .event
        scenario.isChopped = chance(1, in: 2)
        let count = [0, 1, 1, 1, 1, 1, 2, 3][Int(number(0...7))]
        for _ in 0..<count { scenario.faults.append(fault(number, chance)) }
        return scenario
    }

    /// One thing that goes wrong. A run without a fault takes about four milliseconds, some six hundred calls of each end.
    private static func fault(
        _ number: (ClosedRange<UInt64>) -> UInt64, _ chance: (UInt64, UInt64) -> Bool
    ) -> Fault {
        let end: Fault.End = chance(1, 2) ? .client : .server
        let call = Int(number(1...700))
        let moment = number(0...12_000_000)
        switch number(0...16) {
        case 0: return .deadPath(from: moment, lasting: chance(1, 2) ? 1 << 50 : number(1...3_000_000_000))
        case 1: return .packetLoss(perThousand: number(1...200))
        case 2: return .slow(nanoseconds: number(1...3_000_000))
        case 3: return .silence(from: moment)
        case 4: return .reset(at: moment)
        case 5: return .halfClosed(at: moment, byClient: chance(1, 2))
        case 6, 7, 8:
            return .crash(
                end, atCall: call, losesPower: chance(1, 3),
                restartsAfter: chance(1, 2) ? number(1_000_000...20_000_000_000) : nil)
        case 9: return .cancel(end, atCall: call)
        case 10, 11:
            return .event(
                end, kind: UInt32(number(0...15)), status: chance(1, 2) ? 0 : -Int32(number(1...120)), atCall: call)
        case 12: return [.noListener, .lostRequests, .lostAcceptances][Int(number(0...2))]
        case 14: return .asyncEvent(end, kind: UInt32(number(0...20)), atCall: call)
        case 13: return .lateEstablishment(nanoseconds: number(1...15_000_000_000))
        default: return .completion(status: UInt32(number(1...23)), operation: Int(number(1...60)))
        }
    }
}
