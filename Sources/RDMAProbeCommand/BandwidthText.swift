import ClusterCore
import RDMAModel
import Reports

/// The flows as a table for people.
func bandwidthTable(_ flows: [BandwidthCell], _ style: TextStyle) -> TextTable {
    var table = TextTable(columns: [
        .init("operation", mayBeCut: true), .init("size", .right), .init("pairs", .right), .init("mean", .right),
        .init("lowest s", .right), .init("stall", .right), .init("messages/s", .right), .init("cpu", .right),
    ])
    for flow in flows {
        let size = ByteCount(bytes: flow.sizeBytes).binaryText
        func cell(_ text: String?) -> TextTable.Cell { TextTable.Cell(text ?? "-", text == nil ? .faint : .normal) }
        func rate(_ bits: UInt64?) -> TextTable.Cell { cell(bits.map { BitRate(bitsPerSecond: $0).decimalText.text }) }
        table.add([
            TextTable.Cell(flow.words), TextTable.Cell(size.isExact ? size.text : "\(flow.sizeBytes) B"),
            TextTable.Cell("\(flow.queuePairs)"), rate(flow.meanBitsPerSecond), rate(flow.lowestSecondBitsPerSecond),
            cell(flow.longestStallNanoseconds.map { style.duration(nanoseconds: $0) }),
            cell(flow.messagesPerSecond.flatMap(wholeText)), cell(flow.processorWords),
        ])
    }
    return table
}

/// What the columns of the table mean.
func bandwidthNote(_ flows: [BandwidthCell]) -> String {
    let ways =
        flows.contains { $0.direction == .bothWays }
        ? " both: the ends posted at the same time; > is what this host posted, < what the peer did." : ""
    return "mean: payload from the first post to the last arrival. lowest s: the whole second in which the least "
        + "arrived. stall: the longest time without an arrival. cpu: processor time of the flow's threads here/there "
        + "as a share of the time." + ways
}

/// A number without its decimals; `nil` for one that no measurement gives, which a peer may still name.
private func wholeText(_ number: Double) -> String? { UInt64(exactly: number.rounded()).map { "\($0)" } }

extension BandwidthCell {
    fileprivate var words: String {
        guard direction == .bothWays else { return operation.rawValue }
        return "\(operation.rawValue) both \(postedBy == .host ? ">" : "<")"
    }

    /// `12%/3%`; `nil` where neither end's is known.
    fileprivate var processorWords: String? {
        guard cpuShare.host != nil || cpuShare.peer != nil else { return nil }
        func words(_ share: Double?) -> String { share.flatMap { wholeText($0 * 100) }.map { $0 + "%" } ?? "-" }
        return "\(words(cpuShare.host))/\(words(cpuShare.peer))"
    }
}
