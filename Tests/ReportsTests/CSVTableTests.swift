import Reports
import Testing

/// RFC 4180, "Common Format and MIME Type for Comma-Separated Values (CSV) Files", section 2.
@Suite struct CSVTableTests {
    private func line(_ fields: [CSVTable.Field]) -> String {
        var table = CSVTable(columns: fields.indices.map { "c\($0)" })
        table.add(fields)
        return String(table.text.drop { !$0.isNewline }.dropFirst())
    }

    @Test func `a header comes first and every line ends with a carriage return and a line feed`() {
        var table = CSVTable(columns: ["operation", "p99_ns"])
        #expect(table.text == "operation,p99_ns\r\n")
        table.add([.text("write"), .integer(531_250)])
        #expect(table.text == "operation,p99_ns\r\nwrite,531250\r\n")
    }

    @Test func `a field with a comma, a quote or a space at its end is quoted, and its quotes are doubled`() {
        #expect(
            line([.text("a,b"), .text("say \"x\""), .text(" c"), .text("d e")])
                == "\"a,b\",\"say \"\"x\"\"\",\" c\",d e\r\n")
    }

    @Test func `what is not known is an empty field and an empty text is one in quotes`() {
        #expect(line([.unknown, .text(""), .integer(0), .text(nil), .integer(nil)]) == ",\"\",0,,\r\n")
        #expect(line([.decimal(nil), .flag(nil), .flag(false)]) == ",,false\r\n")
    }

    @Test func `whole numbers stay whole and a number that is not finite is not known`() {
        #expect(
            line([.integer(.max), .decimal(0.25), .decimal(.nan), .decimal(.infinity)])
                == "18446744073709551615,0.25,,\r\n")
    }

    @Test(arguments: ["=1+1", "+1", "-1", "@SUM(A1)"])
    func `a text that a spreadsheet would take for a formula is a text there`(word: String) {
        #expect(line([.text(word)]) == "'\(word)\r\n")
    }

    /// U+0301 joins what stands before it to one character for people; to a reader of the file it is the next scalar.
    @Test func `an accent behind a comma, a quote or a formula's sign hides none of them`() {
        #expect(
            line([.text("a,\u{301}b"), .text("say \"\u{301}x"), .text("c \u{301}"), .text("d\u{301} ")])
                == "\"a,\u{301}b\",\"say \"\"\u{301}x\",c \u{301},\"d\u{301} \"\r\n")
        #expect(line([.text("=\u{301}1+1")]).utf8.starts(with: "'=".utf8))
    }

    @Test func `a name from outside can begin no line and hold no control character`() {
        #expect(line([.text("h2\r\nevil,row\u{1B}[2J\u{202E}")]) == "\"h2??evil,row?[2J?\"\r\n")
    }

    @Test func `a row has as many fields as there are columns`() {
        var table = CSVTable(columns: ["a", "b"])
        table.add([.integer(1)])
        table.add([.integer(1), .integer(2), .integer(3)])
        #expect(table.text == "a,b\r\n1,\r\n1,2\r\n")
    }
}
