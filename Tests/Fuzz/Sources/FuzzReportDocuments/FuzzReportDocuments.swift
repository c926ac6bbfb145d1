import Fuzzing
import RDMAModel
import Reports

/// A report as a JSON document.
///
/// Must hold: a report that was read, written and read again is the same; an error says something.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let report: ProbeReport
    do throws(JSONDocumentError) {
        report = try JSONDocument.decode(
            ProbeReport.self, from: Input(start, count).rest, schema: ProbeReport.schema, sizeLimit: 1 << 20)
    } catch {
        require(!"\(error)".isEmpty, "an error without words")
        return 0
    }
    guard let text = try? JSONDocument.encode(report, schema: ProbeReport.schema) else { return 0 }
    let again = try? JSONDocument.decode(ProbeReport.self, from: Array(text.utf8), schema: ProbeReport.schema)
    require(again == report, "a report is not what was written")
    return 0
}
