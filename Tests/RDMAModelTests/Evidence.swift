import ClusterCore
import RDMAModel

/// Evidence for verdict tests: every planned cell with one latency for all samples.
func evidence(
    _ latencyNanoseconds: UInt64, samples: Int = 10_000, sizes: [UInt64] = [64, 4096, 65536, 524_288],
    operations: [Operation] = [.send, .write, .read], ending: ProbeEvidence.Ending = .finished,
    softwareRDMA: Bool? = false
) -> ProbeEvidence {
    let plan = ProbePlan(operations: operations, sizesBytes: sizes)
    return ProbeEvidence(
        plan: plan,
        cells: plan.cells.map { cell in
            LatencyCell(cell: cell, lost: 0, samples: Array(repeating: latencyNanoseconds, count: samples))
        },
        ending: ending, softwareRDMA: softwareRDMA, subject: "host:h1")
}

extension ProbeEvidence {
    /// The same with one cell changed.
    func changing(
        _ operation: Operation, _ size: UInt64, _ change: (inout LatencyCell) -> Void
    ) -> ProbeEvidence {
        var copy = self
        for index in copy.cells.indices
        where copy.cells[index].operation == operation && copy.cells[index].sizeBytes == size {
            change(&copy.cells[index])
        }
        return copy
    }

    /// The same with one cell measured with other samples.
    func replacing(_ operation: Operation, _ size: UInt64, samples: [UInt64]) -> ProbeEvidence {
        changing(operation, size) { $0 = LatencyCell(cell: $0.cell, lost: 0, samples: samples) }
    }

    /// The same without one cell.
    func removing(_ operation: Operation, _ size: UInt64) -> ProbeEvidence {
        var copy = self
        copy.cells.removeAll { $0.operation == operation && $0.sizeBytes == size }
        return copy
    }
}
