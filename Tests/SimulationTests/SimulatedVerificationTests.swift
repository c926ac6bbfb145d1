import RDMAModel
import TestSupport
import Testing

@testable import RDMAProbe

/// Payloads that are compared byte by byte.
@Suite struct `A simulated comparison of payloads` {
    let trees = try? HostTrees()

    private func run(
        _ operations: [RDMAModel.Operation], isIWARP: Bool = false, messages: UInt64 = 20, faults: [Fault] = []
    ) throws -> Outcome {
        var scenario = Scenario(seed: 1, plan: Scenario.shortPlan(operations, sizes: [64, 4096]))
        scenario.plan.verifiedMessages = messages
        scenario.isIWARP = isIWARP
        scenario.faults = faults
        return scenario.run(try #require(trees))
    }

    @Test(arguments: [false, true])
    func `a clean path is compared and then measured`(isIWARP: Bool) throws {
        let outcome = try run([.send, .write, .read], isIWARP: isIWARP)
        #expect(outcome.violations == [] && outcome.held == [] && outcome.stuck == nil)
        let report = try #require(outcome.report)
        #expect(report.verdict.outcome == .acceptable, "\(report.verdict.reasons)")
        #expect(
            report.verification
                == [RDMAModel.Operation.send, .write, .read].flatMap { operation in
                    [64, 4096].map { VerifiedCell(operation: operation, sizeBytes: $0, messages: 20) }
                })
        #expect(report.latency.map(\.samples) == [UInt64](repeating: 20, count: 6))
    }

    /// Only payloads of more than 100 bytes have that byte: the fifteenth of the twenty of 4 KiB.
    @Test(arguments: [RDMAModel.Operation.send, .write, .read], [false, true])
    func `one byte that changes at the end where it arrives is not accepted`(
        operation: RDMAModel.Operation, isIWARP: Bool
    ) throws {
        let outcome = try run(
            [operation], isIWARP: isIWARP,
            faults: [.corruption(operation == .read ? .client : .server, byte: 100, fromPayload: 15)])
        let report = try #require(outcome.report)
        #expect(report.verdict.outcome == .unfit, "\(report.verdict.reasons)")
        #expect(report.verdict.reasons[0].contains("1 of 4096 bytes are wrong from byte 100 on"))
        #expect(report.verification?.map(\.messages) == [20, 14])
        #expect(report.latency.isEmpty)
        #expect(outcome.violations == [] && outcome.held == [] && outcome.stuck == nil)
    }

    /// Every byte of the message is right; the one behind it was not to be touched.
    @Test(arguments: [RDMAModel.Operation.send, .write, .read], [false, true])
    func `one byte that is placed behind a message is not accepted`(
        operation: RDMAModel.Operation, isIWARP: Bool
    ) throws {
        let outcome = try run(
            [operation], isIWARP: isIWARP, faults: [.overrun(operation == .read ? .client : .server, fromPayload: 5)])
        let report = try #require(outcome.report)
        #expect(report.verdict.outcome == .unfit, "\(report.verdict.reasons)")
        #expect(report.verdict.reasons[0].contains("behind the message"), "\(report.verdict.reasons)")
        #expect(report.latency.isEmpty)
        #expect(outcome.violations == [] && outcome.held == [] && outcome.stuck == nil)
    }

    @Test func `without being asked to, nothing is compared`() throws {
        let scenario = Scenario(seed: 1)
        #expect(scenario.run(try #require(trees)).report?.verification == nil)
    }
}
