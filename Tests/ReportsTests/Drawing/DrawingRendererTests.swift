import ClusterCore
import Foundation
import Reports
import TestSupport
import Testing

#if canImport(FoundationXML)
import FoundationXML
#endif

@Suite struct `Drawings rendered` {
    private static let hostile = [
        "<script>alert(1)</script>", "]]>", "a\"b'c&d", "\u{1B}[31m", "\u{202E}gnp", "\u{FFFE}", "-->", "\n\r\t\0",
        "&#0;", "漢字 é 😀",
    ]

    /// Collects what an XML parser that nobody here wrote sees.
    private final class Seen: NSObject, XMLParserDelegate {
        var elements: [String] = []
        var titles: [String] = []
        private var text: String?

        func parser(
            _: XMLParser, didStartElement name: String, namespaceURI _: String?, qualifiedName _: String?,
            attributes: [String: String]
        ) {
            elements.append(name)
            text = name == "title" || name == "text" ? "" : nil
        }

        func parser(_: XMLParser, foundCharacters string: String) { text? += string }

        func parser(_: XMLParser, didEndElement name: String, namespaceURI _: String?, qualifiedName _: String?) {
            if let text { titles.append(text) }
            text = nil
        }
    }

    private func parsed(_ text: String) -> Seen? {
        let parser = XMLParser(data: Data(text.utf8))
        let seen = Seen()
        parser.delegate = seen
        return parser.parse() ? seen : nil
    }

    private func tree() -> DrawingBlock {
        DrawingBlock(
            role: .bus, lines: [.init("root port")], arrangement: .tree,
            blocks: [
                DrawingBlock(role: .network, lines: [.init("eth0")]),
                DrawingBlock(
                    lines: [.init("a bridge")], arrangement: .tree, isFramed: false,
                    blocks: [
                        DrawingBlock(lines: [.init("one")], isFramed: false),
                        DrawingBlock(lines: [.init("two")], isFramed: false),
                    ]),
            ])
    }

    @Test func `an SVG is well-formed, says its title and lists no element that acts`() throws {
        let drawing = tree().drawing(title: "Host a", summary: "One port.", metrics: .points())
        let seen = try #require(parsed(drawing.svgText))
        #expect(seen.elements.first == "svg")
        #expect(seen.titles.first == "Host a")
        #expect(Set(seen.elements).isSubset(of: ["svg", "title", "desc", "style", "rect", "g", "polyline", "text"]))
        #expect(!drawing.svgText.contains("href") && !drawing.svgText.contains("url("))
        #expect(drawing.svgText.contains("@media (prefers-color-scheme:dark)"))
    }

    @Test(arguments: hostile)
    func `a hostile name stays text in an SVG`(name: String) throws {
        let block = DrawingBlock(lines: [.init(name)], hint: name, blocks: [DrawingBlock(lines: [.init(name)])])
        let drawing = block.drawing(title: name, summary: name, metrics: .points())
        let plain = DrawingBlock(lines: [.init("x")], hint: "x", blocks: [DrawingBlock(lines: [.init("x")])]).drawing(
            title: "x", summary: "x", metrics: .points())
        let seen = try #require(parsed(drawing.svgText), "\(drawing.svgText)")
        // The same elements as for a harmless name: none was brought in.
        let harmless = try #require(parsed(plain.svgText))
        #expect(seen.elements == harmless.elements)
        #expect(!drawing.svgText.contains("\u{1B}") && !drawing.svgText.contains("\u{202E}"))
        if name.allSatisfy({ $0.isASCII && !$0.isNewline }) && !name.contains("\u{1B}") {
            #expect(seen.titles.first == name)
        }
    }

    @Test func `every role has a colour for light and for dark`() {
        let roles = DrawingBlock(blocks: DrawingRole.allCases.map { DrawingBlock(role: $0, lines: [.init("a")]) })
        let text = roles.drawing(title: "", summary: "", metrics: .points()).svgText
        for role in DrawingRole.allCases {
            let name = role.rawValue.split(separator: "_").joined(separator: "-")
            #expect(text.components(separatedBy: "rect.\(name){fill:").count == 3, "\(role)")
            #expect(text.contains("<rect class=\"\(name)\""), "\(role)")
        }
    }

    @Test func `in characters boxes have corners and branches have joints`() {
        let drawing = tree().drawing(title: "", summary: "", metrics: .characters(width: 40))
        #expect(
            drawing.text() == """
                ┌───────────┐
                │ root port │
                └┬──────────┘
                 │  ┌──────┐
                 ├──┤ eth0 │
                 │  └──────┘
                 └─ a bridge
                     ├─ one
                     └─ two

                """)
    }

    @Test func `without Unicode lines are plus, minus and bar`() {
        let text = tree().drawing(title: "", summary: "", metrics: .characters(width: 40)).text(style: .ascii)
        #expect(text.hasPrefix("+-----------+\n| root port |\n++----------+\n"))
        #expect(text.utf8.allSatisfy { $0 < 0x80 })
    }

    @Test func `a hostile name neither moves the cursor nor leaves its box, in characters`() {
        for name in Self.hostile {
            let block = DrawingBlock(lines: [.init(name)], blocks: [DrawingBlock(lines: [.init(name)])])
            let text = block.drawing(title: "", summary: "", metrics: .characters(width: 40)).text()
            let widths = text.split(separator: "\n").map { displayWidth(String($0)) }
            #expect(!text.contains("\u{1B}") && !text.contains("\u{202E}") && !text.contains("\t"))
            #expect(Set(widths).count == 1, "\(name.debugDescription)\n\(text)")
        }
    }

    @Test func `no line is wider than was asked for, whatever is drawn`() {
        forRandom(100) { random in
            let width = Int.random(in: 20...100, using: &random)
            let blocks = (0..<Int.random(in: 1...20, using: &random)).map { _ in
                DrawingBlock(lines: [.init(Self.hostile.randomElement(using: &random) ?? "")])
            }
            let block = DrawingBlock(blocks: blocks)
            let text = block.drawing(title: "", summary: "", metrics: .characters(width: width)).text()
            return text.split(separator: "\n").allSatisfy { displayWidth(String($0)) <= width }
        }
    }

    @Test func `a picture of any size that a value can hold is rendered within the limit`() {
        let box = Drawing.Shape.box(.init(frame: .init(x: 0, y: 0, width: 1_000_000, height: 1_000_000), role: .plain))
        let drawing = Drawing(
            title: "", summary: "", width: 1_000_000, height: 1_000_000, cell: .init(width: 1, height: 1), shapes: [box]
        )
        #expect(drawing.text(style: .ascii).utf8.count <= 2 * Drawing.textLimit)
        let odd = Drawing(
            title: "", summary: "", width: -5, height: 0, cell: .init(width: 0, height: -1),
            shapes: [
                .line([.init(x: -10, y: -10), .init(x: -10, y: 50)], .bus),
                .text(
                    .init(frame: .init(x: -3, y: 900, width: -1, height: 1), words: "a", weight: .normal, role: .bus)),
                .box(.init(frame: .init(x: -5, y: -5, width: 100, height: 100), role: .plain)),
            ])
        #expect(!odd.text().isEmpty)
        #expect(parsed(odd.svgText) != nil)
    }
}
