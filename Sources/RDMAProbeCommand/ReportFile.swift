import ConsoleIO
import RDMAModel
import Reports

/// A report that an earlier run wrote.
enum ReportFile {
    /// Reads the JSON document of a report; `-` is standard input.
    static func read(_ path: String) throws(ReportedError) -> ProbeReport {
        let bytes = try InputFile.bytes(of: path, limit: JSONDocument.sizeLimit)
        do throws(JSONDocumentError) {
            return try JSONDocument.decode(ProbeReport.self, from: bytes, schema: ProbeReport.schema)
        } catch {
            throw ReportedError("\(InputFile.name(of: path)): \(error); a report is what --format json writes")
        }
    }
}
