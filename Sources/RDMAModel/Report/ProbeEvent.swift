public import ClusterCore

/// Something that happened in a run, told as the run goes on: a line of the stream `rdmaprobe.event/1`.
///
/// As a document it has the key `schema` besides, which whoever writes it puts first; every key is described in
/// `Docs/Schemas/rdmaprobe.event-1.schema.json`.
public struct ProbeEvent: Sendable, Hashable {
    /// The place of the event in its stream, counted from one; a gap shows that a line is missing.
    public var number: UInt64
    /// The time since the run started, in nanoseconds.
    public var elapsedNanoseconds: UInt64
    /// What happened.
    public var occurrence: Occurrence

    /// The name and major version of the document.
    public static let schema = "rdmaprobe.event/1"

    public init(number: UInt64, elapsedNanoseconds: UInt64, occurrence: Occurrence) {
        self.number = number
        self.elapsedNanoseconds = elapsedNanoseconds
        self.occurrence = occurrence
    }

    /// What can happen, in the order of a run.
    public enum Occurrence: Sendable, Hashable {
        /// The run begins: who measures whom by which profile, and what is going to be measured.
        case started(
            tool: ProbeReport.Tool, target: String?, profile: String, plan: ProbePlan, startedUnixSeconds: Int64?)
        /// A step on the way to the connection begins.
        case step(ConnectionStep.Name)
        /// A cell is going to be measured, the `number`th of `count`.
        case cellBegun(ProbePlan.Cell, number: Int, count: Int)
        /// A cell was measured, or what there is of it where something ended it early.
        case cellEnded(LatencyCell, number: Int, count: Int)
        /// The device of the end that measures told something unasked.
        case asyncEvent(AsyncEvent)
        /// Something was found out; findings come at the end, since they follow from the whole run.
        case finding(Finding)
        /// The run is over.
        case ended(Verdict, interruption: Interruption?)

        /// The name under which the document tells it.
        public var name: String {
            switch self {
            case .started: "started"
            case .step: "step"
            case .cellBegun: "cell_begun"
            case .cellEnded: "cell_ended"
            case .asyncEvent: "async_event"
            case .finding: "finding"
            case .ended: "ended"
            }
        }
    }
}

extension ProbeEvent: Encodable {
    private enum CodingKeys: String, CodingKey {
        case event, number, tool, target, profile, plan, step, cell, latency, finding, verdict, interruption
        case asyncEvent = "async_event"
        case elapsedNanoseconds = "elapsed_ns"
        case startedUnixSeconds = "started_unix_s"
        case cellNumber = "cell_number"
        case cellCount = "cell_count"
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(occurrence.name, forKey: .event)
        try container.encode(number, forKey: .number)
        try container.encode(elapsedNanoseconds, forKey: .elapsedNanoseconds)
        switch occurrence {
        case .started(let tool, let target, let profile, let plan, let startedUnixSeconds):
            try container.encode(tool, forKey: .tool)
            try container.encode(Explicit(wrappedValue: target), forKey: .target)
            try container.encode(profile, forKey: .profile)
            try container.encode(plan, forKey: .plan)
            try container.encode(Explicit(wrappedValue: startedUnixSeconds), forKey: .startedUnixSeconds)
        case .step(let step): try container.encode(step, forKey: .step)
        case .cellBegun(let cell, let number, let count):
            try container.encode(cell, forKey: .cell)
            try container.encode(number, forKey: .cellNumber)
            try container.encode(count, forKey: .cellCount)
        case .cellEnded(let latency, let number, let count):
            try container.encode(latency, forKey: .latency)
            try container.encode(number, forKey: .cellNumber)
            try container.encode(count, forKey: .cellCount)
        case .asyncEvent(let event): try container.encode(event, forKey: .asyncEvent)
        case .finding(let finding): try container.encode(finding, forKey: .finding)
        case .ended(let verdict, let interruption):
            try container.encode(verdict, forKey: .verdict)
            try container.encode(Explicit(wrappedValue: interruption), forKey: .interruption)
        }
    }
}
