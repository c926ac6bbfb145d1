/// A policy that comes along with the cloud (AL-88), and what of a cluster's posture it is told from.
///
/// A standard holds far more than a cluster's settings, so a posture that complies here is no certificate: it is what this
/// part of the system contributes.
public enum BuiltInPolicy: String, Sendable, Hashable, Codable, CaseIterable {
    case requireEncryption = "require_encryption"
    case securityBaseline = "security_baseline"
    case networkSecurity = "network_security"
    /// The Payment Card Industry's Data Security Standard, version 4.0.
    case paymentCards = "pci_dss"
    /// The Security Rule of the Health Insurance Portability and Accountability Act.
    case healthRecords = "hipaa"

    /// What it asks, in a line.
    public var title: String {
        switch self {
        case .requireEncryption: "volumes are encrypted"
        case .securityBaseline: "the baseline of the system's settings holds, and what drifts is put back"
        case .networkSecurity: "traffic between networks is told apart and filtered"
        case .paymentCards: "what PCI DSS 4.0 asks of a cluster's settings"
        case .healthRecords: "what the HIPAA Security Rule asks of a cluster's settings"
        }
    }

    /// The controls that it is told from, in their order.
    public var controls: [SecurityControl] { clauses.map(\.control) }

    /// Each control with the clause that asks for it; empty words where the policy is the clause.
    public var clauses: [Clause] {
        switch self {
        case .requireEncryption:
            [Clause(.encryptedSystemVolumes), Clause(.encryptedDataVolumes)]
        case .securityBaseline: [Clause(.securityBaseline), Clause(.driftControl)]
        case .networkSecurity: [Clause(.vlanSegmentation), Clause(.networkFirewall), Clause(.microsegmentation)]
        case .paymentCards:
            [
                Clause(.encryptedDataVolumes, "3.5, stored account data is unreadable"),
                Clause(.keyRotation, "3.7, keys are managed for their whole life"),
                Clause(.vlanSegmentation, "1.2, network controls are configured"),
                Clause(.networkFirewall, "1.3, access to card data's environment is restricted"),
                Clause(.securityBaseline, "2.2, components are configured securely"),
                Clause(.regularUpdates, "6.3, vulnerabilities are addressed"),
                Clause(.leastPrivilege, "7.2, access is granted by need"),
                Clause(.threatDetection, "11.5, intrusions are detected"),
            ]
        case .healthRecords:
            [
                Clause(.encryptedDataVolumes, "164.312(a)(2)(iv), encryption"),
                Clause(.leastPrivilege, "164.312(a)(1), access control"),
                Clause(.smbEncryption, "164.312(e)(2)(ii), encryption in transit"),
                Clause(.smbSigning, "164.312(e)(2)(i), integrity in transit"),
                Clause(.threatDetection, "164.308(a)(1)(ii)(D), activity is reviewed"),
            ]
        }
    }

    /// A control and the clause of a standard that asks for it.
    public struct Clause: Sendable, Hashable {
        public let control: SecurityControl
        public let words: String

        init(_ control: SecurityControl, _ words: String = "") {
            self.control = control
            self.words = words
        }
    }
}

/// Whether a posture complies with a built-in policy.
public struct PolicyCompliance: Sendable, Hashable {
    public let policy: BuiltInPolicy
    /// Compliant where all its controls are on, not compliant where one is known not to be, unknown otherwise: also where a
    /// control is the cloud's and there is none, since a standard goes on asking.
    public let verdict: ComplianceReport.Verdict
    /// The controls that are known not to be on.
    public let broken: [SecurityControl]
    /// The controls of which that is not known.
    public let unknown: [SecurityControl]
    /// Whether the cloud assigns it: without one nothing enforces it but whoever holds the posture to it.
    public let isAssigned: Bool
}

extension SecurityPosture {
    /// Holds the posture to a built-in policy (AL-88).
    public func compliance(with policy: BuiltInPolicy) -> PolicyCompliance {
        let broken = policy.controls.filter { control in
            control.applies(in: mode) && state(of: control).map { $0 < .on } ?? false
        }
        let unknown = policy.controls.filter { !$0.applies(in: mode) || state(of: $0) == nil }
        let verdict: ComplianceReport.Verdict =
            !broken.isEmpty ? .notCompliant : unknown.isEmpty ? .compliant : .unknown
        return PolicyCompliance(
            policy: policy, verdict: verdict, broken: broken, unknown: unknown, isAssigned: mode.isConnected)
    }
}
