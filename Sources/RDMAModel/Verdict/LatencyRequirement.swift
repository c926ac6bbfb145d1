public import ClusterCore

/// What a profile asks of a path's latency and of its losses, read from the profile's rules.
///
/// A limit is strict: a figure must lie **below** it, a figure equal to it does not.
public struct LatencyRequirement: Sendable, Hashable {
    /// The profile's name.
    public var profile: String
    /// What is asked of latency; `nil` where the profile does not judge it.
    public var latency: Latency?
    /// What is asked of losses; `nil` where the profile does not judge them.
    public var loss: Loss?
    /// What is asked of unreliable datagrams; `nil` where the profile does not judge them.
    public var datagramLoss: DatagramLoss?
    /// How much it matters that software RDMA was measured; `nil` where the profile does not say it.
    public var softwareSeverity: Severity?

    public init(
        profile: String, latency: Latency?, loss: Loss?, datagramLoss: DatagramLoss? = nil, softwareSeverity: Severity?
    ) {
        self.datagramLoss = datagramLoss
        self.profile = profile
        self.latency = latency
        self.loss = loss
        self.softwareSeverity = softwareSeverity
    }

    /// What is asked of latency.
    public struct Latency: Sendable, Hashable {
        /// The figure that is judged.
        public var percentile: Percentile
        /// Sizes that are judged and must have been measured, in bytes.
        public var sizesBytes: [UInt64]
        /// Every planned size up to this one is judged too, and there must be one; `nil` for no such rule.
        public var sizesUpToBytes: UInt64?
        /// Operations that are judged and must have been measured; `nil` for those of the plan.
        public var operations: [Operation]?
        /// The percentile must lie below this.
        public var requiredBelowNanoseconds: UInt64
        /// Below this it is optimal; `nil` where the profile knows no optimum.
        public var optimalBelowNanoseconds: UInt64?
        /// Whether a broken limit decides the verdict, or is only reported.
        public var decides: Bool
        /// How much a broken limit matters.
        public var severity: Severity
        /// Where the limits are written.
        public var reference: Reference?

        public init(
            percentile: Percentile, sizesBytes: [UInt64], sizesUpToBytes: UInt64? = nil,
            operations: [Operation]? = nil, requiredBelowNanoseconds: UInt64, optimalBelowNanoseconds: UInt64? = nil,
            decides: Bool = true, severity: Severity = .critical, reference: Reference? = nil
        ) {
            self.percentile = percentile
            self.sizesBytes = sizesBytes
            self.sizesUpToBytes = sizesUpToBytes
            self.operations = operations
            self.requiredBelowNanoseconds = requiredBelowNanoseconds
            self.optimalBelowNanoseconds = optimalBelowNanoseconds
            self.decides = decides
            self.severity = severity
            self.reference = reference
        }
    }

    /// What is asked of losses, over every cell that was planned, of any size.
    public struct Loss: Sendable, Hashable {
        /// As many operations of a cell may be lost.
        public var atMost: UInt64
        /// Whether a broken limit decides the verdict, or is only reported.
        public var decides: Bool
        public var severity: Severity
        public var reference: Reference?

        public init(
            atMost: UInt64, decides: Bool = true, severity: Severity = .critical, reference: Reference? = nil
        ) {
            self.atMost = atMost
            self.decides = decides
            self.severity = severity
            self.reference = reference
        }
    }
}

extension LatencyRequirement {
    /// What is asked of unreliable datagrams, over every size that was planned.
    public struct DatagramLoss: Sendable, Hashable {
        /// The share of a size's messages that may be lost.
        public var atMost: Fraction
        /// Whether a broken limit decides the verdict, or is only reported.
        public var decides: Bool
        public var severity: Severity
        public var reference: Reference?

        public init(
            atMost: Fraction, decides: Bool = true, severity: Severity = .critical, reference: Reference? = nil
        ) {
            self.atMost = atMost
            self.decides = decides
            self.severity = severity
            self.reference = reference
        }

        /// Whether so many of so many are more than may be lost, compared exactly.
        func isBroken(lost: UInt64, of sent: UInt64) -> Bool {
            let allowed = UInt64(clamping: atMost.numerator).multipliedFullWidth(by: sent)
            let found = lost.multipliedFullWidth(by: UInt64(clamping: atMost.denominator))
            return (found.high, found.low) > (allowed.high, allowed.low)
        }
    }
}

extension LatencyRequirement.Latency {
    /// Whether a cell of this kind is judged. An operation with a size of its own is judged at that size where the profile
    /// names the operation, whatever sizes it names.
    public func judges(_ cell: ProbePlan.Cell) -> Bool {
        guard (operations ?? Operation.allCases).contains(cell.operation) else { return false }
        if operations != nil, cell.operation.fixedSizeBytes == cell.sizeBytes { return true }
        return sizesBytes.contains(cell.sizeBytes) || sizesUpToBytes.map { cell.sizeBytes <= $0 } ?? false
    }

    /// The cells that must have been measured for this plan: those of the plan that are judged, and those that the
    /// profile demands whatever the plan says.
    func demanded(by plan: ProbePlan) -> [ProbePlan.Cell] {
        var cells = plan.cells.filter(judges)
        for operation in operations ?? plan.operations {
            let pattern = plan.pattern(of: operation)
            let fixed = operation.fixedSizeBytes
            // Without being named, an operation with a size of its own is demanded by nobody.
            if fixed != nil, operations == nil { continue }
            for load in plan.loads {
                for size in fixed.map({ [$0] }) ?? sizesBytes {
                    let cell = ProbePlan.Cell(operation: operation, pattern: pattern, sizeBytes: size, load: load)
                    if !cells.contains(cell) { cells.append(cell) }
                }
            }
            // An operation that is demanded without any planned size up to the limit: the limit itself stands for it.
            if fixed == nil, let limit = sizesUpToBytes, !cells.contains(where: { $0.operation == operation }) {
                cells.append(ProbePlan.Cell(operation: operation, pattern: pattern, sizeBytes: limit))
            }
        }
        return cells
    }
}
