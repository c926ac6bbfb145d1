import Fuzzing
import HealthModel

/// Exposition text; the first byte says in which format, and whether repeats are listed.
///
/// Must hold: samples that were read have identities or say why not, and what identities write is read as themselves.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = Input(start, count)
    let kind = input.byte()
    let format: ExpositionFormat = kind & 1 == 0 ? .prometheusText : .openMetrics
    guard
        let exposition = try? Exposition(
            parsing: input.rest, as: format, limits: ExpositionLimits(samples: 10_000, families: 10_000),
            repeats: kind & 2 == 0 ? .refused : .listed)
    else { return 0 }
    require(exposition.count * 2 <= count + 1, "\(exposition.count) samples of \(count) bytes")
    require(
        format == .prometheusText || kind & 2 != 0 || exposition.repeated.isEmpty, "repeats that were to be refused")
    for position in 0..<exposition.count {
        let sample = exposition[position]
        _ = (sample.kind, sample.unit, sample.type, sample.time)
        guard let identity = try? sample.identity() else { continue }
        let line = Array("\(identity) \(sample.value)\n".utf8)
        guard let again = try? Exposition(parsing: line, as: .prometheusText), again.count == 1 else {
            require(false, "\(identity) does not read back")
            continue
        }
        require((try? again[0].identity()) == identity, "\(identity) reads back as another")
        require(again[0].value == sample.value, "\(sample.value) reads back as \(again[0].value)")
    }
    _ = exposition.families
    return 0
}
