/// What libFuzzer hands in, taken apart.
public struct Input {
    /// The bytes that are left.
    public private(set) var bytes: ArraySlice<UInt8>

    /// Copies the bytes, so that one read beyond them is a report of AddressSanitizer.
    public init(_ start: UnsafePointer<UInt8>?, _ count: Int) {
        bytes = Array(UnsafeBufferPointer(start: start, count: count))[...]
    }

    /// The next byte; 0 where there is none.
    public mutating func byte() -> UInt8 { bytes.popFirst() ?? 0 }

    /// All that is left.
    public var rest: [UInt8] { Array(bytes) }

    /// All that is left as text; what is no UTF-8 is replaced.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// What is left, cut at zero bytes.
    public var pieces: [[UInt8]] { bytes.split(separator: 0, omittingEmptySubsequences: false).map(Array.init) }
}

/// Ends the run as a crash does, so that libFuzzer keeps the input: something that must hold does not.
public func require(_ holds: Bool, _ what: @autoclosure () -> String) {
    if !holds { fatalError(what()) }
}
