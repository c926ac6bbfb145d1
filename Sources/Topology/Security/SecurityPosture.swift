public import ClusterCore

/// How a control stands.
public enum ControlState: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    case off
    /// It watches and does not enforce.
    case audit
    case on

    /// By how much it protects.
    public static func < (left: ControlState, right: ControlState) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .off: 0
        case .audit: 1
        case .on: 2
        }
    }
}

/// What is known of a control, and from where.
public struct ControlObservation: Sendable, Hashable, Codable {
    /// How it stands, or `nil` where it could not be read.
    @Explicit public var state: ControlState?
    /// Where that comes from.
    public var evidence: [Evidence]

    /// An observation.
    public init(_ state: ControlState?, evidence: [Evidence] = []) {
        self.state = state
        self.evidence = evidence
    }

    private enum CodingKeys: String, CodingKey, CaseIterable { case state, evidence }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        _state = try container.decode(Explicit<ControlState>.self, forKey: .state)
        evidence = try container.decodeIfPresent([Evidence].self, forKey: .evidence) ?? []
    }
}

/// The controls of a cluster or a host, as far as they are known.
///
/// A control that is left out is not known, which is never the same as on.
public struct SecurityPosture: Sendable, Hashable {
    /// The cluster or the host.
    public var subject: ComponentIdentifier
    /// How the cluster is governed: what a cloud does is not asked of a cluster without one.
    public var mode: ControlPlaneMode
    /// What is known.
    public var controls: [SecurityControl: ControlObservation]

    /// A posture.
    public init(
        subject: ComponentIdentifier = "cluster", mode: ControlPlaneMode,
        controls: [SecurityControl: ControlObservation]
    ) {
        self.subject = subject
        self.mode = mode
        self.controls = controls
    }

    /// How a control stands, or `nil` where it is not known.
    public func state(of control: SecurityControl) -> ControlState? { controls[control]?.state }

    /// The posture of a cluster from those of its hosts: each control stands as it stands on the weakest host, and is known
    /// where it is known of all, or off on one.
    /// - Returns: `nil` where there are no hosts.
    public static func weakest(of hosts: [SecurityPosture], subject: ComponentIdentifier) -> SecurityPosture? {
        guard let first = hosts.first else { return nil }
        var merged = SecurityPosture(subject: subject, mode: first.mode, controls: [:])
        for control in SecurityControl.allCases {
            let states = hosts.map { $0.state(of: control) }
            let known = states.compactMap { $0 }
            let state: ControlState? = known.count == states.count || known.min() == .off ? known.min() : nil
            let evidence = zip(hosts, states).map { host, state in
                Evidence(source: host.subject.rawValue, value: state?.rawValue)
            }
            merged.controls[control] = ControlObservation(state, evidence: evidence)
        }
        return merged
    }
}

extension SecurityPosture: Codable {
    private enum Key: String, CodingKey, CaseIterable { case subject, mode, controls }

    /// A control's name as a key: a reader that knows the places of keys says which there are.
    private struct ControlKey: CodingKey, CaseIterable {
        static var allCases: [ControlKey] { SecurityControl.allCases.map { ControlKey(stringValue: $0.rawValue) } }

        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// Reads a posture; a control that nobody here knows is an error, since it would be checked by nobody.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        subject = try container.decodeIfPresent(ComponentIdentifier.self, forKey: .subject) ?? "cluster"
        mode = try container.decode(ControlPlaneMode.self, forKey: .mode)
        let named = try container.nestedContainer(keyedBy: ControlKey.self, forKey: .controls)
        controls = [:]
        for key in named.allKeys.sorted(by: { $0.stringValue < $1.stringValue }) {
            let name = key.stringValue
            guard let control = SecurityControl(rawValue: name) else {
                let error = TopologyError(
                    "control", name, bound: "a control that is known",
                    remedy: "write one of \(SecurityControl.allCases.map(\.rawValue).joined(separator: ", "))")
                throw DecodingError.dataCorruptedError(
                    forKey: .controls, in: container, debugDescription: error.description)
            }
            controls[control] = try named.decode(ControlObservation.self, forKey: key)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(subject, forKey: .subject)
        try container.encode(mode, forKey: .mode)
        try container.encode(
            Dictionary(uniqueKeysWithValues: controls.map { ($0.key.rawValue, $0.value) }), forKey: .controls)
    }
}
