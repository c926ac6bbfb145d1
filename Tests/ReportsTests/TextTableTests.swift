import Reports
import TestSupport
import Testing

/// Tables, wrapping and what is safe to print.
@Suite struct TextTableTests {
    private func table(operation: String = "write") -> TextTable {
        var table = TextTable(columns: [
            .init("operation", mayBeCut: true), .init("size", .right), .init("samples", .right), .init("lost", .right),
            .init("min", .right), .init("p50", .right), .init("p90", .right), .init("p99", .right),
            .init("p99.9", .right), .init("max", .right),
        ])
        table.add(["send", "64 B", "10000", "0", "249 µs", "318 µs", "401 µs", "4.25 ms", "9.87 ms", "12.3 ms"])
        table.add([
            TextTable.Cell(operation), "512 KiB", "100000", TextTable.Cell("17", .bad), "245 µs", "999 µs", "999 µs",
            "3.68 ms", "–", "12.3 ms",
        ])
        return table
    }

    @Test func `a latency table fits 80 columns with its numbers to the right`() {
        let text = table().lines(width: 80, style: .plain).joined(separator: "\n") + "\n"
        assertSnapshot(text, named: "table.txt")
        for line in text.split(separator: "\n") { #expect(displayWidth(String(line)) <= 80) }
    }

    @Test func `names give way and numbers do not`() {
        let lines = table(operation: "compare_and_swap_with_a_long_name").lines(width: 80, style: .plain)
        #expect(lines.allSatisfy { displayWidth($0) <= 80 })
        #expect(lines[2].contains("…"))
        for number in ["512 KiB", "100000", "245 µs", "3.68 ms", "12.3 ms"] { #expect(lines[2].contains(number)) }
    }

    @Test func `a table that cannot fit becomes lists of titles and values`() {
        let text = table().lines(width: 40, style: .plain).joined(separator: "\n") + "\n"
        assertSnapshot(text, named: "table-narrow.txt")
        for line in text.split(separator: "\n") { #expect(displayWidth(String(line)) <= 40) }
    }

    @Test func `no line ends with a space, with any width and style`() {
        for width in 20...120 {
            for style in [TextStyle.plain, .ascii] {
                for line in table().lines(width: width, style: style) {
                    #expect(!line.hasSuffix(" "))
                    #expect(displayWidth(line) <= width)
                }
            }
        }
    }

    @Test func `colour adds escape characters only where it is asked for, and moves nothing`() {
        let plain = table().lines(width: 80, style: .plain)
        let coloured = table().lines(width: 80, style: TextStyle(colour: true))
        #expect(plain.allSatisfy { !$0.contains("\u{1B}") })
        #expect(coloured.contains { $0.contains("\u{1B}[1;31m17\u{1B}[0m") })
        let stripped = coloured.map { line in
            line.replacing(/\u{1B}\[[0-9;]*m/, with: "")
        }
        #expect(stripped == plain)
    }

    @Test func `wide characters take two columns and combining marks none`() {
        #expect(displayWidth("µs ≤ …") == 6)
        #expect(displayWidth("主机") == 4)
        #expect(displayWidth("e\u{301}") == 1)
        #expect(displayWidth("🔌") == 2)
        var table = TextTable(columns: [.init("host"), .init("x")])
        table.add(["主机", "1"])
        table.add(["abcd", "2"])
        let lines = table.lines(width: 40, style: .plain)
        #expect(lines[1] == "主机  1")
        #expect(lines[2] == "abcd  2")
    }

    @Test func `a name from outside can neither write escape sequences nor lines`() {
        var table = TextTable(columns: [.init("host")])
        table.add([TextTable.Cell("\u{1B}[2Jh1\nforged\u{202E}\r\u{2028}")])
        let lines = table.lines(width: 40, style: .plain)
        #expect(lines == ["host", "?[2Jh1?forged???"])
    }

    @Test func `missing cells are empty and surplus ones are left out`() {
        var table = TextTable(columns: [.init("a"), .init("b")])
        table.add(["1"])
        table.add(["1", "2", "3"])
        #expect(table.lines(width: 20, style: .plain) == ["a  b", "1", "1  2"])
    }
}
