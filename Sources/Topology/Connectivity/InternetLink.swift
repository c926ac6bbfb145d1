public import ClusterCore

/// A cluster's way to the Internet, as far as it is known; `nil` is not known.
public struct InternetLink: Sendable, Hashable {
    /// What the link carries.
    public var bandwidth: BitRate?
    /// A round trip to the region.
    public var roundTrip: Duration?
    /// Whether something on the way opens encrypted traffic.
    public var inspectsHTTPS: Bool?
    /// Whether a private link or a dedicated circuit is the only way.
    public var isPrivateOnly: Bool?
    /// Whether connections from the Internet are let in.
    public var allowsInbound: Bool?

    /// A link of which nothing is known but what is given.
    public init(
        bandwidth: BitRate? = nil, roundTrip: Duration? = nil, inspectsHTTPS: Bool? = nil, isPrivateOnly: Bool? = nil,
        allowsInbound: Bool? = nil
    ) {
        self.bandwidth = bandwidth
        self.roundTrip = roundTrip
        self.inspectsHTTPS = inspectsHTTPS
        self.isPrivateOnly = isPrivateOnly
        self.allowsInbound = allowsInbound
    }
}

/// The profiles of connectivity that come along, and the rules in which a profile speaks to the check.
///
/// | rule | parameter | meaning |
/// | --- | --- | --- |
/// | `connectivity.bandwidth` | `minimum`, `recommended`, `optimal` | of the link; the last for backup and recovery |
/// | `connectivity.round_trip` | `target`, `maximum` | to the region |
/// | `connectivity.inspection` | `allowed` | whether encrypted traffic may be opened on the way |
/// | `connectivity.private_only` | `allowed` | whether a private link may be the only way |
/// | `connectivity.inbound` | `allowed` | whether connections from the Internet may be let in |
///
/// Where a profile names a rule, `recommended`, `optimal` and `target` may be left out and are then not asked for; the others
/// decide, and one that is missing is an error.
public enum ConnectivityProfile {
    /// What the architecture says (AL-101, AL-102, AL-103). Of its "1 to 5 Mbit/s" the lower end is the minimum.
    public static let architecture = RuleProfile(
        name: "architecture", version: "1", summary: "The link to the cloud as the architecture asks for it",
        rules: [
            bandwidth: RuleSettings(
                parameters: [
                    "minimum": .bitRate(megabits(1)), "recommended": .bitRate(megabits(50)),
                    "optimal": .bitRate(megabits(1000)),
                ],
                severity: .critical, source: Reference(architecture: [102])),
            roundTrip: RuleSettings(
                parameters: [
                    "target": .duration(.milliseconds(150)), "maximum": .duration(.milliseconds(250)),
                ],
                severity: .critical, source: Reference(architecture: [103])),
            inbound: RuleSettings(
                parameters: ["allowed": .flag(false)], severity: .warning, source: Reference(architecture: [101])),
        ])

    /// What Microsoft's pages say: a minimum, and what must not be on the way.
    public static let azureLocal23H2 = RuleProfile(
        name: "azureLocal23H2", version: "1", summary: "The link to the cloud as Microsoft's pages have it",
        rules: [
            bandwidth: RuleSettings(
                parameters: ["minimum": .bitRate(megabits(10))], severity: .critical,
                source: Reference(document: "Microsoft, system-requirements-disaggregated", date: "2026-04-09")),
            inspection: RuleSettings(
                parameters: ["allowed": .flag(false)], severity: .critical,
                source: Reference(document: "Microsoft, firewall-requirements", date: "2024-10-17")),
            privateOnly: RuleSettings(
                parameters: ["allowed": .flag(false)], severity: .critical,
                source: Reference(document: "Microsoft, firewall-requirements", date: "2024-10-17")),
        ])

    /// The profiles that need no file.
    public static let builtIn: [RuleProfile] = [architecture, azureLocal23H2]

    /// A built-in profile by its name.
    public static func named(_ name: String) -> RuleProfile? { builtIn.first { $0.name == name } }

    /// The name of its rule.
    public static let bandwidth: RuleID = "connectivity.bandwidth"
    /// The name of its rule.
    public static let roundTrip: RuleID = "connectivity.round_trip"
    /// The name of its rule.
    public static let inspection: RuleID = "connectivity.inspection"
    /// The name of its rule.
    public static let privateOnly: RuleID = "connectivity.private_only"
    /// The name of its rule.
    public static let inbound: RuleID = "connectivity.inbound"

