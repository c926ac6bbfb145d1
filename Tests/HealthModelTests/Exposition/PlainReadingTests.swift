import FoundationEssentials
import HealthModel
import TestSupport
import Testing

/// The reader takes words of eight bytes and what the line before had; beside it, the one that looks at every byte.
@Suite struct `Exposition read by words and byte by byte` {
    /// What became of a text, in full: an error with its place, or everything that was read.
    private func outcome(
        _ bytes: [UInt8], _ format: ExpositionFormat, _ repeats: RepeatedSeries, plainly: Bool
    ) -> String {
        do throws(SignalError) {
            let read = try Exposition(
                parsing: bytes, as: format, limits: ExpositionLimits(samples: 60, labels: 5, lineBytes: 200),
                repeats: repeats, plainly: plainly)
            let samples = (0..<read.count).map { number in
                let sample = read[number]
                return
                    "\(sample.name) \(sample.labels) \(sample.value) \(sample.type) \(String(describing: sample.time))"
            }
            return "\(samples) \(read.families) \(read.repeated)"
        } catch { return "\(error.kind) \(error)" }
    }

    private func agrees(_ bytes: [UInt8]) -> Bool {
        ExpositionFormat.allCases.allSatisfy { format in
            RepeatedSeries.allCases.allSatisfy { repeats in
                outcome(bytes, format, repeats, plainly: false) == outcome(bytes, format, repeats, plainly: true)
            }
        }
    }

    private static let names = ["a", "ab", "node_disk_bytes", "node_disk_bytes_total", "b_bucket", "b_count", "b_sum"]
    private static let labelNames = ["le", "x", "device", "instance", "a_long_name_of_a_label"]
    private static let values = [
        "", "1", "+Inf", "0.5", "node1", "node2.example:9100", "node3.example:9100", "12345678", "1234567\\\"x",
        "\\\\", "a\\nb and more of it", "é", "sieben {von} sieben, \\t",
    ]
    private static let numbers = [
        "0", "1", "-1", "12345678", "1234567890123456", "12345678901234567890", "123456789.123456789", "0.00000001",
        "1e5", "1.5E-3", "NaN", "+Inf", "-inf", "00000000.00000000", "1234567.8", "12345678.", ".12345678", "1_2",
        "0x1",
        "12345678a", "9999999999999999999999", "1e400", "-0",
    ]

    private func pick(_ texts: [String], _ random: inout SeededRandom) -> String {
        texts.randomElement(using: &random) ?? ""
    }

    /// Lines as a program writes them: most like the one before.
    private func text(_ random: inout SeededRandom) -> [UInt8] {
        typealias Own = `Exposition read by words and byte by byte`
        var (text, name) = ("", pick(Own.names, &random))
        var labels: [(String, String)] = []
        for _ in 0..<Int.random(in: 1...25, using: &random) {
            if random.next() % 6 == 0 {
                name = pick(Own.names, &random)
                let type = pick(["gauge", "counter", "histogram", "info", "untyped"], &random)
                if random.next() % 2 == 0 { text += "# TYPE \(pick([name, "b"], &random)) \(type)\n" }
                if random.next() % 4 == 0 { text += "# HELP \(name) some \\\\ help\n" }
            }
            if random.next() % 5 == 0 {
                labels = (0..<Int.random(in: 0...4, using: &random)).map { _ in
                    (pick(Own.labelNames, &random), pick(Own.values, &random))
                }
            }
            for index in labels.indices where random.next() % 2 == 0 { labels[index].1 = pick(Own.values, &random) }
            let blank = random.next() % 40 == 0 ? " " : ""
            let pairs = labels.map { "\($0.0)\(blank)=\(blank)\"\($0.1)\"" }.joined(separator: "," + blank)
            let isQuoted = random.next() % 15 == 0
            let inside = isQuoted ? "\"\(name)\"" + (pairs.isEmpty ? "" : "," + pairs) : pairs
            text += (isQuoted ? "" : name) + blank + (inside.isEmpty ? "" : "{\(inside)}")
            text += " " + pick(random.next() % 8 == 0 ? Own.numbers : ["1", "2", "12345678", "3.5"], &random)
            if random.next() % 10 == 0 { text += " \(random.next() % 2_000_000)" }
            text += "\n"
        }
        if random.next() % 2 == 0 { text += "# EOF\n" }
        return Array(text.utf8)
    }

    @Test func `text as programs write it is decided and read the same`() {
        var accepted = 0
        forRandom(1500) { random in
            let bytes = text(&random)
            if !outcome(bytes, .prometheusText, .listed, plainly: true).hasPrefix("malformed") { accepted += 1 }
            return agrees(bytes)
        }
        #expect(accepted > 500)
    }

    @Test func `text that was changed or cut anywhere is decided and read the same, errors by their place`() {
        forRandom(3000) { random in
            var bytes = text(&random)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                guard !bytes.isEmpty else { break }
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch random.next() % 4 {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(Array("{}\"\\,= \n#1".utf8).randomElement(using: &random) ?? 0, at: place)
                default: if random.next() % 4 == 0 { bytes.removeSubrange(place...) }
                }
            }
            return agrees(bytes)
        }
    }

    private static let cases: [String] = {
        let root = environment("CONFORMANCE_DATA").map { $0 + "/openmetrics/parsers" }
        return (root.flatMap { try? FileManager.default.contentsOfDirectory(atPath: $0) } ?? []).sorted()
    }()

    @Test(.enabled(if: !cases.isEmpty, "CONFORMANCE_DATA has no OpenMetrics cases"))
    func `every text of the conformance suite, whole and cut anywhere, is decided and read the same`() throws {
        let root = try #require(environment("CONFORMANCE_DATA")) + "/openmetrics/parsers"
        var read = 0
        for folder in Self.cases {
            guard let text = FileManager.default.contents(atPath: root + "/" + folder + "/metrics") else { continue }
            let bytes = Array(text)
            for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 40)) {
                #expect(agrees(Array(bytes.prefix(length))), "\(folder), the first \(length) bytes")
            }
            #expect(agrees(bytes), "\(folder)")
            read += 1
        }
        print("OpenMetrics: \(read) texts read both ways")
    }
}
