/// Why a formula has no result: a value outside its bounds, named with the bound and what to write instead.
///
/// The description is one line.
public struct StorageMathError: Error, Sendable, Hashable {
    /// What the value stands for, in words: "servers", "drives of server 3".
    public let quantity: String
    /// The value as it was given.
    public let value: String
    /// What it must be: "1 to 16".
    public let bound: String
    /// What to do instead.
    public let remedy: String

    public init(_ quantity: String, _ value: String, bound: String, remedy: String) {
        self.quantity = quantity
        self.value = value
        self.bound = bound
        self.remedy = remedy
    }
}

extension StorageMathError: CustomStringConvertible {
    public var description: String { "\(quantity): \(value) is not \(bound); \(remedy)" }
}

extension StorageMathError {
    /// The value, or an error that names the bounds; its words are not put together where there is none.
    static func require(
        _ value: Int, in range: ClosedRange<Int>, _ quantity: @autoclosure () -> String,
        remedy: @autoclosure () -> String
    ) throws(StorageMathError) {
        guard range.contains(value) else {
            throw StorageMathError(
                quantity(), "\(value)", bound: "\(range.lowerBound) to \(range.upperBound)", remedy: remedy())
        }
    }
}