    private static func megabits(_ count: UInt64) -> BitRate { BitRate(bitsPerSecond: count * 1_000_000) }
}

extension InternetLink {
    /// What a profile says of the link. What is not known is told as undetermined.
    /// - Throws: ClusterCore's `ProfileError` where the profile lacks a figure that decides, or has one of another kind.
    public func findings(by profile: ResolvedProfile) throws(ProfileError) -> [Finding] {
        var findings = try findingsOfBandwidth(profile) + findingsOfRoundTrip(profile)
        for (rule, value, what, remedy) in [
            (
                ConnectivityProfile.inspection, inspectsHTTPS, "encrypted traffic is opened",
                "exempt the endpoints from inspection"
            ),
            (
                ConnectivityProfile.privateOnly, isPrivateOnly, "a private link is the only way",
                "give a way to the public endpoints"
            ),
            (
                ConnectivityProfile.inbound, allowsInbound, "connections from the Internet are let in",
                "close it: all connections go out"
            ),
        ] {
            guard profile.asks(rule), try !profile.flag(rule, "allowed") else { continue }
            guard value != false else { continue }
            findings.append(
                finding(
                    rule, profile, required: "never: \(what)", measured: value.map { _ in what },
                    severity: nil, remedy: value == nil ? "find out whether \(what)" : remedy))
        }
        return findings
    }

    private func findingsOfBandwidth(_ profile: ResolvedProfile) throws(ProfileError) -> [Finding] {
        let rule = ConnectivityProfile.bandwidth
        func rate(_ name: String) throws(ProfileError) -> BitRate? {
            profile.rules[rule]?.parameters[name] != nil ? try profile.bitRate(rule, name) : nil
        }
        guard profile.asks(rule) else { return [] }
        let minimum = try profile.bitRate(rule, "minimum")
        guard let bandwidth else {
            return [
                finding(
                    rule, profile, required: "at least \(minimum)", measured: nil, severity: nil,
                    remedy: "measure the link")
            ]
        }
        if bandwidth < minimum {
            return [
                finding(
                    rule, profile, required: "at least \(minimum)", measured: "\(bandwidth)", severity: nil,
                    remedy: "use a faster link")
            ]
        }
        for (name, severity, remedy) in [
            ("recommended", Severity.warning, "use a faster link"),
            ("optimal", .information, "use a faster link where backup or recovery goes over it"),
        ] {
            guard let wanted = try rate(name), bandwidth < wanted else { continue }
            return [
                finding(
                    rule, profile, required: "\(name) \(wanted)", measured: "\(bandwidth)", severity: severity,
                    remedy: remedy)
            ]
        }
        return []
    }

    private func findingsOfRoundTrip(_ profile: ResolvedProfile) throws(ProfileError) -> [Finding] {
        let rule = ConnectivityProfile.roundTrip
        func time(_ name: String) throws(ProfileError) -> Duration? {
            profile.rules[rule]?.parameters[name] != nil ? try profile.duration(rule, name) : nil
        }
        guard profile.asks(rule) else { return [] }
        let maximum = try profile.duration(rule, "maximum")
        guard let roundTrip else {
            return [
                finding(
                    rule, profile, required: "below \(maximum.unitText)", measured: nil, severity: nil,
                    remedy: "measure a round trip to the region")
            ]
        }
        if roundTrip >= maximum {
            return [
                finding(
                    rule, profile, required: "below \(maximum.unitText)", measured: roundTrip.unitText, severity: nil,
                    remedy: "use a nearer region or a more direct link: management is slow to respond")
            ]
        }
        guard let target = try time("target"), roundTrip >= target else { return [] }
        return [
            finding(
                rule, profile, required: "target below \(target.unitText)", measured: roundTrip.unitText,
                severity: .warning, remedy: "use a nearer region or a more direct link")
        ]
    }

    private func finding(
        _ rule: RuleID, _ profile: ResolvedProfile, required: String, measured: String?, severity: Severity?,
        remedy: String
    ) -> Finding {
        Finding(
            rule: rule, severity: severity ?? profile.severity(of: rule, otherwise: .warning),
            outcome: measured == nil ? .undetermined : .notMet, subject: "internet-link",
            required: .text(required), measured: measured.map { .text($0) }, remedy: remedy,
            reference: profile.rule(governing: rule)?.source)
    }
}
