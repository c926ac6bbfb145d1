import Fuzzing
import RDMAModel
import Reports

/// Two reports, cut at the first zero byte, that are compared.
///
/// Must hold: a comparison can be written, and is the same when it is read back; nothing is worse or changed from a report
/// to itself.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let pieces = Input(start, count).pieces
    guard let old = report(pieces[0]), let new = pieces.count > 1 ? report(pieces[1]) : old else { return 0 }
    for tolerance in [0, 0.05] {
        let comparison = ReportComparison(from: old, to: new, tolerance: tolerance)
        guard let text = try? JSONDocument.encode(comparison, schema: ReportComparison.schema) else {
            require(false, "a comparison cannot be written")
            return 0
        }
        let again = try? JSONDocument.decode(
            ReportComparison.self, from: Array(text.utf8), schema: ReportComparison.schema)
        require(again == comparison, "a comparison is not what was written")
    }
    // A report that holds a cell twice has no one cell to compare with.
    let kinds = Set(old.latency.map { "\($0.cell) \($0.load)" })
    if kinds.count == old.latency.count {
        let same = ReportComparison(from: old, to: old)
        require(same.outcome != .changed, "a report is worse than itself: \(same.reasons)")
        require(!same.changes.contains(where: \.counts), "a report differs from itself: \(same.changes)")
    }
    return 0
}

private func report(_ bytes: [UInt8]) -> ProbeReport? {
    try? JSONDocument.decode(ProbeReport.self, from: bytes, schema: ProbeReport.schema, sizeLimit: 1 << 20)
}
