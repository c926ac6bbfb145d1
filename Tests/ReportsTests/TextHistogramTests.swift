import Reports
import TestSupport
import Testing

/// The picture of a distribution.
@Suite struct TextHistogramTests {
    /// A body around 300 µs and a tail up to 9 ms.
    private var typical: TextHistogram {
        var bins: [TextHistogram.Bin] = []
        for step in UInt64(0)..<40 {
            bins.append(.init(upTo: 200_000 + step * 10_000, count: 20 + step * (39 - step)))
        }
        bins.append(.init(upTo: 900_000, count: 12))
        bins.append(.init(upTo: 4_250_000, count: 3))
        bins.append(.init(upTo: 9_100_000, count: 1))
        return TextHistogram(
            bins: bins,
            marks: [
                .init("p50", nanoseconds: 395_000), .init("p99", nanoseconds: 580_000),
                .init("limit", nanoseconds: 1_000_000), .init("elsewhere", nanoseconds: 20_000_000_000),
            ])
    }

    @Test func `a typical distribution can be read at a glance`() {
        let text = typical.lines(width: 80, style: .plain).joined(separator: "\n") + "\n"
        assertSnapshot(text, named: "histogram.txt")
    }

    @Test func `without symbols beyond ASCII it is drawn in ASCII`() {
        let text = typical.lines(width: 80, style: .ascii).joined(separator: "\n") + "\n"
        assertSnapshot(text, named: "histogram-ascii.txt")
        #expect(text.utf8.allSatisfy { $0 < 0x80 })
    }

    @Test func `a narrow distribution is drawn in fine steps`() {
        let bins = (UInt64(0)..<10).map { TextHistogram.Bin(upTo: 2000 + $0 * 100, count: $0 + 1) }
        let text = TextHistogram(bins: bins).lines(width: 80, style: .plain).joined(separator: "\n") + "\n"
        assertSnapshot(text, named: "histogram-narrow.txt")
    }

    @Test func `without samples there is no picture`() {
        #expect(TextHistogram(bins: []).lines(width: 80, style: .plain).isEmpty)
        #expect(TextHistogram(bins: [.init(upTo: 5, count: 0)]).lines(width: 80, style: .plain).isEmpty)
    }

    @Test func `any distribution of 64-bit values makes at most twelve rows within the width`() {
        forRandom(300, seed: 9) { random in
            let bins = (0..<Int(random.next() % 50 + 1)).map { _ in
                TextHistogram.Bin(upTo: random.edgy(), count: random.edgy())
            }.sorted { $0.upTo < $1.upTo }
            let width = Int(random.next() % 100 + 40)
            let lines = TextHistogram(bins: bins, marks: [.init("p99.9", nanoseconds: random.edgy())])
                .lines(width: width, style: random.next().isMultiple(of: 2) ? .plain : .ascii)
            return lines.count <= 12 && lines.allSatisfy { displayWidth($0) <= width && !$0.hasSuffix(" ") }
        }
    }

    @Test func `a row with any sample shows something and 100 % is said only of all`() {
        let rare = TextHistogram(bins: [.init(upTo: 1000, count: 1_000_000), .init(upTo: 100_000, count: 1)])
        let lines = rare.lines(width: 80, style: .plain)
        #expect(lines.first?.contains("99.9 %") == true)
        #expect(lines.last?.contains("▏") == true)
        #expect(lines.last?.contains("<0.01 %") == true)
        let only = TextHistogram(bins: [.init(upTo: 1000, count: 3)]).lines(width: 80, style: .plain)
        #expect(only.count == 1)
        #expect(only[0].contains("100 %"))
    }
}
