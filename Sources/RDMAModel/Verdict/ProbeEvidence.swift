public import ClusterCore

/// What a run found out, as far as a verdict needs it.
public struct ProbeEvidence: Sendable, Hashable {
    /// What was going to be measured. A planned cell that is absent counts as not measured.
    public var plan: ProbePlan
    /// What was measured.
    public var cells: [LatencyCell]
    /// What became of unreliable datagrams; a planned size that is absent counts as not measured.
    public var datagrams: [DatagramCell]
    /// How the run ended.
    public var ending: Ending
    /// Whether either end's device is software; `nil` where it is not known.
    public var softwareRDMA: Bool?
    /// What the findings are about: the host that measured, or the path.
    public var subject: ComponentIdentifier
    /// That the ends do not have one MTU, which can be why something was lost; `nil` where they do, or it is not known.
    public var mtuMismatch: MTUMismatch?

    public init(
        plan: ProbePlan, cells: [LatencyCell], datagrams: [DatagramCell] = [], ending: Ending, softwareRDMA: Bool?,
        subject: ComponentIdentifier = ComponentIdentifier(rawValue: ""), mtuMismatch: MTUMismatch? = nil
    ) {
        self.plan = plan
        self.cells = cells
        self.datagrams = datagrams
        self.ending = ending
        self.softwareRDMA = softwareRDMA
        self.subject = subject
        self.mtuMismatch = mtuMismatch
    }

    /// How a run ended.
    public enum Ending: Sendable, Hashable {
        /// Everything that was planned was measured, or the run's deadline came: the cells tell which.
        case finished
        /// Something failed.
        case failed(ProbeFailure)
        /// The user ended it.
        case interrupted(Interruption)
    }
}

extension ProbeEvidence {
    /// The evidence in a report that was written before, to judge it again by another profile. How the run ended is not
    /// in a report in this form, so it is given.
    public init(_ report: ProbeReport, ending: Ending) {
        self.init(
            plan: report.plan, cells: report.latency, datagrams: report.datagrams ?? [], ending: ending,
            softwareRDMA: report.environment.softwareRDMA,
            subject: ComponentIdentifier(rawValue: "").appending("host", report.host.name),
            mtuMismatch: MTUMismatch(here: report.host, there: report.peer))
    }
}
