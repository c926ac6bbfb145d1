/// Why a plan or a table of the topology has no answer: a value outside its bounds, named with its place, the bound and what
/// to write instead.
///
/// The description is one line of printable ASCII, whatever the input held.
public struct TopologyError: Error, Sendable, Hashable {
    /// What the value stands for, with its place where it has one: "line 3 of the allow-list", "VLAN of storage adapter 2".
    public let place: String
    /// The value as it was given, cut where it is long.
    public let value: String
    /// What it must be: "1 to 16".
    public let bound: String
    /// What to do instead.
    public let remedy: String

    /// The error; a long value is cut, and what is not printable ASCII in it becomes `?`.
    public init(_ place: String, _ value: String, bound: String, remedy: String) {
        self.place = place
        var shown = ""
        for scalar in value.unicodeScalars.prefix(TopologyError.valueLimit) {
            if (" "..."~").contains(scalar) { shown.unicodeScalars.append(scalar) } else { shown += "?" }
        }
        self.value = value.unicodeScalars.count > TopologyError.valueLimit ? shown + "..." : shown
        self.bound = bound
        self.remedy = remedy
    }

    /// How much of a value an error shows.
    private static let valueLimit = 80
}

extension TopologyError: CustomStringConvertible {
    public var description: String { "\(place): \"\(value)\" is not \(bound); \(remedy)" }
}

extension TopologyError {
    /// The value, or an error that names the bounds.
    static func require(
        _ value: Int, in range: ClosedRange<Int>, _ place: String, remedy: String
    ) throws(TopologyError) {
        guard range.contains(value) else {
            throw TopologyError(
                place, "\(value)", bound: "\(range.lowerBound) to \(range.upperBound)", remedy: remedy)
        }
    }
}
