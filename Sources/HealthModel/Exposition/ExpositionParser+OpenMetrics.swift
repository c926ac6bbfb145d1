extension ExpositionParser {
    /// OpenMetrics 1.0, as its specification and its conformance suite decide.
    mutating func parseOpenMetrics(_ bytes: Span<UInt8>) throws(SignalError) {
        let end = bytes.count
        while next < end {
            let line = next
            if bytes[next] == UInt8(ascii: "#") {
                if isEnd(bytes) {
                    next = end
                    try closeFamily(bytes)
                    return
                }
                try readDescription(bytes)
            } else {
                guard bytes[next] != UInt8(ascii: "\n") else { throw expected("a sample or # EOF", bytes) }
                try readPoint(bytes)
            }
            guard next - line <= limits.lineBytes else {
                throw error(
                    bytes, line, .tooLarge, "the line has \(next - line) bytes", "write at most \(limits.lineBytes)")
            }
        }
        throw error(bytes, end, .truncated, "it ends without # EOF", "end it with the line # EOF")
    }

    /// Whether the last line, `# EOF` with or without its end, stands here.
    private func isEnd(_ bytes: Span<UInt8>) -> Bool {
        guard holds("# EOF", bytes) else { return false }
        return next + 5 == bytes.count || (next + 6 == bytes.count && bytes[next + 5] == UInt8(ascii: "\n"))
    }

    private mutating func space(_ bytes: Span<UInt8>) throws(SignalError) {
        guard next < bytes.count, bytes[next] == UInt8(ascii: " ") else { throw expected("one blank", bytes) }
        next += 1
    }

    // MARK: Descriptions

    private mutating func readDescription(_ bytes: Span<UInt8>) throws(SignalError) {
        let start = next
        next += 1
        try space(bytes)
        let keyword = next
        guard holds("HELP ", bytes) || holds("TYPE ", bytes) || holds("UNIT ", bytes) else {
            throw expected("HELP, TYPE or UNIT, or EOF at the very end", bytes)
        }
        next += 5
        let nameStart = next
        let name: ExpositionPiece
        if next < bytes.count, bytes[next] == UInt8(ascii: "\"") {
            name = try quoted(bytes)
        } else {
            guard skipName(bytes, colon: true) else {
                next = nameStart
                throw expected("a metric name", bytes)
            }
            name = ExpositionPiece(nameStart, next)
        }
        try space(bytes)
        let text = next
        var hasEscapes = false
        while next < bytes.count, bytes[next] != UInt8(ascii: "\n") {
            if bytes[next] == UInt8(ascii: "\\") { hasEscapes = true }
            next += 1
        }
        guard next < bytes.count else { throw expected("the end of the line", bytes) }
        let rest = ExpositionPiece(text, next, hasEscapes: hasEscapes)
        next += 1
        let number = try describedFamily(name, start, bytes)
        func again() -> SignalError {
            error(bytes, start, .duplicate, "the family has that twice", "describe it once")
        }
        switch bytes[keyword] {
        case UInt8(ascii: "H"):
            guard families[number].help == nil else { throw again() }
            families[number].help = rest
        case UInt8(ascii: "U"):
            guard families[number].unit == nil else { throw again() }
            families[number].unit = rest
        default:
            guard !families[number].hasType else { throw again() }
            let word = String(decoding: decoded(rest, bytes), as: UTF8.self)
            guard let type = ExpositionType(rawValue: word) else {
                throw error(bytes, text, .malformed, "\"\(word)\" is no type", "write \(ExpositionType.words)")
            }
            families[number].type = type
            families[number].hasType = true
        }
    }

    /// The open family where it is of that name, else a new one.
    private mutating func describedFamily(
        _ name: ExpositionPiece, _ start: Int, _ bytes: Span<UInt8>
    ) throws(SignalError) -> Int {
        if let open, same(families[open.number].name, name, bytes) {
            guard families[open.number].endSample == families[open.number].firstSample else {
                throw error(
                    bytes, start, .contradiction, "the family has samples already", "describe it before its samples")
            }
            return open.number
        }
        try closeFamily(bytes)
        return try openFamily(name, start, bytes)
    }

    private mutating func openFamily(
        _ name: ExpositionPiece, _ start: Int, _ bytes: Span<UInt8>
    ) throws(SignalError) -> Int {
        guard families.count < limits.families else {
            throw error(bytes, start, .tooLarge, "more than \(limits.families) families", "read fewer at once")
        }
        families.append(ExpositionFamilyRecord(name: name, firstSample: records.count, endSample: records.count))
        open = OpenFamily(number: families.count - 1)
        return families.count - 1
    }

    /// Looks at what can only be judged when a family is complete.
    private mutating func closeFamily(_ bytes: Span<UInt8>) throws(SignalError) {
        guard let open else { return }
        let family = families[open.number]
        let place = family.name.range.lowerBound
        if let problem = open.histogram.problem {
            throw error(bytes, place, .contradiction, problem, "give complete histograms")
        }
        if let unit = family.unit, unit.count > 0 {
            let name = decoded(family.name, bytes)
            guard name.reversed().starts(with: ([UInt8(ascii: "_")] + decoded(unit, bytes)).reversed()) else {
                throw error(
                    bytes, place, .badName, "the name does not end with its unit", "append _ and the unit to it")
            }
            guard family.type != .info, family.type != .stateSet else {
                throw error(bytes, place, .contradiction, "a \(family.type.rawValue) has a unit", "leave the unit away")
            }
        }
        let name = decoded(family.name, bytes)
        var suffixes: [StaticString] = [""]
        for suffix in OpenFamily.suffixes(of: family.type) where suffix.utf8CodeUnitCount > 0 {
            suffixes.append(suffix)
        }
        for suffix in suffixes {
            guard names.claim(name, suffix, hasher) else {
                throw error(
                    bytes, place, .duplicate, "the name with \"\(suffix)\" is there twice",
                    "keep a family together and its names apart from those of others")
            }
        }
        self.open = nil
        lastSuffix = nil
    }

    // MARK: Samples

    private mutating func readPoint(_ bytes: Span<UInt8>) throws(SignalError) {
        let start = next
        var isLastName = false
        current.begin()
        var record = ExpositionRecord(
            name: ExpositionPiece(0, 0), labels: ExpositionPiece(0, 0), valueBits: 0, time: 0,
            family: ExpositionRecord.noFamily, valueTag: 0, hasTime: false)
        if bytes[next] != UInt8(ascii: "{") {
            isLastName = skipLastName(bytes)
            guard isLastName || skipName(bytes, colon: true) else {
                next = start
                throw expected("a metric name", bytes)
            }
            current.name = ExpositionPiece(start, next)
        }
        if next < bytes.count, bytes[next] == UInt8(ascii: "{") {
            next += 1
            record.labels = try readLabels(bytes)
        }
        guard let name = current.name else { throw error(bytes, start, .badName, "the metric has no name", "name it") }
        record.name = name
        try space(bytes)
        record.value = try readNumber(bytes)
        var timeIsCut = false
        var hasExemplar = false
        if next < bytes.count, bytes[next] == UInt8(ascii: " ") {
            next += 1
            if next < bytes.count, bytes[next] != UInt8(ascii: "#") {
                (record.time, timeIsCut) = try readSeconds(bytes)
                record.hasTime = true
                if next < bytes.count, bytes[next] == UInt8(ascii: " ") {
                    next += 1
                    guard next < bytes.count, bytes[next] == UInt8(ascii: "#") else { throw expected("#", bytes) }
                }
            }
            if next < bytes.count, bytes[next] == UInt8(ascii: "#") {
                hasExemplar = true
                try readExemplar(bytes)
            }
        }
        guard next < bytes.count, bytes[next] == UInt8(ascii: "\n") else {
            throw expected("the end of the line", bytes)
        }
        next += 1
        if !isLastName {
            lastHash = hash(record.name, bytes)
            lastSuffix = nil
            // A name in quotes is compared as it reads, so it is not one to be compared as it stands.
            lastName = bytes[start] == UInt8(ascii: "{") ? ExpositionPiece(0, 0) : record.name
        }
        try place(&record, timeIsCut: timeIsCut, hasExemplar: hasExemplar, start, bytes)
    }

    private mutating func readNumber(_ bytes: Span<UInt8>) throws(SignalError) -> SignalValue {
        let start = next
        guard let value = ExpositionNumber.read(bytes, &next, bytes.count, plainly: readsPlainly), isTokenEnd(bytes)
        else {
            throw error(bytes, start, .badNumber, "the value is no decimal number", "write digits, +Inf, -Inf or NaN")
        }
        return value
    }

    private mutating func readSeconds(_ bytes: Span<UInt8>) throws(SignalError) -> (Int64, Bool) {
        let start = next
        guard let (nanoseconds, isCut) = ExpositionNumber.seconds(bytes, &next, bytes.count), isTokenEnd(bytes) else {
            throw error(bytes, start, .badNumber, "the time is no number of seconds", "write the seconds since 1970")
        }
        return (nanoseconds, isCut)
    }

    private func isTokenEnd(_ bytes: Span<UInt8>) -> Bool {
        next < bytes.count && (bytes[next] == UInt8(ascii: " ") || bytes[next] == UInt8(ascii: "\n"))
    }

    /// An exemplar: labels of at most 128 code points, a value, perhaps a time. It is checked and not kept.
    private mutating func readExemplar(_ bytes: Span<UInt8>) throws(SignalError) {
        let start = next
        next += 1
        try space(bytes)
        guard next < bytes.count, bytes[next] == UInt8(ascii: "{") else { throw expected("{", bytes) }
        next += 1
        // The sample's own labels are needed later; those of the exemplar are read in their place and counted.
        let saved = current
        current = CurrentLabels()
        _ = try readLabels(bytes)
        let points = current.labels.reduce(0) { sum, label in
            sum + String(decoding: decoded(label.name, bytes), as: UTF8.self).unicodeScalars.count
                + String(decoding: decoded(label.value, bytes), as: UTF8.self).unicodeScalars.count
        }
        guard points <= 128, current.name == nil else {
            throw error(bytes, start, .tooLarge, "the exemplar's labels have \(points) characters", "use at most 128")
        }
        current = saved
        try space(bytes)
        _ = try readNumber(bytes)
        if next < bytes.count, bytes[next] == UInt8(ascii: " ") {
            next += 1
            _ = try readSeconds(bytes)
        }
    }

    // MARK: Families of samples

    /// Puts a sample where it belongs and looks at all that its family's type asks for.
    private mutating func place(
        _ record: inout ExpositionRecord, timeIsCut: Bool, hasExemplar: Bool, _ start: Int, _ bytes: Span<UInt8>
    ) throws(SignalError) {
        // The name of the line before, of the same open family, stands for the same of its samples.
        var suffix = lastSuffix
        if suffix == nil, let open { suffix = self.suffix(of: record.name, in: open, bytes) }
        if suffix == nil {
            try closeFamily(bytes)
            _ = try openFamily(record.name, start, bytes)
            suffix = OpenFamily.Suffix.none
        }
        lastSuffix = suffix
        guard let family = open?.number, let suffix else { return }
        record.family = UInt32(truncatingIfNeeded: family)
        let type = families[family].type
        let point = try checked(record, suffix, type, hasExemplar: hasExemplar, start, bytes)
        func fail(_ problem: String, _ remedy: String) -> SignalError {
            error(bytes, start, .contradiction, problem, remedy)
        }
        let group = type == .info ? 0 : current.sum &- point.part
        switch open?.enter(group: group, record, type) {
        case .refused(let problem, let remedy)?: throw fail(problem, remedy)
        case .other?:
            guard !names.seenGroup(hasher.mix(group, UInt64(family) &+ 1)) else {
                throw fail(
                    "a group of samples is interrupted by another", "keep the samples of one set of labels together")
            }
        case .same?, nil: break
        }
        open?.timeIsCut = timeIsCut
        if type == .histogram || type == .gaugeHistogram,
            let problem = open?.histogram.add(suffix, record.value, bound: point.bound)
        {
            throw fail(problem, "give complete histograms in order")
        }
        families[family].endSample = records.count + 1
        try keep(record, nameHash: lastHash, at: start, bytes)
    }

    /// Which of its family's samples this is, or `nil` where it is of another family.
    private func suffix(of name: ExpositionPiece, in open: OpenFamily, _ bytes: Span<UInt8>) -> OpenFamily.Suffix? {
        let family = families[open.number]
        for suffix in OpenFamily.suffixes(of: family.type) {
            let count = suffix.utf8CodeUnitCount
            if name.hasEscapes || family.name.hasEscapes {
                guard count == 0, same(name, family.name, bytes) else { continue }
                return OpenFamily.Suffix(suffix)
            }
            guard name.count == family.name.count + count, ends(name, suffix, bytes),
                same(ExpositionPiece(name.range.lowerBound, name.range.upperBound - count), family.name, bytes)
            else { continue }
            return OpenFamily.Suffix(suffix)
        }
        return nil
    }

    /// What a sample's own line can tell: the part of its labels' hash that does not make its group, and its bound.
    private func checked(
        _ record: ExpositionRecord, _ suffix: OpenFamily.Suffix, _ type: ExpositionType, hasExemplar: Bool,
        _ start: Int,
        _ bytes: Span<UInt8>
    ) throws(SignalError) -> (part: UInt64, bound: Double) {
        let value = record.value
        func fail(_ problem: String, _ remedy: String) -> SignalError {
            error(bytes, start, .contradiction, problem, remedy)
        }
        var (part, bound) = (0 as UInt64, 0.0)
        switch (type, suffix) {
        case (.histogram, .bucket), (.gaugeHistogram, .bucket):
            guard let label = label("le", bytes), let number = self.bound(label.value, bytes), !number.isNaN else {
                throw fail("the bucket has no number as its bound le", "give le, for the last bucket as +Inf")
            }
            (part, bound) = (label.part, number)
        case (.summary, .none):
            guard let label = label("quantile", bytes), let number = self.bound(label.value, bytes), number >= 0,
                number <= 1
            else { throw fail("the quantile is not between 0 and 1", "give the label quantile") }
            guard value.order(.unsigned(0)) != .less else {
                throw fail("the quantile is negative", "give what was measured")
            }
            part = label.part
        case (.stateSet, _):
            let name = decoded(families[open?.number ?? 0].name, bytes)
            guard let label = current.labels.first(where: { decoded($0.name, bytes) == name }) else {
                throw fail("the state has no label named like its family", "name the state in it")
            }
            guard value.double == 0 || value.double == 1 else {
                throw fail("a state is neither 0 nor 1", "write 0 or 1")
            }
            part = label.part
        case (.info, _):
            guard value.double == 1 else { throw fail("an info is not 1", "write 1") }
        default: break
        }
        switch suffix {
        case .total, .count, .bucket, .gcount, .sum:
            guard !value.isNaN, value.order(.unsigned(0)) != .less else {
                throw fail("what only rises is negative or NaN", "write zero or more")
            }
            if suffix != .total, suffix != .sum, value.double != value.double.rounded(), value.double.isFinite {
                throw fail("a count is no whole number", "write a whole number")
            }
        case .gsum:
            if value.isNaN { throw fail("a sum is NaN", "write the sum") }
        case .none, .created, .info: break
        }
        if hasExemplar {
            let takes =
                suffix == .bucket && (type == .histogram || type == .gaugeHistogram)
                || (type == .counter && suffix == .total)
            guard takes else {
                throw fail("an exemplar stands where none may", "give exemplars with buckets and counters")
            }
        }
        return (part, bound)
    }

    private func label(_ name: StaticString, _ bytes: Span<UInt8>) -> CurrentLabels.Label? {
        current.labels.first { $0.name.count == name.utf8CodeUnitCount && ends($0.name, name, bytes) }
    }

    /// A bound as a number; infinity only as `+Inf`.
    private func bound(_ piece: ExpositionPiece, _ bytes: Span<UInt8>) -> Double? {
        var index = piece.range.lowerBound
        guard !piece.hasEscapes, let value = ExpositionNumber.read(bytes, &index, piece.range.upperBound),
            index == piece.range.upperBound
        else { return nil }
        if value.double == .infinity { return piece.count == 4 && ends(piece, "+Inf", bytes) ? .infinity : nil }
        return value.double
    }
}

extension ExpositionType {
    fileprivate static let words = allCases.map(\.rawValue).joined(separator: ", ")
}
