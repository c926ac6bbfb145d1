#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import CVerbs
import ClusterCore
import RDMAModel
import TestSupport

@testable import RDMAProbe

extension Scenario {
    /// Runs both ends, whole, over the simulated world.
    func run(_ trees: HostTrees) -> Outcome {
        precondition(FabricCalls.installed)
        let run = ScenarioRun(self, trees)
        return run.outcome()
    }
}

/// One run: the production server and the production client, each a process of the world.
private final class ScenarioRun: @unchecked Sendable {
    private let scenario: Scenario
    private let world: World
    private let near: SimulatedHost
    private let far: SimulatedHost
    private var client: SimulatedProcess
    private var server: SimulatedProcess
    private let harness: SimulatedProcess
    private var result: Outcome
    private var processes: [SimulatedProcess] = []

    init(_ scenario: Scenario, _ trees: HostTrees) {
        self.scenario = scenario
        world = World(seed: scenario.seed)
        world.planted = scenario.planted
        near = SimulatedHost(
            name: "near", address: Scenario.address(1), device: "near0",
            isIWARP: scenario.isIWARP, root: trees.nearRoot(isIWARP: scenario.isIWARP))
        far = SimulatedHost(
            name: "far", address: Scenario.address(2), device: "far0",
            isIWARP: scenario.isIWARP, root: trees.farRoot(isIWARP: scenario.isIWARP))
        if scenario.withoutAtomics == .client { near.hasAtomics = false }
        if scenario.withoutAtomics == .server { far.hasAtomics = false }
        client = SimulatedProcess("client", on: near)
        server = SimulatedProcess("server", on: far)
        harness = SimulatedProcess("harness", on: near)
        processes = [client, server]
        result = Outcome(scenario: scenario)
    }

    func outcome() -> Outcome {
        client.injection = scenario.clientInjection
        server.injection = scenario.serverInjection
        world.streams.isChopped = scenario.isChopped
        world.streams.forgery = scenario.forgery
        // Longer than a run may take, its server's patience with a silent client and its own end together.
        world.horizon = world.time + scenario.plan.budget.nanosecondsClamped * 2 + 300_000_000_000
        world.run({ [self] in direct() }, in: harness)
        result.violations = world.violations
        result.stuck = world.stuck
        result.trace = world.trace
        result.record = world.fabric.record
        result.client = ObjectIdentifier(client)
        result.reached = [.client: client.reached, .server: server.reached]
        result.calls = [.client: client.calls, .server: server.calls]
        result.wasInjected = client.injection?.wasMet == true || server.injection?.wasMet == true
        if world.stuck == nil {
            for process in processes where !process.hasCrashed {
                result.held += world.fabric.held(by: process).map { "\(process.name): \($0)" }
                result.held += world.descriptors.filter {
                    $0.isOpen && $0.process === process && !($0 is AsyncEventDescriptor)
                }.map {
                    "\(process.name): \(type(of: $0))"
                }
            }
        }
        return result
    }

    // MARK: The play

    private func direct() {
        for fault in scenario.faults { plan(fault) }
        startServer(server)
        // A server listens before somebody asks for it.
        Worker.pause(for: .milliseconds(5))
        startClient(client) { [self] report, nanoseconds in
            result.report = report
            result.clientNanoseconds = nanoseconds
        }
        if scenario.clients > 1 {
            let second = SimulatedProcess("client", on: near)
            processes.append(second)
            startClient(second) { [self] report, _ in result.secondReport = report }
        }
        waitUntilIdle()
        for process in processes { process.cancellation?.cancel(.terminate) }
    }

    /// Waits until the clients have ended and the servers have no session left, or a session's patience is long over.
    private func waitUntilIdle() {
        for _ in 0..<200 {
            Worker.pause(for: .seconds(1))
            let running = world.threads.filter { !$0.hasEnded && $0.process !== harness && !$0.process.hasCrashed }
            let clients = running.filter { $0.process.name == "client" }
            let sessions =
                running.filter { $0.process.name == "server" }.count
                - processes.filter { $0.name == "server" && !$0.hasCrashed }.count
            if clients.isEmpty, sessions <= 0, !isRestartPending { return }
        }
        world.violate("a session goes on long after its client has ended")
    }

    private var isRestartPending = false

    private func startServer(_ process: SimulatedProcess) {
        let cancellation = Cancellation()
        process.cancellation = cancellation
        world.spawn(in: process) { [self] in
            let configuration = ServerConfiguration(
                listen: [far.address], sessions: 4, completionWait: .event)
            do {
                let server = try ProbeServer(configuration)
                server.run(until: cancellation) { [self] event in
                    if !process.hasCrashed { result.told.append(event) }
                }
            } catch {
                if !process.hasCrashed { result.serverError = "\(error)" }
            }
        }
    }

    private func startClient(
        _ process: SimulatedProcess, _ done: @escaping @Sendable (ProbeReport?, UInt64) -> Void
    ) {
        let cancellation = Cancellation()
        process.cancellation = cancellation
        world.spawn(in: process) { [self] in
            let options = ProbeOptions(
                host: "\(far.address)", plan: scenario.plan, completionWait: scenario.wait,
                trafficClass: scenario.trafficClass)
            let began = world.time
            let report = try? Probe.runBlocking(options, profile: Scenario.profile, cancellation: cancellation)
            if !process.hasCrashed { done(report, world.time - began) }
        }
    }

