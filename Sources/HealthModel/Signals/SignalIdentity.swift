/// What a signal is of: a name and labels, as in `node_disk_reads_completed_total{device="nvme0n1"}`.
///
/// Labels are sorted by name and no name is there twice. A label with an empty value is the same as none, as in
/// Prometheus, and is left out. Sizes are bounded, so nobody's exposition can fill memory with one identity.
public struct SignalIdentity: Sendable, Hashable {
    /// The metric.
    public let name: SignalName
    /// The labels, sorted by name.
    public let labels: [SignalLabel]

    /// The limits of an identity.
    public enum Limit {
        /// Labels of one signal.
        public static let labels = 64
        /// Bytes of a label's name.
        public static let labelName = 256
        /// Bytes of a label's value.
        public static let labelValue = 4096
        /// Bytes of all names and values of the labels of one signal.
        public static let allLabels = 16384
    }

    /// Sorts and checks labels.
    public init(_ name: SignalName, _ labels: [SignalLabel] = []) throws(SignalError) {
        let sorted = labels.filter { !$0.value.isEmpty }.sorted()
        var bytes = 0
        for (index, label) in sorted.enumerated() {
            guard !label.name.isEmpty, SignalText.isAcceptable(label.name, limit: Limit.labelName) else {
                throw SignalError(
                    .badName, input: name.text,
                    problem: "the label name \"\(label.name)\" is empty, too long or holds control characters",
                    remedy: "use 1 to \(Limit.labelName) bytes of printable text")
            }
            guard label.value.utf8.count <= Limit.labelValue else {
                throw SignalError(
                    .tooLarge, input: name.text,
                    problem: "the value of the label \(label.name) has \(label.value.utf8.count) bytes",
                    remedy: "use at most \(Limit.labelValue)")
            }
            if index > 0, sorted[index - 1].name == label.name {
                throw SignalError(
                    .duplicate, input: name.text, problem: "the label \(label.name) is there twice",
                    remedy: "name each label once")
            }
            bytes += label.name.utf8.count + label.value.utf8.count
        }
        guard sorted.count <= Limit.labels, bytes <= Limit.allLabels else {
            throw SignalError(
                .tooLarge, input: name.text, problem: "\(sorted.count) labels of \(bytes) bytes",
                remedy: "use at most \(Limit.labels) labels of \(Limit.allLabels) bytes")
        }
        self.init(unchecked: name, sorted)
    }

    /// Checks a name and labels.
    public init(_ name: String, _ labels: [SignalLabel] = []) throws(SignalError) {
        try self.init(SignalName(name), labels)
    }

    /// An identity that the caller has checked; the labels are sorted, none is empty.
    init(unchecked name: SignalName, _ labels: [SignalLabel]) {
        self.name = name
        self.labels = labels
    }

    /// The value of a label, or `nil` where the signal has none of that name.
    public subscript(label: String) -> String? { labels.first { $0.name == label }?.value }
}

extension SignalIdentity: Comparable {
    /// By name, then by labels in order.
    public static func < (left: SignalIdentity, right: SignalIdentity) -> Bool {
        if left.name != right.name { return left.name < right.name }
        return left.labels.lexicographicallyPrecedes(right.labels)
    }
}

extension SignalIdentity: CustomStringConvertible {
    /// As exposition text writes it; a name outside the old form stands quoted inside the braces.
    public var description: String {
        var parts = name.isClassic ? [] : [SignalIdentity.quoted(name.text)]
        for label in labels {
            let key = SignalText.isIdentifier(label.name, colon: false) ? label.name : SignalIdentity.quoted(label.name)
            parts.append("\(key)=\(SignalIdentity.quoted(label.value))")
        }
        let head = name.isClassic ? name.text : ""
        return parts.isEmpty ? head : "\(head){\(parts.joined(separator: ","))}"
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
