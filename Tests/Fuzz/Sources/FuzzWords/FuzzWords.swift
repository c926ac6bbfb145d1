import ClusterCore
import Fuzzing

/// A value with its unit as a person types it; the first byte says of which kind.
///
/// Must hold: a value that was read, written and read again is the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = Input(start, count)
    let kind = input.byte()
    let text = input.text
    switch kind % 9 {
    case 0: check(text) { try? ByteCount(parsing: $0) }
    case 1: check(text) { try? BitRate(parsing: $0) }
    case 2: check(text) { try? ByteRate(parsing: $0) }
    case 3: check(text) { try? Fraction(parsing: $0) }
    case 4: check(text) { try? CalendarDate(parsing: $0) }
    case 5: check(text) { try? IPAddress(parsing: $0) }
    case 6: check(text) { try? Subnet(parsing: $0) }
    case 7: check(text) { try? Watts(parsing: $0) }
    default: _ = try? Duration(parsing: text)
    }
    return 0
}

private func check<Value: Equatable & CustomStringConvertible>(_ text: String, _ read: (String) -> Value?) {
    guard let value = read(text) else { return }
    require(read(value.description) == value, "\(text) is written as \(value) and read as another value")
}
