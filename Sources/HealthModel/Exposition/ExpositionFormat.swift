/// The two text formats in which a system tells its metrics.
public enum ExpositionFormat: String, Sendable, Hashable, CaseIterable {
    /// Prometheus' text format 0.0.4: blanks between tokens, comments, timestamps in milliseconds, names of any text in
    /// quotes as current Prometheus reads them.
    case prometheusText = "prometheus"
    /// OpenMetrics 1.0: one blank, `# EOF` at the end, timestamps in seconds; one fault makes the whole invalid.
    case openMetrics = "openmetrics"
}

/// What an exposition says of a family of metrics.
public enum ExpositionType: String, Sendable, Hashable, CaseIterable {
    case counter
    case gauge
    case histogram
    case gaugeHistogram = "gaugehistogram"
    case stateSet = "stateset"
    case info
    case summary
    /// Nothing is said; `untyped` in Prometheus' format.
    case unknown
}

/// How much of an exposition is read; more is refused, never cut.
public struct ExpositionLimits: Sendable, Hashable {
    /// Bytes of the whole.
    public var bytes: Int
    /// Samples of the whole.
    public var samples: Int
    /// Families of the whole.
    public var families: Int
    /// Labels of a sample.
    public var labels: Int
    /// Bytes of a line.
    public var lineBytes: Int

    /// - Parameters:
    ///   - bytes: by default 256 MiB, at most 1 GiB.
    ///   - samples: by default 4 million.
    ///   - families: by default 1 million.
    ///   - labels: by default those of ``SignalIdentity``, and never more.
    ///   - lineBytes: by default 1 MiB.
    public init(
        bytes: Int = 1 << 28, samples: Int = 4_000_000, families: Int = 1_000_000,
        labels: Int = SignalIdentity.Limit.labels, lineBytes: Int = 1 << 20
    ) {
        self.bytes = min(max(0, bytes), 1 << 30)
        self.samples = min(max(0, samples), 1 << 28)
        self.families = min(max(0, families), 1 << 28)
        self.labels = min(max(0, labels), SignalIdentity.Limit.labels)
        self.lineBytes = max(0, lineBytes)
    }
}

/// What becomes of a series that an exposition has twice.
public enum RepeatedSeries: Sendable, Hashable, CaseIterable {
    /// The exposition is refused: one of the two values is wrong, and nobody can tell which.
    case refused
    /// Both are kept, and ``Exposition/repeated`` names the later ones.
    case listed
}
