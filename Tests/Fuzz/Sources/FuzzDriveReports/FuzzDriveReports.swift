import Fuzzing
import HealthModel
import RDMAModel

/// A document of JSON: as such, as a report of smartctl, as one of rdmaprobe.
///
/// Must hold: a drive that could not be read gives no signal but that; no signal is there twice.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Input(start, count).rest
    let time = ReadingTime(SignalTime(seconds: 0))
    guard (try? JSONValue(parsing: bytes)) != nil else { return 0 }
    if let report = try? DriveReport(parsing: bytes), let signals = try? report.measurements(at: time) {
        if report.exit?.isNoReading == true {
            require(signals.count == 2, "\(signals.count) signals of an unreadable drive")
        }
        for signal in signals { require(!signal.value.isNaN, "\(signal.identity) is no number") }
    }
    if let report = try? ProbeReport(healthDocument: bytes) { _ = try? report.measurements(at: time) }
    return 0
}
