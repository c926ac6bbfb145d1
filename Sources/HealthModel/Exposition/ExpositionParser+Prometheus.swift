extension ExpositionParser {
    /// Prometheus' text format 0.0.4.
    mutating func parsePrometheus(_ bytes: Span<UInt8>) throws(SignalError) {
        let end = bytes.count
        var familyName = ExpositionPiece(0, 0)
        var lastFamily = ExpositionRecord.noFamily
        while next < end {
            let line = next
            skipBlanks(bytes)
            guard next < end else { break }
            if bytes[next] == UInt8(ascii: "\n") {
                next += 1
                continue
            }
            if bytes[next] == UInt8(ascii: "#") {
                try readComment(bytes)
                lastName = ExpositionPiece(0, 0)
                familyName = lastName
            } else {
                var (record, place, isLastName) = try readSample(bytes)
                if !isLastName, record.name.count != familyName.count || !same(record.name, familyName, bytes) {
                    familyName = record.name
                    lastHash = hash(record.name, bytes)
                    lastFamily = family(of: record.name, lastHash, bytes)
                }
                // A name in quotes is compared as it reads, so it is not one to be compared as it stands.
                lastName = bytes[place] == UInt8(ascii: "{") ? ExpositionPiece(0, 0) : record.name
                record.family = lastFamily
                if lastFamily != ExpositionRecord.noFamily {
                    families[Int(lastFamily)].endSample = records.count + 1
                }
                try keep(record, nameHash: lastHash, at: place, bytes)
            }
            guard next - line <= limits.lineBytes else {
                throw error(
                    bytes, line, .tooLarge, "the line has \(next - line) bytes", "write at most \(limits.lineBytes)")
            }
        }
    }

    @inline(__always) private mutating func readSample(
        _ bytes: Span<UInt8>
    ) throws(SignalError) -> (record: ExpositionRecord, place: Int, isLastName: Bool) {
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
            skipBlanks(bytes)
        }
        if next < bytes.count, bytes[next] == UInt8(ascii: "{") {
            next += 1
            record.labels = try readLabels(bytes)
            skipBlanks(bytes)
        }
        guard let name = current.name else {
            throw error(
                bytes, start, .badName, "the metric has no name", "name it before the labels or in quotes among them")
        }
        record.name = name
        let place = next
        guard let value = ExpositionNumber.read(bytes, &next, bytes.count, plainly: readsPlainly), isSeparator(bytes)
        else {
            throw error(bytes, place, .badNumber, "the value is no decimal number", "write digits, +Inf, -Inf or NaN")
        }
        record.value = value
        skipBlanks(bytes)
        if next < bytes.count, bytes[next] != UInt8(ascii: "\n") {
            record.time = try readMilliseconds(bytes)
            record.hasTime = true
            skipBlanks(bytes)
        }
        if next < bytes.count {
            guard bytes[next] == UInt8(ascii: "\n") else { throw expected("the end of the line", bytes) }
            next += 1
        }
        return (record, start, isLastName)
    }

    @inline(__always) private func isSeparator(_ bytes: Span<UInt8>) -> Bool {
        next >= bytes.count || bytes[next] == UInt8(ascii: " ") || bytes[next] == UInt8(ascii: "\n")
            || bytes[next] == UInt8(ascii: "\t")
    }

    private mutating func readMilliseconds(_ bytes: Span<UInt8>) throws(SignalError) -> Int64 {
        let start = next
        var isNegative = false
        if bytes[next] == UInt8(ascii: "-") {
            isNegative = true
            next += 1
        }
        let first = next
        var value: Int64 = 0
        while next < bytes.count, case let digit = bytes[next] &- 48, digit < 10 {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(Int64(digit))
            guard !overflow, !carry else { throw badTime(bytes, start) }
            value = sum
            next += 1
        }
        let (nanoseconds, overflow) = value.multipliedReportingOverflow(by: 1_000_000)
        guard next > first, isSeparator(bytes), !overflow else { throw badTime(bytes, start) }
        return isNegative ? -nanoseconds : nanoseconds
    }

    private func badTime(_ bytes: Span<UInt8>, _ start: Int) -> SignalError {
        error(
            bytes, start, .badNumber, "the time is no whole number of milliseconds",
            "write the milliseconds since 1970, from 1677 to 2262")
    }

    // MARK: Comments

    private mutating func readComment(_ bytes: Span<UInt8>) throws(SignalError) {
        let start = next
        next += 1
        let afterMark = next
        skipBlanks(bytes)
        let isHelp = holds("HELP", bytes)
        if next > afterMark, isHelp || holds("TYPE", bytes), next + 4 < bytes.count, isBlank(bytes[next + 4]) {
            next += 4
            skipBlanks(bytes)
            try readMetadata(bytes, isHelp: isHelp, start)
        }
        while next < bytes.count, bytes[next] != UInt8(ascii: "\n") { next += 1 }
        next = min(next + 1, bytes.count)
    }

    private func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    func holds(_ word: StaticString, _ bytes: Span<UInt8>) -> Bool {
        let count = word.utf8CodeUnitCount
        guard next + count <= bytes.count else { return false }
        return word.withUTF8Buffer { letters in
            for index in 0..<count where unsafe letters[index] != bytes[next + index] { return false }
            return true
        }
    }

    private mutating func readMetadata(_ bytes: Span<UInt8>, isHelp: Bool, _ start: Int) throws(SignalError) {
        let name = try readMetadataName(bytes)
        let hash = hash(name, bytes)
        let number = try familyNumber(name, hash, at: start, bytes)
        skipBlanks(bytes)
        let text = next
        var hasEscapes = false
        while next < bytes.count, bytes[next] != UInt8(ascii: "\n") {
            if bytes[next] == UInt8(ascii: "\\") { hasEscapes = true }
            next += 1
        }
        if isHelp {
            guard families[number].help == nil else {
                throw error(bytes, start, .duplicate, "the metric has a second HELP", "explain it once")
            }
            families[number].help = ExpositionPiece(text, next, hasEscapes: hasEscapes)
            return
        }
        guard !families[number].hasType else {
            throw error(bytes, start, .duplicate, "the metric has a second TYPE", "give its type once")
        }
        guard families[number].endSample == families[number].firstSample else {
            throw error(bytes, start, .contradiction, "the TYPE follows a sample", "give the type before the samples")
        }
        var end = next
        while end > text, isBlank(bytes[end - 1]) { end -= 1 }
        let word = String(decoding: decoded(ExpositionPiece(text, end), bytes), as: UTF8.self)
        guard let type = ExpositionType(prometheus: word) else {
            throw error(
                bytes, text, .malformed, "\"\(word)\" is no type",
                "write counter, gauge, histogram, summary or untyped")
        }
        families[number].type = type
        families[number].hasType = true
    }

    private mutating func readMetadataName(_ bytes: Span<UInt8>) throws(SignalError) -> ExpositionPiece {
        let start = next
        if next < bytes.count, bytes[next] == UInt8(ascii: "\"") { return try quoted(bytes) }
        guard next < bytes.count, skipName(bytes, colon: true),
            next >= bytes.count || isBlank(bytes[next]) || bytes[next] == UInt8(ascii: "\n")
        else {
            next = start
            throw expected("a metric name", bytes)
        }
        return ExpositionPiece(start, next)
    }

    // MARK: Families

    private mutating func familyNumber(
        _ name: ExpositionPiece, _ hash: UInt64, at place: Int, _ bytes: Span<UInt8>
    ) throws(SignalError) -> Int {
        if let known = familyTable.find(hash, where: { same(families[Int($0)].name, name, bytes) }) {
            return Int(known)
        }
        guard families.count < limits.families else {
            throw error(bytes, place, .tooLarge, "more than \(limits.families) families", "read fewer at once")
        }
        familyTable.insert(UInt32(families.count), hash) { familyHashes[Int($0)] }
        families.append(ExpositionFamilyRecord(name: name, firstSample: records.count, endSample: records.count))
        familyHashes.append(hash)
        return families.count - 1
    }

    /// The family of a sample: that of its name, or of its name without the suffix of a histogram or summary.
    private func family(of name: ExpositionPiece, _ hash: UInt64, _ bytes: Span<UInt8>) -> UInt32 {
        if let own = familyTable.find(hash, where: { same(families[Int($0)].name, name, bytes) }) { return own }
        for suffix in ["_bucket", "_count", "_sum"] as [StaticString] {
            let count = suffix.utf8CodeUnitCount
            guard !name.hasEscapes, name.count > count, ends(name, suffix, bytes) else { continue }
            let stem = ExpositionPiece(name.range.lowerBound, name.range.upperBound - count)
            let found = familyTable.find(self.hash(stem, bytes)) { number in
                let family = families[Int(number)]
                let takes = family.type == .histogram || (family.type == .summary && suffix.utf8CodeUnitCount != 7)
                return takes && same(family.name, stem, bytes)
            }
            if let found { return found }
        }
        return ExpositionRecord.noFamily
    }

    func ends(_ piece: ExpositionPiece, _ suffix: StaticString, _ bytes: Span<UInt8>) -> Bool {
        let count = suffix.utf8CodeUnitCount
        guard piece.count >= count else { return false }
        let start = piece.range.upperBound - count
        return suffix.withUTF8Buffer { letters in
            for index in 0..<count where unsafe letters[index] != bytes[start + index] { return false }
            return true
        }
    }
}

extension ExpositionType {
    fileprivate init?(prometheus word: String) {
        switch word {
        case "counter": self = .counter
        case "gauge": self = .gauge
        case "histogram": self = .histogram
        case "summary": self = .summary
        case "untyped", "unknown": self = .unknown
        // Prometheus' own parser of this format takes the types of OpenMetrics too.
        case "gaugehistogram": self = .gaugeHistogram
        case "info": self = .info
        case "stateset": self = .stateSet
        default: return nil
        }
    }
}
