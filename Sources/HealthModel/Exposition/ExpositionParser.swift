/// Reads exposition text in one pass. What both formats share is here; what a line means is in
/// `ExpositionParser+Prometheus` and `ExpositionParser+OpenMetrics`.
struct ExpositionParser {
    let format: ExpositionFormat
    let source: String
    let limits: ExpositionLimits
    let repeats: RepeatedSeries
    /// Whether every byte is looked at by itself and nothing is taken from the line before: slower, and the same.
    let readsPlainly: Bool
    let hasher = ExpositionHash()

    private(set) var repeated: [Int] = []
    var records: [ExpositionRecord] = []
    var families: [ExpositionFamilyRecord] = []
    /// The hash of each record's series.
    private var seriesHashes: [UInt64] = []
    private var series = HashTable(expecting: 8)
    /// The labels of the sample that is read.
    var current = CurrentLabels()
    var next = 0
    /// The name of the newest sample where it stood before the braces and nothing since can have changed its family.
    var lastName = ExpositionPiece(0, 0)
    var lastHash: UInt64 = 0

    // Prometheus' format: families by name.
    var familyHashes: [UInt64] = []
    var familyTable = HashTable(expecting: 8)

    // OpenMetrics: the family that is open, and its groups.
    var open: OpenFamily?
    /// Which of the open family's samples ``lastName`` is, or `nil` where that must be looked for.
    var lastSuffix: OpenFamily.Suffix?
    var names = ClaimedNames(expecting: 8)

    init(
        format: ExpositionFormat, source: String, limits: ExpositionLimits, repeats: RepeatedSeries, readsPlainly: Bool
    ) {
        self.readsPlainly = readsPlainly
        self.format = format
        self.source = source
        self.limits = limits
        self.repeats = repeats
    }

    /// The labels of one sample while it is read. Lines of one metric have the same labels in the same order, and some with
    /// the same values: what the line before had at the same place is compared first.
    struct CurrentLabels {
        struct Label {
            var name: ExpositionPiece
            var value: ExpositionPiece
            var nameHash: UInt64
            /// What it adds to the series' hash, 0 where the value is empty.
            var part: UInt64
            /// Whether the name stands without quotes.
            var isPlain: Bool
        }
        /// The labels of the sample, and behind them those of the line before that are not written over yet.
        private var stored: [Label] = []
        private(set) var count = 0
        private var countBefore = 0
        /// Whether each label so far has the name that the line before has at its place, so that none can be there twice.
        private var isAlike = true
        var name: ExpositionPiece?
        var sum: UInt64 = 0

        var labels: ArraySlice<Label> { stored[..<count] }

        /// What the line before had where the next label stands, while all names were the same.
        @inline(__always) var expected: Label? { isAlike && count < countBefore ? stored[count] : nil }

        mutating func begin() {
            countBefore = count
            count = 0
            isAlike = true
            name = nil
            sum = 0
        }

        @inline(__always) mutating func append(_ label: Label, asExpected: Bool) {
            if !asExpected { isAlike = false }
            if count < stored.count { stored[count] = label } else { stored.append(label) }
            count += 1
            sum &+= label.part
        }
    }

    mutating func parse(_ bytes: [UInt8]) throws(SignalError) {
        guard bytes.count <= limits.bytes else {
            throw SignalError(
                .tooLarge, input: source, problem: "it has \(bytes.count) bytes",
                remedy: "read at most \(limits.bytes) bytes at once")
        }
        let span = bytes.span
        do { _ = try UTF8Span(validating: span) } catch {
            throw self.error(span, error.byteOffsets.lowerBound, .malformed, "it is no UTF-8 there", "write UTF-8")
        }
        let expected = min(limits.samples, span.count / 48)
        records.reserveCapacity(expected)
        seriesHashes.reserveCapacity(expected)
        series = HashTable(expecting: expected)
        switch format {
        case .prometheusText: try parsePrometheus(span)
        case .openMetrics:
            names = ClaimedNames(expecting: expected)
            try parseOpenMetrics(span)
        }
    }

    // MARK: Errors