    // MARK: What goes wrong

    private func process(_ end: Fault.End) -> SimulatedProcess { end == .client ? client : server }

    private func plan(_ fault: Fault) {
        switch fault {
        case .deadPath(let from, let lasting): world.fabric.deadPath = world.time + from...world.time + from + lasting
        case .packetLoss(let share): world.fabric.lossPerThousand = share
        case .slow(let time): world.fabric.slowness = time
        case .silence(let from):
            world.streams.silentFrom = world.time + from
            world.after(from) { [self] in eachStream { $0.giveUpLater(in: world) } }
        case .reset(let time): world.after(time) { [self] in eachStream { $0.fail(ECONNRESET) } }
        case .halfClosed(let time, let byClient):
            world.after(time) { [self] in
                for end in world.streams.ends { if byClient { end.other?.end() } else { end.end() } }
            }
        case .crash(let end, let call, let losesPower, let restart):
            let victim = process(end)
            at(call, of: victim) { [self] in crash(victim, losesPower: losesPower, restartsAfter: restart) }
        case .cancel(let end, let call):
            let process = process(end)
            at(call, of: process) { process.cancellation?.cancel(.interrupt) }
        case .event(let end, let kind, let status, let call):
            let process = process(end)
            at(call, of: process) { [self] in tell(process, rdma_cm_event_type(rawValue: kind), status) }
        case .asyncEvent(let end, let kind, let call):
            let process = process(end)
            at(call, of: process) { [self] in world.tellUnasked(ibv_event_type(rawValue: kind), to: process) }
        case .datagrams(let trouble): world.fabric.datagrams = trouble
        case .forgedDatagrams(let end, let call):
            let process = process(end)
            at(call, of: process) { [self] in world.forgeDatagram(to: process) }
        case .noListener: world.fabric.refusesRequests = true
        case .lostRequests: world.fabric.losesRequests = true
        case .lostAcceptances: world.fabric.losesAcceptances = true
        case .lateEstablishment(let time): world.fabric.lateEstablishment = time
        case .corruption(let end, let byte, let first):
            world.fabric.corruption = (process(end).name, byte, first)
        case .overrun(let end, let first): world.fabric.overrun = (process(end).name, first)
        case .completion(let status, let operation):
            world.fabric.forcedStatus[operation] = ibv_wc_status(rawValue: status)
        }
    }

    /// Tells the id that is busy something: the last one that is no listener. A request comes a second time, as a
    /// network may double it, and always to the listener.
    private func tell(_ process: SimulatedProcess, _ kind: rdma_cm_event_type, _ status: Int32) {
        let ids = world.fabric.ids.filter { $0.process === process && $0.isAlive(in: world) }
        guard let busy = ids.last(where: { !$0.isListening && $0.connection != nil }) else { return }
        guard kind == RDMA_CM_EVENT_CONNECT_REQUEST else { return busy.tell(kind, status: status, in: world) }
        guard let listener = ids.first(where: \.isListening), let connection = busy.connection else { return }
        let double = FabricConnection(client: connection.client, privateData: connection.privateData)
        listener.channel.push(
            FabricEvent(id: listener, request: double, kind: kind, data: connection.privateData))
    }

    private func eachStream(_ action: (StreamEnd) -> Void) {
        for descriptor in world.descriptors where descriptor.isOpen {
            if let end = descriptor as? StreamEnd { action(end) }
        }
    }

    private func at(_ call: Int, of process: SimulatedProcess, _ action: @escaping () -> Void) {
        process.atCall.append((call, action))
        process.atCall.sort { $0.number < $1.number }
    }

    private func crash(_ process: SimulatedProcess, losesPower: Bool, restartsAfter: UInt64?) {
        guard !process.hasCrashed else { return }
        process.clockAfterCrash = world.time
        if losesPower {
            world.streams.hostsWithoutPower.append(process.host.address)
            eachStream { if $0.process === process { $0.other?.giveUpLater(in: world) } }
        } else {
            for descriptor in world.descriptors where descriptor.isOpen && descriptor.process === process {
                (descriptor as? StreamEnd)?.closed(in: world)
                (descriptor as? ListeningSocket)?.closed(in: world)
            }
            world.dropConnections(of: process)
        }
        process.hasCrashed = true
        // Wakes what waits there, so that it ends.
        process.cancellation?.cancel(.terminate)
        guard let restartsAfter else { return }
        isRestartPending = true
        world.after(restartsAfter) { [self] in restart(process) }
    }

    /// The same program anew, on the host that has its power back.
    private func restart(_ old: SimulatedProcess) {
        world.streams.hostsWithoutPower.removeAll { $0 == old.host.address }
        world.fabric.listeners.removeAll { $0.process === old }
        let new = SimulatedProcess(old.name, on: old.host)
        processes.append(new)
        isRestartPending = false
        world.spawn(in: harness) { [self] in
            if new.name == "server" {
                server = new
                startServer(new)
            } else {
                startClient(new) { [self] report, _ in result.secondReport = report }
            }
        }
    }
}
