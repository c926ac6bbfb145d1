import ClusterCore
import HostTopology

/// What a host does not tell, as findings: a document says `null` there, and these say why.
enum HostUnknowns {
    static let explanation = RuleExplanation(
        "host.unknown", "a host tells what it is asked",
        reason: "A document says null where a fact is not known; this says of what, why, and who was asked.",
        remedy: """
            read the host as root, load the driver that tells it, or capture the tree anew; what a hypervisor hides from a \
            guest stays unknown
            """)

    static var rule: RuleID { explanation.rule }

    /// One finding for each kind of fact and reason, with how many facts it is about and the first place that was asked: of every
    /// fact that the document holds.
    static func findings(of host: ObservedHost) -> [Finding] {
        let counts = Counter()
        host.forEachFact { counts.add($0, $1, $2) }
        return counts.findings(about: host.identifier)
    }

    private final class Counter {
        private struct Key: Hashable {
            var field: String
            var reason: UnknownReason
        }

        private var asked: [String: Int] = [:]
        private var unknown: [Key: (count: Int, source: FactSource)] = [:]
        private var order: [Key] = []

        func add(_ field: String, _ reason: UnknownReason?, _ source: FactSource) {
            asked[field, default: 0] += 1
            guard let reason else { return }
            let key = Key(field: field, reason: reason)
            if unknown[key] == nil { order.append(key) }
            unknown[key, default: (0, source)].count += 1
        }

        func findings(about subject: ComponentIdentifier) -> [Finding] {
            order.compactMap { key in
                guard let (count, source) = unknown[key], let all = asked[key.field] else { return nil }
                let words = all == 1 ? key.field : "\(key.field), \(count) of \(all)"
                return Finding(
                    rule: rule, severity: .information, subject: subject,
                    measured: .text("\(words): \(HostUnknowns.words(key.reason))"),
                    evidence: [Evidence(source: "\(source)", value: nil)])
            }
        }
    }

    private static func words(_ reason: UnknownReason) -> String {
        switch reason {
        case .absent: "nothing tells it"
        case .unreadable: "it cannot be read"
        case .empty: "what tells it is empty"
        case .malformed: "what tells it holds nothing that it could be"
        case .notTold: "the kernel says that it does not know"
        case .asleep: "reading it would wake a device"
        case .beyondLimit: "it is beyond what is read of any host"
        case .notRead: "nobody asked"
        }
    }
}