    func error(
        _ bytes: Span<UInt8>, _ place: Int, _ kind: SignalError.Kind, _ problem: String, _ remedy: String
    ) -> SignalError {
        var (line, start) = (1, 0)
        for index in 0..<min(place, bytes.count) where bytes[index] == UInt8(ascii: "\n") {
            line += 1
            start = index + 1
        }
        return SignalError(
            kind, input: source, place: "line \(line), column \(place - start + 1)", problem: problem, remedy: remedy)
    }

    /// What stands at a place, for an error.
    func found(_ bytes: Span<UInt8>, _ place: Int) -> String {
        guard place < bytes.count else { return "the end" }
        let byte = bytes[place]
        if byte == UInt8(ascii: "\n") { return "the end of the line" }
        return byte > 0x20 && byte < 0x7F ? "\"\(Unicode.Scalar(byte))\"" : "byte \(byte)"
    }

    func expected(_ what: String, _ bytes: Span<UInt8>) -> SignalError {
        error(
            bytes, next, next < bytes.count ? .malformed : .truncated, "\(found(bytes, next)) stands for \(what)",
            "write \(what)")
    }

    // MARK: Tokens

    private static let lowLetters: UInt64 = 0x07FF_FFFE_87FF_FFFE  // a-z, A-Z, _
    private static let digits: UInt64 = 0x03FF_0000_0000_0000
    private static let colon: UInt64 = 0x0400_0000_0000_0000

    /// Moves over a name; whether there is one.
    @inline(__always) mutating func skipName(_ bytes: Span<UInt8>, colon: Bool) -> Bool {
        let end = bytes.count
        let start = next
        let low = colon ? ExpositionParser.digits | ExpositionParser.colon : ExpositionParser.digits
        while next < end {
            let byte = bytes[next]
            let isPart =
                byte < 64
                ? low >> UInt64(byte) & 1 == 1
                : byte < 128 && ExpositionParser.lowLetters >> UInt64(byte &- 64) & 1 == 1
            if !isPart { break }
            next += 1
        }
        return next > start
            && ExpositionParser.digits >> UInt64(bytes[start] & 63) & UInt64(bytes[start] < 64 ? 1 : 0) == 0
    }

    @inline(__always) mutating func skipBlanks(_ bytes: Span<UInt8>) {
        while next < bytes.count, bytes[next] == UInt8(ascii: " ") || bytes[next] == UInt8(ascii: "\t") { next += 1 }
    }

    /// Moves over the name of the line before where it stands here.
    @inline(__always) mutating func skipLastName(_ bytes: Span<UInt8>) -> Bool {
        let end = next + lastName.count
        guard lastName.count > 0, end < bytes.count, !readsPlainly,
            ExpositionWords.areAlike(next, lastName.range.lowerBound, lastName.count, bytes),
            bytes[end] == UInt8(ascii: "{") || bytes[end] == UInt8(ascii: " ")
        else { return false }
        next = end
        return true
    }

