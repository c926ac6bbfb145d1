import ClusterCore

extension Alert: Codable {
    private enum Key: String, CodingKey {
        case fingerprint, rule, signal, labels, subject, severity, state, value, summary, remedy
        case signalLabels = "signal_labels"
        case activeAt = "active_at"
        case firedAt = "fired_at"
        case keepFiringSince = "keep_firing_since"
        case resolvedAt = "resolved_at"
        case staleSince = "stale_since"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let name = try container.decode(String.self, forKey: .signal)
        fingerprint = try container.decode(AlertFingerprint.self, forKey: .fingerprint)
        rule = try container.decode(RuleID.self, forKey: .rule)
        signal = try SignalIdentity(name, LabelPairs.read(container.decode([String].self, forKey: .signalLabels)))
        labels = try LabelPairs.read(container.decode([String].self, forKey: .labels))
        subject = try container.decode(ComponentIdentifier.self, forKey: .subject)
        severity = try container.decode(Severity.self, forKey: .severity)
        state = try container.decode(State.self, forKey: .state)
        value = try container.decodeIfPresent(UInt64.self, forKey: .value).map { Double(bitPattern: $0) }
        activeAt = try container.decode(SignalTime.self, forKey: .activeAt)
        firedAt = try container.decodeIfPresent(SignalTime.self, forKey: .firedAt)
        keepFiringSince = try container.decodeIfPresent(SignalTime.self, forKey: .keepFiringSince)
        resolvedAt = try container.decodeIfPresent(SignalTime.self, forKey: .resolvedAt)
        staleSince = try container.decodeIfPresent(SignalTime.self, forKey: .staleSince)
        // Version 1 of snapshots had neither.
        summary = try container.decodeIfPresent(String.self, forKey: .summary) ?? ""
        remedy = try container.decodeIfPresent(String.self, forKey: .remedy) ?? ""
    }

    /// Values stand as the bits of the double, since JSON has no infinity.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(fingerprint, forKey: .fingerprint)
        try container.encode(rule, forKey: .rule)
        try container.encode(signal.name.text, forKey: .signal)
        try container.encode(LabelPairs.written(signal.labels), forKey: .signalLabels)
        try container.encode(LabelPairs.written(labels), forKey: .labels)
        try container.encode(subject, forKey: .subject)
        try container.encode(severity, forKey: .severity)
        try container.encode(state, forKey: .state)
        try container.encodeIfPresent(value?.bitPattern, forKey: .value)
        try container.encode(activeAt, forKey: .activeAt)
        try container.encodeIfPresent(firedAt, forKey: .firedAt)
        try container.encodeIfPresent(keepFiringSince, forKey: .keepFiringSince)
        try container.encodeIfPresent(resolvedAt, forKey: .resolvedAt)
        try container.encodeIfPresent(staleSince, forKey: .staleSince)
        try container.encode(summary, forKey: .summary)
        try container.encode(remedy, forKey: .remedy)
    }
}

/// Labels as a flat list of names and values.
enum LabelPairs {
    static func written(_ labels: [SignalLabel]) -> [String] { labels.flatMap { [$0.name, $0.value] } }

    static func read(_ flat: [String]) throws(SignalError) -> [SignalLabel] {
        guard flat.count.isMultiple(of: 2) else {
            throw SignalError(
                .malformed, input: "labels", problem: "a name without a value",
                remedy: "write names and values in pairs")
        }
        return stride(from: 0, to: flat.count, by: 2).map { SignalLabel(flat[$0], flat[$0 + 1]) }
    }
}
