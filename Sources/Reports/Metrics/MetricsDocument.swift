/// Figures in Prometheus' text format, as the textfile collector of its node exporter reads them: families with help and
/// type, samples with labels, no time of their own (a sample with one makes the collector skip the whole file).
///
/// ```swift
/// var metrics = MetricsDocument()
/// metrics.add(
///     .init(
///         name: "rdmaprobe_latency_max_seconds", help: "Largest sample.",
///         samples: [.init(["operation": "write"], 0.00053125)]))
/// print(metrics.text, terminator: "")
/// ```
///
/// Every family is a gauge. What is not known has no sample, and a family without samples is left out. Values of labels
/// come from outside: backslash, quote and line feed are escaped, other control characters become `?`.
///
/// Source: Prometheus documentation, exposition formats, text format 0.0.4.
public struct MetricsDocument: Sendable, Hashable {
    /// Samples of one name.
    public struct Family: Sendable, Hashable {
        /// Letters, digits and underscores; the unit in base units is its last word.
        public var name: String
        /// One sentence.
        public var help: String
        public var samples: [Sample]

        /// - Precondition: the name is letters, digits and underscores and does not begin with a digit.
        public init(name: String, help: String, samples: [Sample]) {
            precondition(MetricsDocument.isName(name), "no name of a metric: \(name)")
            self.name = name
            self.help = help
            self.samples = samples
        }
    }

    /// One value under its labels.
    public struct Sample: Sendable, Hashable {
        public var labels: [String: String]
        public var value: Double

        /// - Precondition: labels are named by letters, digits and underscores and do not begin with a digit.
        public init(_ labels: [String: String], _ value: Double) {
            precondition(labels.keys.allSatisfy(MetricsDocument.isName), "no name of a label among \(labels.keys)")
            self.labels = labels
            self.value = value
        }
    }

    /// The families, in order.
    public private(set) var families: [Family] = []

    public init() {}

    /// Adds a family at the end; of a name that is there already, the samples join it.
    public mutating func add(_ family: Family) {
        if let index = families.firstIndex(where: { $0.name == family.name }) {
            families[index].samples += family.samples
        } else {
            families.append(family)
        }
    }

    /// The whole document.
    public var text: String {
        families.filter { !$0.samples.isEmpty }.map { family in
            "# HELP \(family.name) \(onOneLine(family.help, quote: false))\n# TYPE \(family.name) gauge\n"
                + family.samples.map { "\(family.name)\(labels(of: $0)) \(number($0.value))\n" }.joined()
        }.joined()
    }

    private func labels(of sample: Sample) -> String {
        guard !sample.labels.isEmpty else { return "" }
        let pairs = sample.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(onOneLine($0.value, quote: true))\"" }
        return "{\(pairs.joined(separator: ","))}"
    }

    fileprivate static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(48...57).contains(first) else { return false }
        return text.utf8.allSatisfy {
            (65...90).contains($0) || (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_")
        }
    }
}

private func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    // A whole number without the decimals that say nothing.
    if let whole = Int64(exactly: value), whole.magnitude < 1 << 53 { return "\(whole)" }
    return "\(value)"
}

private func onOneLine(_ text: String, quote: Bool) -> String {
    let escapes: [Unicode.Scalar: String] = quote ? ["\\": "\\\\", "\"": "\\\""] : ["\\": "\\\\"]
    return text.split(separator: "\n", omittingEmptySubsequences: false)
        .map { escaped(printable(String($0)), escapes) }.joined(separator: "\\n")
}
