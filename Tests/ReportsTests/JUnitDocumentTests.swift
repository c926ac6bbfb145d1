import Foundation
import Reports
import Testing

#if canImport(FoundationXML)
import FoundationXML
#endif

/// What the writer puts down; that build servers read it is checked with their own schema where reports are.
@Suite struct JUnitDocumentTests {
    private func document(_ outcomes: [JUnitDocument.Outcome]) -> JUnitDocument {
        var document = JUnitDocument(name: "probe")
        for (index, outcome) in outcomes.enumerated() {
            document.add(.init(name: "case \(index)", group: "rule", outcome: outcome))
        }
        return document
    }

    @Test func `the suite counts what its cases are`() {
        let text = document([
            .passed, .failed("slow", details: "very"), .error("gone"), .skipped("few"), .skipped("none"),
        ]).text
        #expect(text.contains("<testsuite name=\"probe\" tests=\"5\" failures=\"1\" errors=\"1\" skipped=\"2\">"))
        #expect(text.contains("<failure message=\"slow\">very</failure>"))
        #expect(text.contains("<error message=\"gone\"/>"))
        #expect(text.components(separatedBy: "<skipped ").count == 3)
        #expect(text.contains("    <testcase classname=\"rule\" name=\"case 0\"/>\n"))
    }

    @Test func `a suite without cases is a suite`() {
        #expect(document([]).text.contains("tests=\"0\" failures=\"0\" errors=\"0\""))
    }

    /// Collects what an independent reader of XML sees.
    private final class Reader: NSObject, XMLParserDelegate {
        var attributes: [String: String] = [:]
        var text = ""
        func parser(
            _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?,
            attributes found: [String: String] = [:]
        ) {
            for (name, value) in found { attributes["\(element).\(name)"] = value }
        }
        func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
    }

    @Test func `words from outside come back from a reader of XML, without what could harm`() {
        var document = JUnitDocument(
            name: "a<b>&\"c\" 'd'", host: "h\u{0}\u{1B}]0;x\u{7}", properties: [.init("k\"", "]]>\nv\t\u{FFFE}")])
        document.add(.init(name: "n", group: "g", outcome: .failed("m\nm", details: "1. <x> &amp;\n2. é ∞ 🙂")))
        let reader = Reader()
        let parser = XMLParser(data: Data(document.text.utf8))
        parser.delegate = reader
        #expect(parser.parse(), "\(String(describing: parser.parserError))")
        #expect(reader.attributes["testsuite.name"] == "a<b>&\"c\" 'd'")
        #expect(reader.attributes["testsuite.hostname"] == "h??]0;x?")
        #expect(reader.attributes["property.name"] == "k\"")
        #expect(reader.attributes["property.value"] == "]]> v??")
        #expect(reader.attributes["failure.message"] == "m m")
        #expect(reader.text.contains("1. <x> &amp;\n2. é ∞ 🙂"))
    }

    @Test func `an accent behind what XML takes for its own does not hide it`() {
        let name = "h\"\u{301} x=\"1\"><\u{301}/testsuite>&\u{301}"
        var document = JUnitDocument(name: name, host: name)
        document.add(.init(name: name, group: name, outcome: .failed(name, details: name)))
        let reader = Reader()
        let parser = XMLParser(data: Data(document.text.utf8))
        parser.delegate = reader
        #expect(parser.parse(), "\(String(describing: parser.parserError))")
        #expect(reader.attributes["testsuite.hostname"] == name && reader.attributes["failure.message"] == name)
        #expect(reader.attributes["testsuite.x"] == nil)
    }
}