    /// Reads a text in quotes; `next` is at the first quote.
    @inline(__always) mutating func quoted(_ bytes: Span<UInt8>) throws(SignalError) -> ExpositionPiece {
        let end = bytes.count
        let start = next + 1
        var place = start
        var hasEscapes = false
        while place < end {
            if !readsPlainly { place = ExpositionWords.skipText(bytes, place) }
            guard place < end else { break }
            let byte = bytes[place]
            if byte == UInt8(ascii: "\"") {
                next = place + 1
                return ExpositionPiece(start, place, hasEscapes: hasEscapes)
            }
            if byte == UInt8(ascii: "\n") { break }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                place += 1
                if place < end, bytes[place] == UInt8(ascii: "\n") { break }
            }
            place += 1
        }
        next = min(place, end)
        throw expected("a closing quote", bytes)
    }

    /// The hash of a piece as it reads without escapes.
    @inline(__always) func hash(_ piece: ExpositionPiece, _ bytes: Span<UInt8>) -> UInt64 {
        if piece.hasEscapes { return escapedHash(piece, bytes) }
        return hasher.hash(bytes, piece.range.lowerBound, piece.range.upperBound)
    }

    private func escapedHash(_ piece: ExpositionPiece, _ bytes: Span<UInt8>) -> UInt64 {
        let decoded = decoded(piece, bytes)
        return hasher.hash(decoded.span, 0, decoded.count)
    }

    func decoded(_ piece: ExpositionPiece, _ bytes: Span<UInt8>) -> [UInt8] {
        var raw: [UInt8] = []
        raw.reserveCapacity(piece.count)
        for index in piece.range { raw.append(bytes[index]) }
        return piece.hasEscapes ? ExpositionEscapes.decoded(raw[...], quote: true) : raw
    }

    /// Whether two pieces read alike.
    @inline(__always) func same(_ left: ExpositionPiece, _ right: ExpositionPiece, _ bytes: Span<UInt8>) -> Bool {
        if left.hasEscapes || right.hasEscapes { return decoded(left, bytes) == decoded(right, bytes) }
        return left.count == right.count
            && ExpositionWords.areAlike(left.range.lowerBound, right.range.lowerBound, left.count, bytes)
    }

    // MARK: Labels

    /// Reads the labels; `next` is behind the opening brace. Between labels Prometheus' format takes blanks in place of a
    /// comma, as Prometheus does.
    mutating func readLabels(_ bytes: Span<UInt8>) throws(SignalError) -> ExpositionPiece {
        let isLax = format == .prometheusText
        let start = next
        var isFirst = true
        while true {
            if isLax { skipBlanks(bytes) }
            guard next < bytes.count else { throw expected("a label or }", bytes) }
            if bytes[next] == UInt8(ascii: "}"), isFirst || isLax { break }
            isFirst = false
            if !readExpectedLabel(bytes) { try readLabel(bytes) }
            if isLax { skipBlanks(bytes) }
            guard next < bytes.count else { throw expected(", or }", bytes) }
            if bytes[next] == UInt8(ascii: ",") {
                next += 1
                if !isLax, next < bytes.count, bytes[next] == UInt8(ascii: "}") { throw expected("a label", bytes) }
            } else if bytes[next] == UInt8(ascii: "}") {
                break
            } else if !isLax {
                throw expected(", or }", bytes)
            }
        }
        next += 1
        return ExpositionPiece(start, next - 1)
    }

    /// Reads a label with the name that the line before has at this place, and perhaps its value; nothing where it is
    /// another, or where anything is not as plain as that.
    @inline(__always) private mutating func readExpectedLabel(_ bytes: Span<UInt8>) -> Bool {
        guard !readsPlainly, let before = current.expected, before.isPlain else { return false }
        let equals = next + before.name.count
        guard equals + 2 < bytes.count,
            ExpositionWords.areAlike(next, before.name.range.lowerBound, before.name.count, bytes),
            bytes[equals] == UInt8(ascii: "="), bytes[equals + 1] == UInt8(ascii: "\"")
        else { return false }
        let start = equals + 2
        var label = before
        label.name = ExpositionPiece(next, equals)
        // The value of the line before with its closing quote, which is read the same wherever it stands.
        let sameEnd = start + before.value.count
        if sameEnd < bytes.count,
            ExpositionWords.areAlike(start, before.value.range.lowerBound, before.value.count + 1, bytes)
        {
            label.value = ExpositionPiece(start, sameEnd, hasEscapes: before.value.hasEscapes)
            next = sameEnd + 1
        } else {
            let end = ExpositionWords.skipText(bytes, start)
            // With an escape, or without an end, it is read the long way.
            guard end < bytes.count, bytes[end] == UInt8(ascii: "\"") else { return false }
            label.value = ExpositionPiece(start, end)
            label.part = start == end ? 0 : hasher.mix(before.nameHash, hasher.hash(bytes, start, end))
            next = end + 1
        }
        current.append(label, asExpected: true)
        return true
    }

    private mutating func readLabel(_ bytes: Span<UInt8>) throws(SignalError) {
        let isLax = format == .prometheusText
        let start = next
        let isQuoted = bytes[next] == UInt8(ascii: "\"")
        let name: ExpositionPiece
        if isQuoted {
            name = try quoted(bytes)
        } else {
            guard skipName(bytes, colon: false) else {
                next = start
                throw expected("a label name", bytes)
            }
            name = ExpositionPiece(start, next)
        }
        if isLax { skipBlanks(bytes) }
        if isQuoted, next < bytes.count, bytes[next] == UInt8(ascii: ",") || bytes[next] == UInt8(ascii: "}") {
            guard current.name == nil else {
                throw error(bytes, start, .duplicate, "the metric has a second name", "name it once")
            }
            guard name.count > 0 else { throw error(bytes, start, .badName, "the name is empty", "name the metric") }
            current.name = name
            return
        }
        guard next < bytes.count, bytes[next] == UInt8(ascii: "=") else { throw expected("=", bytes) }
        next += 1
        if isLax { skipBlanks(bytes) }
        guard next < bytes.count, bytes[next] == UInt8(ascii: "\"") else { throw expected("a value in quotes", bytes) }
        let value = try quoted(bytes)
        guard name.count > 0 else { throw error(bytes, start, .badName, "the label name is empty", "name the label") }
        let nameHash = hash(name, bytes)
        for label in current.labels where label.nameHash == nameHash && same(label.name, name, bytes) {
            throw error(bytes, start, .duplicate, "the label is there twice", "name each label once")
        }
        guard current.count < limits.labels else {
            throw error(bytes, start, .tooLarge, "more than \(limits.labels) labels", "use fewer labels")
        }
        let part = value.count == 0 ? 0 : hasher.mix(nameHash, hash(value, bytes))
        current.append(
            CurrentLabels.Label(name: name, value: value, nameHash: nameHash, part: part, isPlain: !isQuoted),
            asExpected: false)
    }

    // MARK: Samples

    /// Keeps a sample, and looks whether its series was there before.
    @inline(__always) mutating func keep(
        _ record: ExpositionRecord, nameHash: UInt64, at place: Int, _ bytes: Span<UInt8>
    ) throws(SignalError) {
        guard records.count < limits.samples else {
            throw error(bytes, place, .tooLarge, "more than \(limits.samples) samples", "read fewer at once")
        }
        let hash = hasher.mix(nameHash, current.sum)
        let number = UInt32(truncatingIfNeeded: records.count)
        if let earlier = series.find(hash, where: { isSameSeries($0, record, bytes) }) {
            guard try takes(record, after: records[Int(earlier)], at: place, bytes) else { return }
            series.replace(earlier, by: number, hash)
        } else {
            series.insert(number, hash) { seriesHashes[Int($0)] }
        }
        records.append(record)
        seriesHashes.append(hash)
    }

    /// Whether a sample of a series that was there is kept.
    private mutating func takes(
        _ record: ExpositionRecord, after earlier: ExpositionRecord, at place: Int, _ bytes: Span<UInt8>
    ) throws(SignalError) -> Bool {
        if format == .openMetrics, record.hasTime, earlier.hasTime {
            if record.time != earlier.time { return true }
            // Times that differ beyond the ninth decimal: the first stands for them.
            if open?.timeIsCut == true { return false }
        }
        switch repeats {
        case .refused:
            // The conformance suite has such points read (duplicate_timestamps_1): both are there, and contradict each other.
            if format == .openMetrics, record.hasTime, earlier.hasTime { return true }
            throw error(bytes, place, .duplicate, "the series is there twice", "give each series once, with one value")
        case .listed:
            repeated.append(records.count)
            return true
        }
    }

    private func isSameSeries(_ number: UInt32, _ record: ExpositionRecord, _ bytes: Span<UInt8>) -> Bool {
        let other = records[Int(number)]
        guard same(other.name, record.name, bytes) else { return false }
        return labelSet(other, bytes) == labelSet(record, bytes)
    }

    /// The labels of a record with their values, sorted; those without a value are left out.
    func labelSet(_ record: ExpositionRecord, _ bytes: Span<UInt8>, without left: [UInt8]? = nil) -> [[UInt8]: [UInt8]]
    {
        var raw: [UInt8] = []
        raw.reserveCapacity(record.labels.count)
        for index in record.labels.range { raw.append(bytes[index]) }
        let offset = record.labels.range.lowerBound
        var set: [[UInt8]: [UInt8]] = [:]
        for (name, value) in ExpositionLabels(ExpositionPiece(0, raw.count), raw) where value.count > 0 {
            func moved(_ piece: ExpositionPiece) -> ExpositionPiece {
                ExpositionPiece(
                    piece.range.lowerBound + offset, piece.range.upperBound + offset, hasEscapes: piece.hasEscapes)
            }
            let key = decoded(moved(name), bytes)
            if key != left { set[key] = decoded(moved(value), bytes) }
        }
        return set
    }
}
