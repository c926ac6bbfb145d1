import Fuzzing
import HealthModel

/// An export of a log; the first byte says of which.
///
/// Must hold: every event is counted once, and the counter keeps to its limit.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = Input(start, count)
    let isJournal = input.byte() & 1 == 0
    let bytes = input.rest
    guard let batch = try? isJournal ? LogBatch(journal: bytes) : LogBatch(windowsEvents: bytes) else { return 0 }
    var counter = LogCounter(limit: 3)
    counter.count(batch)
    guard let signals = try? counter.measurements(at: ReadingTime(SignalTime(seconds: 0))) else {
        require(false, "counts without identities")
        return 0
    }
    require(signals.count <= 3 + LogLevel.allCases.count + 1, "\(signals.count) signals of a counter of 3")
    let sum = signals.reduce(0 as UInt64) { $0 + ($1.value.unsigned ?? 0) }
    require(sum == UInt64(batch.events.count + batch.unreadable), "\(sum) of \(batch.events.count) events counted")
    return 0
}
