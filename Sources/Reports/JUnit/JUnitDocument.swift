/// Results as the JUnit XML that build servers read: a suite of cases, each passed, failed, in error or skipped.
///
/// ```swift
/// var suite = JUnitDocument(name: "rdmaprobe")
/// suite.add(.init(name: "write 4 KiB", group: "rdma.latency", outcome: .passed))
/// print(suite.text, terminator: "")
/// ```
///
/// The form is the schema of the Jenkins xUnit plugin (`junit-10.xsd`), which other readers take too. Words come from
/// outside: what XML 1.0 cannot hold, and control characters besides the line feed, become `?`.
public struct JUnitDocument: Sendable, Hashable {
    /// How a case ended.
    public enum Outcome: Sendable, Hashable {
        case passed
        /// A requirement is broken: what, in a line, and the details.
        case failed(String, details: String = "")
        /// It could not be told, because something went wrong.
        case error(String, details: String = "")
        /// It could not be told, because it was not tried or there is too little to tell it from.
        case skipped(String)
    }

    /// One thing that was judged.
    public struct Case: Sendable, Hashable {
        public var name: String
        /// The attribute `classname`, under which readers group cases.
        public var group: String
        public var outcome: Outcome
        /// What is worth reading besides, also where it passed.
        public var output: String

        public init(name: String, group: String, outcome: Outcome, output: String = "") {
            self.name = name
            self.group = group
            self.outcome = outcome
            self.output = output
        }
    }

    public var name: String
    /// The host that the results come from, where it is known.
    public var host: String?
    /// When it began, as ISO 8601 without a zone, in UTC: `2026-11-26T21:00:00`.
    public var timestamp: String?
    /// Names and values that say under which circumstances it ran.
    public var properties: [Property]
    public private(set) var cases: [Case] = []

    /// A name and its value.
    public struct Property: Sendable, Hashable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public init(name: String, host: String? = nil, timestamp: String? = nil, properties: [Property] = []) {
        self.name = name
        self.host = host
        self.timestamp = timestamp
        self.properties = properties
    }

    /// Adds a case at the end.
    public mutating func add(_ result: Case) { cases.append(result) }

    /// The whole document.
    public var text: String {
        var failures = 0
        var errors = 0
        var skipped = 0
        for result in cases {
            switch result.outcome {
            case .passed: break
            case .failed: failures += 1
            case .error: errors += 1
            case .skipped: skipped += 1
            }
        }
        let counts =
            attribute("tests", "\(cases.count)") + attribute("failures", "\(failures)")
            + attribute("errors", "\(errors)")
        var lines = [
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
            "<testsuites\(attribute("name", name))\(counts)>",
            "  <testsuite\(attribute("name", name))\(counts)\(attribute("skipped", "\(skipped)"))"
                + (timestamp.map { attribute("timestamp", $0) } ?? "")
                + (host.map { attribute("hostname", $0) } ?? "") + ">",
        ]
        if !properties.isEmpty {
            lines.append("    <properties>")
            lines += properties.map { "      <property\(attribute("name", $0.name))\(attribute("value", $0.value))/>" }
            lines.append("    </properties>")
        }
        lines += cases.flatMap(self.lines)
        return (lines + ["  </testsuite>", "</testsuites>", ""]).joined(separator: "\n")
    }

    private func lines(of result: Case) -> [String] {
        var inside: [String] = []
        func element(_ name: String, _ message: String, _ details: String) {
            let start = "      <\(name)\(attribute("message", message))"
            inside.append(details.isEmpty ? "\(start)/>" : "\(start)>\(xml(details))</\(name)>")
        }
        switch result.outcome {
        case .passed: break
        case .failed(let message, let details): element("failure", message, details)
        case .error(let message, let details): element("error", message, details)
        case .skipped(let message): element("skipped", message, "")
        }
        if !result.output.isEmpty { inside.append("      <system-out>\(xml(result.output))</system-out>") }
        let head = "    <testcase\(attribute("classname", result.group))\(attribute("name", result.name))"
        return inside.isEmpty ? [head + "/>"] : [head + ">"] + inside + ["    </testcase>"]
    }
}

private func attribute(_ name: String, _ value: String) -> String {
    " \(name)=\"\(xml(value.replacing("\n", with: " ")))\""
}

/// The text for XML's content and attributes; line feeds stay.
private func xml(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        escaped(printable(String(line)), ["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;"])
    }.joined(separator: "\n")
}
