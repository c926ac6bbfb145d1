public import ClusterCore
public import StorageMath

/// How full something was, as a CSV file has it: a header `time,used,size` in any order, `size` being optional.
///
/// ```csv
/// time,used,size
/// 2026-11-01,41.2TB,64TB
/// 2026-11-02,41500000000000,64TB
/// ```
///
/// A time is a date, a moment in UTC (`2026-11-24T12:00:00Z`) or whole seconds since 1970; a size is bytes or has a unit. An
/// empty size is one that is not known. Times must rise.
public struct UsageDocument: Sendable, Hashable {
    /// The samples, their times counted from 1970.
    public let history: UsageHistory

    /// The longest file.
    public static let sizeLimit = 16 << 20

    /// Reads CSV.
    /// - Parameters:
    ///   - size: the size of all samples, where the file has no column for it.
    /// - Throws: ``DocumentProblem`` with the line and what to write instead.
    public init(csv bytes: [UInt8], size: ByteCount? = nil) throws(DocumentProblem) {
        guard bytes.count <= UsageDocument.sizeLimit else {
            throw DocumentProblem(nil, "", "it has more than \(UsageDocument.sizeLimit) bytes; give fewer samples")
        }
        guard let text = String(validating: withoutByteOrderMark(bytes), as: UTF8.self) else {
            throw DocumentProblem(nil, "", "it is not UTF-8; save it as UTF-8")
        }
        var lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }.enumerated().makeIterator()
        guard let header = lines.next() else { throw DocumentProblem(nil, "", "it is empty") }
        let columns = try Columns(header.element)
        var samples: [UsageSample] = []
        while let (index, line) = lines.next() {
            if line.allSatisfy(\.isWhitespace) { continue }
            guard samples.count < UsageHistory.sampleLimit else {
                throw DocumentProblem(
                    .init(line: index + 1, column: 1), "", "there are more than \(UsageHistory.sampleLimit) samples")
            }
            samples.append(try columns.sample(in: line, number: index + 1, size: size))
        }
        do throws(StorageMathError) { history = try UsageHistory(samples) } catch {
            throw DocumentProblem(nil, "", "\(error)")
        }
    }

    /// Which column holds what.
    private struct Columns {
        let count: Int
        let time: Int
        let used: Int
        let size: Int?

        init(_ header: Substring) throws(DocumentProblem) {
            let names = UsageDocument.fields(header)
            let place = DocumentProblem.Position(line: 1, column: 1)
            for name in ["time", "used", "size"] where names.count(where: { $0 == name }) > 1 {
                throw DocumentProblem(place, "", "the header has two columns \"\(name)\"; name one of them otherwise")
            }
            func index(_ name: String) throws(DocumentProblem) -> Int {
                guard let index = names.firstIndex(of: name) else {
                    throw DocumentProblem(place, "", "the header has no column \"\(name)\"; write time,used,size")
                }
                return index
            }
            count = names.count
            time = try index("time")
            used = try index("used")
            size = names.firstIndex(of: "size")
        }

        func sample(in line: Substring, number: Int, size given: ByteCount?) throws(DocumentProblem) -> UsageSample {
            let fields = UsageDocument.fields(line)
            guard fields.count == count else {
                throw DocumentProblem(
                    .init(line: number, column: 1), "", "there are \(fields.count) fields and \(count) columns")
            }
            var found = given
            if let size, !fields[size].isEmpty { found = try bytes(fields[size], number, "size") }
            return UsageSample(
                time: .seconds(try UsageDocument.seconds(fields[time], number)),
                used: try bytes(fields[used], number, "used"),
                size: found)
        }

        private func bytes(_ text: String, _ line: Int, _ column: String) throws(DocumentProblem) -> ByteCount {
            do throws(UnitError) { return try ByteCount(parsing: text) } catch {
                throw DocumentProblem(.init(line: line, column: 1), column, "\(error)")
            }
        }
    }

    /// The fields of a line, without quotes and spaces around them.
    private static func fields(_ line: Substring) -> [String] {
        line.split(separator: ",", omittingEmptySubsequences: false).map { field in
            String(field).trimmed(of: " \t\"")
        }
    }

    /// Seconds since 1970.
    private static func seconds(_ text: String, _ line: Int) throws(DocumentProblem) -> Int64 {
        if let seconds = Int64(text) { return seconds }
        let problem = DocumentProblem(
            .init(line: line, column: 1), "time",
            "\"\(text.prefix(64))\" is no time: write 2026-11-24, 2026-11-24T12:00:00Z or seconds since 1970")
        let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "T" || $0 == " " }
        let date: CalendarDate
        do throws(UnitError) { date = try CalendarDate(parsing: String(parts[0])) } catch { throw problem }
        let midnight = Int64(date.daysSince1970) * 86_400
        guard parts.count == 2 else { return midnight }
        var clock = parts[1]
        // Local times would need a time zone that nobody named.
        guard clock.popLast() == "Z" else { throw problem }
        let numbers = clock.split(separator: ":", omittingEmptySubsequences: false).map {
            $0.count == 2 ? Int64($0) : nil
        }
        guard numbers.count == 3, let hours = numbers[0], let minutes = numbers[1], let seconds = numbers[2],
            (0...23).contains(hours), (0...59).contains(minutes), (0...60).contains(seconds)
        else { throw problem }
        return midnight + hours * 3600 + minutes * 60 + seconds
    }
}

extension String {
    /// The text without some characters at either end.
    fileprivate func trimmed(of characters: String) -> String {
        var text = self[...]
        while let first = text.first, characters.contains(first) { text.removeFirst() }
        while let last = text.last, characters.contains(last) { text.removeLast() }
        return String(text)
    }
}
