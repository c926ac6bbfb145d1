/// An exposition that was read: families and samples, held as places in the bytes that were read.
///
/// Reading makes no text of a name or a label; ``ExpositionSample`` does so when asked. A sample takes 48 bytes and its
/// place in the table of series 8 to 16; while OpenMetrics is read, its group takes as much in another table. Exemplars are
/// checked and not kept.
public struct Exposition: Sendable {
    /// What was read, as the caller named it.
    public let source: String
    /// The format in which it was read.
    public let format: ExpositionFormat
    /// The positions of samples whose series was there before; empty unless ``RepeatedSeries/listed`` was asked for.
    public let repeated: [Int]
    let bytes: [UInt8]
    let records: [ExpositionRecord]
    let familyRecords: [ExpositionFamilyRecord]

    /// Reads an exposition. One pass, except for histograms of OpenMetrics, which are looked at once more.
    /// - Parameters:
    ///   - bytes: the whole text.
    ///   - format: the format to read it in.
    ///   - source: what errors and measurements call it.
    ///   - limits: how much is read.
    ///   - repeats: what becomes of a series that is there twice.
    public init(
        parsing bytes: [UInt8], as format: ExpositionFormat, source: String = "exposition",
        limits: ExpositionLimits = ExpositionLimits(), repeats: RepeatedSeries = .refused
    ) throws(SignalError) {
        try self.init(
            parsing: bytes, as: format, source: source, limits: limits, repeats: repeats, plainly: false)
    }

    /// The same, byte by byte where `plainly` says so: slower, and with the same result.
    package init(
        parsing bytes: [UInt8], as format: ExpositionFormat, source: String = "exposition",
        limits: ExpositionLimits = ExpositionLimits(), repeats: RepeatedSeries = .refused, plainly: Bool
    ) throws(SignalError) {
        var parser = ExpositionParser(
            format: format, source: source, limits: limits, repeats: repeats, readsPlainly: plainly)
        try parser.parse(bytes)
        self.source = source
        self.format = format
        self.bytes = bytes
        repeated = parser.repeated
        records = parser.records
        familyRecords = parser.families
    }

    /// How many samples there are.
    public var count: Int { records.count }

    /// A sample in the order of the text.
    /// - Precondition: `position` is within 0..<``count``.
    public subscript(position: Int) -> ExpositionSample { ExpositionSample(exposition: self, position: position) }

    /// The families of which something was said, in the order of the text.
    public var families: [ExpositionFamily] {
        familyRecords.map { record in
            ExpositionFamily(
                name: text(record.name), type: record.type, help: record.help.map { text($0, help: true) },
                unit: record.unit.map { text($0) })
        }
    }

    /// All samples as measurements: with their own time where they have one, else read at `time`.
    ///
    /// A label without a value is left out. An error where an identity is beyond the limits of ``SignalIdentity``.
    public func measurements(at time: ReadingTime) throws(SignalError) -> [Measurement] {
        var measurements: [Measurement] = []
        measurements.reserveCapacity(count)
        for position in 0..<count {
            let sample = self[position]
            let own = sample.time.map { ReadingTime($0) } ?? time
            measurements.append(
                Measurement(
                    try sample.identity(), sample.value, unit: sample.unit, kind: sample.kind, source: source, time: own
                ))
        }
        return measurements
    }

    func text(_ piece: ExpositionPiece, help: Bool = false) -> String {
        let slice = bytes[piece.range]
        guard piece.hasEscapes else { return String(decoding: slice, as: UTF8.self) }
        return String(decoding: ExpositionEscapes.decoded(slice, quote: !help || format == .openMetrics), as: UTF8.self)
    }
}

/// A family of metrics as an exposition describes it.
public struct ExpositionFamily: Sendable, Hashable {
    /// The name, without the suffixes of its samples.
    public let name: String
    /// The type.
    public let type: ExpositionType
    /// The explanation, or `nil` where none is given.
    public let help: String?
    /// The unit, or `nil` where none is given.
    public let unit: String?
}

/// One sample of an exposition; names and labels are made when asked for.
public struct ExpositionSample: Sendable {
    let exposition: Exposition
    let position: Int

    private var record: ExpositionRecord { exposition.records[position] }

    /// The name, suffix and all.
    public var name: String { exposition.text(record.name) }

    /// The labels in the order of the text, those without a value too.
    public var labels: [SignalLabel] {
        ExpositionLabels(record.labels, exposition.bytes).map {
            SignalLabel(exposition.text($0.name), exposition.text($0.value))
        }
    }

    /// The value: a whole number exactly, anything else as the nearest double.
    public var value: SignalValue { record.value }

    /// The sample's own time, or `nil` where it has none.
    public var time: SignalTime? { record.hasTime ? SignalTime(nanoseconds: record.time) : nil }

    /// The type of its family.
    public var type: ExpositionType {
        record.family == ExpositionRecord.noFamily ? .unknown : exposition.familyRecords[Int(record.family)].type
    }

    /// The identity as signals have it.
    public func identity() throws(SignalError) -> SignalIdentity { try SignalIdentity(name, labels) }

    /// How values follow one another: counts and sums of histograms and summaries only rise.
    public var kind: SignalKind {
        switch type {
        case .counter: name.hasSuffix("_created") ? .gauge : .counter
        case .histogram, .summary:
            ["_bucket", "_count", "_sum"].contains { name.hasSuffix($0) } ? .counter : .gauge
        case .stateSet, .info: .state
        case .gauge, .gaugeHistogram, .unknown: .gauge
        }
    }

    /// The unit that the family names, or that the name ends with by Prometheus' custom.
    public var unit: SignalUnit {
        let name = name
        switch type {
        case .info, .stateSet: return .state
        case .histogram, .summary, .gaugeHistogram:
            if ["_bucket", "_count", "_gcount"].contains(where: { name.hasSuffix($0) }) { return .count }
        default: break
        }
        let declared =
            record.family == ExpositionRecord.noFamily
            ? nil : exposition.familyRecords[Int(record.family)].unit.map { exposition.text($0) }
        if let declared, let unit = SignalUnit(exposed: declared) { return unit }
        var stem = name[...]
        for suffix in ["_created"] where stem.hasSuffix(suffix) { return .seconds }
        for suffix in ["_total", "_sum", "_gsum"] where stem.hasSuffix(suffix) { stem = stem.dropLast(suffix.count) }
        guard let last = stem.split(separator: "_").last else { return .unknown }
        return SignalUnit(exposed: String(last)) ?? .unknown
    }
}

extension SignalUnit {
    /// The unit by its word in a metric's name.
    init?(exposed word: String) {
        switch word {
        case "seconds": self = .seconds
        case "bytes": self = .bytes
        case "ratio": self = .ratio
        case "celsius": self = .celsius
        case "volts": self = .volts
        case "amperes", "amps": self = .amperes
        case "watts", "watt": self = .watts
        case "joules": self = .joules
        case "rpm": self = .revolutionsPerMinute
        case "hertz": self = .hertz
        case "info": self = .state
        default: return nil
        }
    }
}
