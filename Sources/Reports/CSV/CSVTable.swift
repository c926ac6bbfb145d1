/// A table for programs and spreadsheets: comma-separated values by RFC 4180, with a header line, fields in quotes where
/// they need them, and a carriage return and a line feed after each line.
///
/// ```swift
/// var table = CSVTable(columns: ["operation", "p99_ns"])
/// table.add([.text("write"), .integer(531_250)])
/// print(table.text, terminator: "")
/// ```
///
/// A value that is not known is an empty field, an empty text is `""`. Words come from outside: control characters in
/// them become `?`, and a text that a spreadsheet would take for a formula (it begins with `=`, `+`, `-` or `@`) gets an
/// apostrophe before it. Numbers depend on no locale.
public struct CSVTable: Sendable, Hashable {
    /// A value in a row.
    public enum Field: Sendable, Hashable {
        /// Not known: an empty field.
        case unknown
        case text(String)
        case integer(UInt64)
        /// A number that is not finite is not known.
        case decimal(Double)
        /// `true` or `false`.
        case flag(Bool)

        /// The text, or ``unknown``.
        public static func text(_ text: String?) -> Field { text.map { .text($0) } ?? .unknown }
        /// The whole number, or ``unknown``.
        public static func integer(_ value: UInt64?) -> Field { value.map { .integer($0) } ?? .unknown }
        /// The number, or ``unknown``.
        public static func decimal(_ value: Double?) -> Field { value.map { .decimal($0) } ?? .unknown }
        /// The flag, or ``unknown``.
        public static func flag(_ value: Bool?) -> Field { value.map { .flag($0) } ?? .unknown }
    }

    /// The columns' names, the first line.
    public let columns: [String]
    /// The rows, each with as many fields as there are columns.
    public private(set) var rows: [[Field]] = []

    public init(columns: [String]) { self.columns = columns }

    /// Adds a row; missing fields are not known, surplus ones are left out.
    public mutating func add(_ fields: [Field]) {
        rows.append(columns.indices.map { $0 < fields.count ? fields[$0] : .unknown })
    }

    /// The whole table with its header.
    public var text: String {
        ([columns.map { .text($0) }] + rows).map { $0.map(\.csv).joined(separator: ",") + "\r\n" }.joined()
    }
}

extension CSVTable.Field {
    fileprivate var csv: String {
        switch self {
        case .unknown: ""
        case .integer(let value): "\(value)"
        case .decimal(let value): value.isFinite ? "\(value)" : ""
        case .flag(let value): "\(value)"
        case .text(let words): quoted(words)
        }
    }
}

private func quoted(_ words: String) -> String {
    var safe = printable(words)
    // Scalar by scalar, as a reader takes it: a comma with an accent behind it is a comma all the same.
    let scalars = safe.unicodeScalars
    if let first = scalars.first, ["=", "+", "-", "@"].contains(first) { safe = "'" + safe }
    // A space at an end is part of the field by RFC 4180, but not for every reader.
    let needsQuotes =
        scalars.isEmpty || scalars.first == " " || scalars.last == " " || scalars.contains { $0 == "," || $0 == "\"" }
    return needsQuotes ? "\"" + escaped(safe, ["\"": "\"\""]) + "\"" : safe
}
