public import ClusterCore

/// Rules that are told by something else than a check of a model: a plan of a network, a list of endpoints, a posture, the
/// clocks of the control plane.
public enum FurtherRules {
    /// All of them, by name.
    public static let all: [RuleExplanation] = (network + connectivity + controlPlane + security).sorted {
        $0.rule < $1.rule
    }

    /// The profiles that come along and have their figures, kind by kind. A rule without figures is in none.
    public static let profiles: [[RuleProfile]] = [
        NetworkProfile.builtIn, ConnectivityProfile.builtIn, ControlPlaneProfile.builtIn, SecurityProfile.builtIn,
    ]

    /// The rule of a name, or `nil` where there is none.
    public static func named(_ name: String) -> RuleExplanation? { all.first { $0.rule.rawValue == name } }

    private static let network: [RuleExplanation] = [
        RuleExplanation(
            NetworkReading.openRule, "a plan of the network rests on facts of the model",
            reason: "What the model leaves open was taken as usual, and may be otherwise.",
            remedy: "write the fact in the model, as the finding says"),
        RuleExplanation(
            NetworkReading.planRule, "what the model says of the network can be planned",
            reason: "It contradicts itself, or is beyond what a source allows.",
            remedy:
                "change what the finding names; see clustermodel explain network.converged for ways to share adapters"),
        RuleExplanation(
            NetworkProfile.tor, "each rack has enough switches at its top",
            reason: "The only switch takes the cluster with it.", remedy: "add a second switch",
            [
                .init("switches_minimum", "the fewest switches of a zone", otherwise: "not asked"),
                .init("single_nodes_maximum", "the most hosts for which one does", otherwise: "for none"),
            ]),
        RuleExplanation(
            NetworkProfile.rdmaKinds, "RDMA is of a kind that is supported",
            reason: "Another kind works at best without support.", remedy: "use adapters of another kind",
            [.init("kinds", "the kinds that may be used", otherwise: "not asked")]),
        RuleExplanation(
            NetworkProfile.frames, "storage has large frames",
            reason: "Small ones cost more work for the same data.",
            remedy: "set the adapters' jumbo packet to 9014 and the switches' to 9216",
            [.init("mtu_minimum", "the smallest that is large enough, in bytes", otherwise: "not asked")]),
        RuleExplanation(
            InfrastructurePool.rule, "addresses for the deployment's own use are free and well formed",
            reason: "A deployment's validator refuses others.", remedy: "choose other ranges, as the finding says",
            [
                .init("ranges_maximum", "the most ranges"),
                .init("first_of_several_maximum", "the most addresses of the first of several ranges"),
                .init("addresses_minimum", "the fewest addresses of all ranges"),
                .init("addresses_maximum", "the most addresses of all ranges"),
                .init("in_a_row_minimum", "the fewest addresses that follow each other"),
                .init("pods_subnet", "what pods use"),
                .init("services_subnet", "what services of Kubernetes use"),
                .init("appliance_subnet", "what the appliance of disconnected operations uses"),
            ]),
    ]

    private static let connectivity: [RuleExplanation] = [
        RuleExplanation(
            ConnectivityCoverage.rule, "an allow-list lets through what the cluster must reach",
            reason: "What is missing fails late: in a deployment, an update, or when a certificate is checked.",
            remedy: "add the entry that the finding names"),
        RuleExplanation(
            ConnectivityProfile.bandwidth, "the link to the cloud carries enough",
            reason: "Updates take hours on a slow link, and backups never end.", remedy: "order a faster link",
            [
                .init("minimum", "the least"),
                .init("recommended", "what is advised", otherwise: "not asked"),
                .init("optimal", "what backup and recovery want", otherwise: "not asked"),
            ]),
        RuleExplanation(
            ConnectivityProfile.roundTrip, "the region is near", reason: "Management gets slow with a long way.",
            remedy: "choose a nearer region",
            [.init("target", "what is aimed at", otherwise: "not asked"), .init("maximum", "the longest")]),
        RuleExplanation(
            ConnectivityProfile.inspection, "nothing on the way opens encrypted traffic",
            reason: "Services check certificates and refuse one that something on the way put in their place.",
            remedy: "take the endpoints out of the inspection",
            [.init("allowed", "whether it may")]),
        RuleExplanation(
            ConnectivityProfile.privateOnly, "a private link is not the only way",
            reason: "Not every endpoint can be reached over one.", remedy: "let the rest out to the Internet",
            [.init("allowed", "whether it may be")]),
        RuleExplanation(
            ConnectivityProfile.inbound, "nothing is let in from the Internet",
            reason: "No service needs it.", remedy: "close the way in",
            [.init("allowed", "whether it may be")]),
    ]

    private static let controlPlane: [RuleExplanation] = [
        RuleExplanation(
            ControlPlaneProfile.sync, "a connected cluster synchronises in time",
            reason: "After that it creates no virtual machine; those that run go on.", remedy: "bring the link back",
            [.init("days", "days from one to the next")]),
        RuleExplanation(
            ControlPlaneProfile.arcIdentity, "a machine connects before its identity in the cloud expires",
            reason: "An expired one must be registered anew.", remedy: "bring the link back",
            [.init("days", "days from one to the next")]),
        RuleExplanation(
            SovereigntyReport.rule, "only data that may leaves the premises",
            reason: "Where data is kept is a matter of law and of contracts.",
            remedy: "turn the service off, govern the cluster without a cloud, or allow it"),
    ]

    private static let security: [RuleExplanation] = SecurityControl.allCases.map { control in
        RuleExplanation(
            SecurityProfile.rule(of: control), control.title,
            reason:
                "A layer of defence (\(control.layer.rawValue.replacing("_", with: " "))): without it the others must hold alone."
                + (control.cipher.map { " It encrypts by \($0)." } ?? ""),
            remedy: control == .longPasswords
                ? "set \(control.name), the same on all machines"
                : "turn on \(control.name)"
                    + (control.needsRestart == true ? "; it takes effect after a restart" : ""),
            [.init("state", "what it has to be: on, or audit")]
                + (control == .longPasswords ? [.init(SecurityProfile.leastLength, "the fewest characters")] : []))
    }
}
