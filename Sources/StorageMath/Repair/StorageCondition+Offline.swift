public import ClusterCore

/// Whether a server may be taken offline, as far as storage goes.
public enum OfflineAnswer: Sendable, Hashable {
    /// It may; the finding says what was looked at.
    case yes(Finding)
    /// It may not, for these reasons.
    case no([Finding])
    /// Nothing forbids it, but not all that could is known.
    case unknown([Finding])

    /// The reasons, whatever the answer is.
    public var findings: [Finding] {
        switch self {
        case .yes(let finding): [finding]
        case .no(let findings), .unknown(let findings): findings
        }
    }
}

extension StorageCondition {
    /// The rule by which a server is held back.
    public static let offlineRule: RuleID = "storage.offline"

    /// Whether a server may go offline now: every volume is healthy and withstands a failure, no repair is unfinished
    /// and no other server is away or catching up.
    ///
    /// Microsoft, maintain-servers (2018-10-08): all volumes healthy before, and no other server until the repair jobs
    /// have finished. For storage alone: quorum and room for the virtual machines are not looked at. One reason
    /// suffices for no; what is not known never becomes yes.
    public func mayGoOffline(_ server: String) -> OfflineAnswer {
        var obstacles = Obstacles()
        look(at: server, &obstacles)
        lookAtJobs(&obstacles)
        lookAtVolumes(&obstacles)
        if !obstacles.forbidding.isEmpty { return .no(obstacles.forbidding) }
        if !obstacles.unknown.isEmpty { return .unknown(obstacles.unknown) }
        return .yes(
            Finding(
                rule: StorageCondition.offlineRule, severity: .information, subject: .server(server),
                required: .text("every volume healthy, no repair unfinished, every other server up"),
                measured: .text(
                    "\(volumes?.count ?? 0) volumes, \(jobs?.count ?? 0) jobs, \(servers?.count ?? 0) servers"),
                reference: .maintenance))
    }

    private func look(at server: String, _ obstacles: inout Obstacles) {
        guard let servers else {
            obstacles.isUnknown(.cluster, "the state of every server", "read the state of the servers")
            return
        }
        if !servers.contains(where: { $0.name == server }) {
            obstacles.isUnknown(.server(server), "a server of this cluster", "name a server that the cluster has")
        }
        for other in servers where other.name != server {
            switch other.state {
            case .up: break
            case .unknown:
                obstacles.isUnknown(.server(other.name), "up", "read the state of this server")
            case .down, .maintenance, .resyncing:
                obstacles.forbids(
                    .server(other.name), "up", other.state.rawValue,
                    other.state == .resyncing
                        ? "wait until it has caught up" : "bring it back and wait until it has caught up")
            }
        }
        // A server that is away or catching up itself takes no current copy with it: the volumes' health decides.
        if servers.contains(where: { $0.name == server && $0.state == .unknown }) {
            obstacles.isUnknown(.server(server), "up", "read the state of this server")
        }
    }

    private func lookAtJobs(_ obstacles: inout Obstacles) {
        guard let jobs else {
            obstacles.isUnknown(.cluster, "no unfinished repair", "read the storage jobs")
            return
        }
        for (index, job) in jobs.enumerated() {
            let subject = ComponentIdentifier(rawValue: "").appending("job", "\(index + 1)-\(job.name)")
            let isWhole = job.progress.map { $0 == .one } ?? true
            switch job.state {
            case .completed where isWhole && !job.isContradictory: break
            case .completed, .unknown:
                obstacles.isUnknown(subject, "completed", "read this job again")
            case .running, .suspended, .failed:
                let done = job.progress.map { ", \($0.percentText) done" } ?? ""
                obstacles.forbids(
                    subject, "completed", job.state.rawValue + done,
                    job.state == .running ? "wait until it has finished" : "find out why it does not run")
            }
        }
    }

    private func lookAtVolumes(_ obstacles: inout Obstacles) {
        guard let volumes else {
            obstacles.isUnknown(.cluster, "every volume healthy", "read the volumes")
            return
        }
        for volume in volumes {
            let subject = ComponentIdentifier(rawValue: "").appending("volume", volume.name)
            switch volume.health {
            case .healthy: break
            case .unknown: obstacles.isUnknown(subject, "healthy", "read the health of this volume")
            case .warning, .unhealthy:
                obstacles.forbids(subject, "healthy", volume.health.rawValue, "repair it first")
            }
            switch volume.failuresTolerated {
            case .none: obstacles.isUnknown(subject, "a layout that tolerates 1 failure", "say how it is stored")
            case .some(let tolerated) where tolerated < 1:
                obstacles.forbids(
                    subject, "a layout that tolerates 1 failure", "\(tolerated)",
                    "move its data away first, or take it offline on purpose")
            case .some: break
            }
        }
    }
}

extension StorageCondition.Job {
    /// More bytes done than there are.
    fileprivate var isContradictory: Bool {
        guard let processed, let total else { return false }
        return processed > total
    }
}

/// The reasons against, as they are found.
private struct Obstacles {
    var forbidding: [Finding] = []
    var unknown: [Finding] = []

    mutating func forbids(_ subject: ComponentIdentifier, _ required: String, _ measured: String, _ remedy: String) {
        forbidding.append(
            Finding(
                rule: StorageCondition.offlineRule, severity: .critical, subject: subject, required: .text(required),
                measured: .text(measured), remedy: remedy, reference: .maintenance))
    }

    mutating func isUnknown(_ subject: ComponentIdentifier, _ required: String, _ remedy: String) {
        unknown.append(
            Finding(
                rule: StorageCondition.offlineRule, severity: .warning, subject: subject, required: .text(required),
                remedy: remedy, reference: .maintenance))
    }
}

extension ComponentIdentifier {
    fileprivate static let cluster: ComponentIdentifier = "cluster"
    fileprivate static func server(_ name: String) -> ComponentIdentifier {
        ComponentIdentifier(rawValue: "").appending("server", name)
    }
}

extension Reference {
    fileprivate static let maintenance = Reference(
        architecture: [115], document: "Microsoft, maintain-servers", date: "2018-10-08")
}
