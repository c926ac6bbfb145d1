public import ClusterCore

/// A rule that is told by something else than a check of a model: a plan of a network, a list of endpoints, a posture, the
/// clocks of the control plane.
public struct FurtherRule: Sendable, Hashable {
    public let rule: RuleID
    /// What is asked, in one line.
    public let title: String
    /// Why it is asked.
    public let reason: String
    /// What to do where it is broken.
    public let remedy: String
    /// The figures that a profile may set, with the meaning of each.
    public let parameters: [TopologyRule.Parameter]
    /// The profiles that come along and may set them; none where the rule has no figures.
    public let profiles: [RuleProfile]

    init(
        _ rule: RuleID, _ title: String, reason: String, remedy: String, _ parameters: [TopologyRule.Parameter] = [],
        by profiles: [RuleProfile] = []
    ) {
        self.rule = rule
        self.title = title
        self.reason = reason
        self.remedy = remedy
        self.parameters = parameters
        self.profiles = profiles
    }

    /// All of them, by name.
    public static let all: [FurtherRule] = (network + connectivity + controlPlane + security).sorted {
        $0.rule < $1.rule
    }

    /// The rule of a name, or `nil` where there is none.
    public static func named(_ name: String) -> FurtherRule? { all.first { $0.rule.rawValue == name } }

    private static let network: [FurtherRule] = [
        FurtherRule(
            NetworkReading.openRule, "a plan of the network rests on facts of the model",
            reason: "What the model leaves open was taken as usual, and may be otherwise.",
            remedy: "write the fact in the model, as the finding says"),
        FurtherRule(
            NetworkReading.planRule, "what the model says of the network can be planned",
            reason: "It contradicts itself, or is beyond what a source allows.",
            remedy:
                "change what the finding names; see clustermodel explain network.converged for ways to share adapters"),
        FurtherRule(
            NetworkProfile.tor, "each rack has enough switches at its top",
            reason: "The only switch takes the cluster with it.", remedy: "add a second switch",
            [
                TopologyRule.Parameter("switches_minimum", "the fewest switches of a zone"),
                TopologyRule.Parameter("single_nodes_maximum", "the most hosts for which one does"),
            ], by: NetworkProfile.builtIn),
        FurtherRule(
            NetworkProfile.rdmaKinds, "RDMA is of a kind that is supported",
            reason: "Another kind works at best without support.", remedy: "use adapters of another kind",
            [TopologyRule.Parameter("kinds", "the kinds that may be used")], by: NetworkProfile.builtIn),
        FurtherRule(
            NetworkProfile.frames, "storage has large frames",
            reason: "Small ones cost more work for the same data.",
            remedy: "set the adapters' jumbo packet to 9014 and the switches' to 9216",
            [TopologyRule.Parameter("mtu_minimum", "the smallest that is large enough, in bytes")],
            by: NetworkProfile.builtIn),
        FurtherRule(
            InfrastructurePool.rule, "addresses for the deployment's own use are free and well formed",
            reason: "A deployment's validator refuses others.", remedy: "choose other ranges, as the finding says"),
    ]

    private static let connectivity: [FurtherRule] = [
        FurtherRule(
            ConnectivityCoverage.rule, "an allow-list lets through what the cluster must reach",
            reason: "What is missing fails late: in a deployment, an update, or when a certificate is checked.",
            remedy: "add the entry that the finding names"),
        FurtherRule(
            ConnectivityProfile.bandwidth, "the link to the cloud carries enough",
            reason: "Updates take hours on a slow link, and backups never end.", remedy: "order a faster link",
            [
                TopologyRule.Parameter("minimum", "the least"),
                TopologyRule.Parameter("recommended", "what is advised"),
                TopologyRule.Parameter("optimal", "what backup and recovery want"),
            ], by: ConnectivityProfile.builtIn),
        FurtherRule(
            ConnectivityProfile.roundTrip, "the region is near", reason: "Management gets slow with a long way.",
            remedy: "choose a nearer region",
            [TopologyRule.Parameter("target", "what is aimed at"), TopologyRule.Parameter("maximum", "the longest")],
            by: ConnectivityProfile.builtIn),
        FurtherRule(
            ConnectivityProfile.inspection, "nothing on the way opens encrypted traffic",
            reason: "Services check certificates and refuse one that something on the way put in their place.",
            remedy: "take the endpoints out of the inspection",
            [TopologyRule.Parameter("allowed", "whether it may")], by: ConnectivityProfile.builtIn),
        FurtherRule(
            ConnectivityProfile.privateOnly, "a private link is not the only way",
            reason: "Not every endpoint can be reached over one.", remedy: "let the rest out to the Internet",
            [TopologyRule.Parameter("allowed", "whether it may be")], by: ConnectivityProfile.builtIn),
        FurtherRule(
            ConnectivityProfile.inbound, "nothing is let in from the Internet",
            reason: "No service needs it.", remedy: "close the way in",
            [TopologyRule.Parameter("allowed", "whether it may be")], by: ConnectivityProfile.builtIn),
    ]

    private static let controlPlane: [FurtherRule] = [
        FurtherRule(
            ControlPlaneProfile.sync, "a connected cluster synchronises in time",
            reason: "After that it creates no virtual machine; those that run go on.", remedy: "bring the link back",
            [TopologyRule.Parameter("days", "days from one to the next")], by: ControlPlaneProfile.builtIn),
        FurtherRule(
            ControlPlaneProfile.arcIdentity, "a machine connects before its identity in the cloud expires",
            reason: "An expired one must be registered anew.", remedy: "bring the link back",
            [TopologyRule.Parameter("days", "days from one to the next")], by: ControlPlaneProfile.builtIn),
        FurtherRule(
            SovereigntyReport.rule, "only data that may leaves the premises",
            reason: "Where data is kept is a matter of law and of contracts.",
            remedy: "turn the service off, govern the cluster without a cloud, or allow it"),
    ]

    private static let security: [FurtherRule] = SecurityControl.allCases.map { control in
        FurtherRule(
            SecurityProfile.rule(of: control), "\(control.words) is on",
            reason:
                "A layer of defence (\(control.layer.rawValue.replacing("_", with: " "))): without it the others must hold alone.",
            remedy: "turn \(control.words) on"
                + (control.needsRestart == true ? "; it takes effect after a restart" : ""),
            [TopologyRule.Parameter("state", "what it has to be: on, or audit")], by: SecurityProfile.builtIn)
    }
}
