import TestSupport
import Testing

@testable import ClusterCore

/// The numbers are sections and productions of Extensible Markup Language (XML) 1.0, fifth edition, W3C 2008-11-26.
@Suite struct `XML documents` {
    private func read(_ text: String) throws -> XMLElement { try XMLReader.read(Array(text.utf8)) }

    private func problem(_ text: String) -> String { problem(Array(text.utf8)) }

    private func problem(_ bytes: [UInt8], _ limits: XMLReader.Limits = .init()) -> String {
        do throws(XMLError) {
            _ = try XMLReader.read(bytes, limits: limits)
            return "it was read"
        } catch { return error.description }
    }

    @Test func `3 elements, attributes and text are read in their order`() throws {
        let root = try read("<a x='1' y=\"2\">one<b/>two<c z = '3'>three</c ></a>\n")
        #expect(root.name == "a")
        #expect(root.attributes == [XMLAttribute("x", "1"), XMLAttribute("y", "2")])
        #expect(root.elements.map(\.name) == ["b", "c"])
        #expect(root.text == "onetwo")
        #expect(root.element(named: "c")?.text == "three")
        #expect(root.element(named: "c")?.attribute("z") == "3")
        #expect(root.element(named: "c")?.position == XMLPosition(line: 1, column: 25))
    }

    @Test func `2-4 and 4-6 the five entities, and characters by number, stand for themselves`() throws {
        let root = try read("<a b='&lt;&gt;&amp;&quot;&apos;'>&#65;&#x42;&#x1F600;&#10;&lt;</a>")
        #expect(root.attribute("b") == "<>&\"'")
        #expect(root.text == "AB😀\n<")
    }

    @Test func `4-1 a reference is resolved once`() throws {
        #expect(try read("<a>&amp;lt;</a>").text == "&lt;")
    }

    @Test func `2-7 a CDATA section is text as it stands`() throws {
        #expect(try read("<a>x<![CDATA[<b>&amp;]] >]]>y</a>").content == [.text("x<b>&amp;]] >y")])
    }

    @Test func `2-11 line ends are LF, and 3-3-3 white space in attributes is spaces`() throws {
        let root = try read("<a b='1\r\n2\t3\n4\r5'>x\r\ny\rz</a>")
        #expect(root.text == "x\ny\nz")
        #expect(root.attribute("b") == "1 2 3 4 5")
        #expect(try read("<a b='&#10;&#9;'/>").attribute("b") == "\n\t")
    }

    @Test func `2-5, 2-6 and 2-8 comments, instructions, the declaration and a document type are passed over`() throws {
        let text = """
            \u{FEFF}<?xml version="1.0" encoding="UTF-8"?>
            <!DOCTYPE topology SYSTEM "hwloc2.dtd>">
            <!-- a - b <c> -->
            <?php echo "<x/>" ?>
            <a><!-- in --><?x?>t</a>
            """
        #expect(try read(text).text == "t")
    }

    @Test func `names hold letters of all scripts, and keep their prefix`() throws {
        let root = try read("<e:Größe e:名='1'/>")
        #expect(root.name == "e:Größe")
        #expect(root.localName == "Größe")
        #expect(root.attribute("e:名") == "1")
    }

    @Test(arguments: [
        ("", "1:1 the document has no element"),
        ("<a>", "1:4 the document ends within <a> of 1:1"),
        ("<a>\n ü<b></a>", "2:8 </a> stands where <b> of 2:3 is still open"),
        ("<a/><b/>", "1:5 there is a second outermost element"),
        ("</a>", "1:3 </a> ends what was not begun"),
        ("x<a/>", "1:1 text stands outside"),
        ("<a/>x", "1:5 text stands outside"),
        ("<a b='1' b='2'/>", "1:10 the attribute \"b\" is written twice"),
        ("<a b='1'c='2'/>", "1:9 white space is missing"),
        ("<a b=1/>", "1:6 an attribute's value stands in quotes"),
        ("<a b/>", "1:5 = is missing after the attribute \"b\""),
        ("<a b='<'/>", "1:7 < in an attribute's value is written &lt;"),
        ("<a b='1/>", "1:6 an attribute's value does not end"),
        ("<a>]]></a>", "1:6 ]]> in text"),
        ("<a>&nbsp;</a>", "1:4 the entity &nbsp; is not known"),
        ("<a>& b</a>", "1:4 & begins a reference that does not end"),
        ("<a>&#0;</a>", "1:4 &#0; is no character"),
        ("<a>&#xD800;</a>", "1:4 &#xD800; is no character"),
        ("<a>&#x110000;</a>", "1:4 &#x110000; is no character"),
        ("<a>&#12a;</a>", "1:4 &#12a; is no character"),
        ("<a>&#+1;</a>", "1:4 &#+1; is no character"),
        ("<1a/>", "1:2 a name is missing"),
        ("< a/>", "1:2 a name is missing"),
        ("<a><!-- b -- c --></a>", "1:8 a comment holds two hyphens"),
        ("<a><!-- b</a>", "1:8 a comment does not end"),
        ("<a><![CDATA[b</a>", "1:13 a CDATA section does not end"),
        ("<a><?b</a>", "1:6 a processing instruction does not end"),
        ("<a/><?xml version='1.0'?>", "1:7 an XML declaration stands once"),
        ("<?xml version='1.0' encoding='UTF-16'?><a/>", "1:1 the encoding \"UTF-16\" is not read"),
        ("<!DOCTYPE a><!DOCTYPE a><a/>", "1:13 a DOCTYPE stands once"),
        ("<a/><!DOCTYPE a>", "1:5 a DOCTYPE stands once"),
        ("<!DOCTYPE a", "1:1 the DOCTYPE does not end"),
        ("<a>\u{1}</a>", "1:4 a control character (byte 1)"),
        ("<a>\u{FFFF}</a>", "1:4 U+FFFF is no character"),
        ("<a", "1:1 the tag <a does not end"),
        ("<!a/>", "1:2 a name is missing"),
    ])
    func `2-1 what is not well formed is refused with line and column`(text: String, words: String) {
        #expect(problem(text).hasPrefix(words), "\(problem(text))")
    }

    @Test func `a document type that declares entities is refused: no bomb, no file`() {
        let bomb = "<!DOCTYPE a [<!ENTITY b \"lol\"><!ENTITY c \"&b;&b;\">]><a>&c;</a>"
        #expect(problem(bomb).hasPrefix("1:13 the DOCTYPE declares entities"))
        let file = "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>"
        #expect(problem(file).hasPrefix("1:13 the DOCTYPE declares entities"))
    }

    @Test(
        arguments: [
            [0x3C, 0x61, 0x3E, 0xC3, 0x28], [0x3C, 0x61, 0x3E, 0xC0, 0x80], [0x3C, 0x61, 0x3E, 0xED, 0xA0, 0x80],
            [0x3C, 0x61, 0x3E, 0xF4, 0x90, 0x80, 0x80], [0x3C, 0x61, 0x3E, 0xE2, 0x82], [0x3C, 0x61, 0x3E, 0xFF],
            [0xFF, 0xFE, 0x3C, 0x00], [0xFE, 0xFF, 0x00, 0x3C], [0x3C, 0x00, 0x61, 0x00],
        ] as [[UInt8]])
    func `what is not UTF-8 is refused`(bytes: [UInt8]) {
        #expect(problem(bytes).contains("UTF-8"), "\(problem(bytes))")
    }

    @Test func `every limit is kept, and what is at the limit is read`() throws {
        var limits = XMLReader.Limits()
        limits.depth = 3
        #expect(throws: Never.self) { try XMLReader.read(Array("<a><a><a/></a></a>".utf8), limits: limits) }
        #expect(problem(Array("<a><a><a><a/></a></a></a>".utf8), limits).contains("more than 3 deep"))
        limits = XMLReader.Limits()
        limits.elements = 3
        #expect(throws: Never.self) { try XMLReader.read(Array("<a><b/><b/></a>".utf8), limits: limits) }
        #expect(problem(Array("<a><b/><b/><b/></a>".utf8), limits).contains("more than 3 elements"))
        limits = XMLReader.Limits()
        limits.attributes = 2
        #expect(problem(Array("<a b='' c='' d=''/>".utf8), limits).contains("more than 2 attributes"))
        limits = XMLReader.Limits()
        limits.bytes = 8
        #expect(problem(Array("<abcdef/>".utf8), limits).contains("more than 8"))
        limits = XMLReader.Limits()
        limits.nameBytes = 4
        #expect(problem(Array("<abcde/>".utf8), limits).contains("longer than 4 bytes"))
    }

    @Test func `a hundred thousand elements within each other are refused without a recursion that ends the program`() {
        #expect(problem(String(repeating: "<a>", count: 100_000)).contains("more than 128 deep"))
    }

    @Test func `long runs without an end are read once, not again and again`() {
        // Quadratic reading of 400 000 bytes would take hours in a debug build.
        #expect(problem("<a>" + String(repeating: "<!", count: 200_000)).hasPrefix("1:5"))
        #expect(problem("<a>" + String(repeating: "&", count: 200_000)).hasPrefix("1:4"))
        #expect(problem("<a b='" + String(repeating: "x", count: 200_000)).contains("does not end"))
    }

    /// What a writer writes, by rules of its own, is what is read.
    @Test func `documents that were written at random are read as they were meant`() {
        forRandom(200) { random in
            let meant = element(&random, depth: 4)
            let bytes = Array(written(meant).utf8)
            return unplaced(try XMLReader.read(bytes)) == meant
        }
    }

    @Test func `a document that is damaged anywhere is read or refused, and nothing else`() {
        forRandom(300) { random in
            var bytes = Array(written(element(&random, depth: 3)).utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch random.next() % 3 {
                case 0: bytes[index] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.remove(at: index)
                default: bytes.insert(Array("<>&;'\"![]-?/".utf8).randomElement(using: &random) ?? 0, at: index)
                }
            }
            do throws(XMLError) { _ = try XMLReader.read(bytes) } catch {
                return error.position.line >= 1 && error.position.column >= 1 && !error.problem.isEmpty
            }
            return true
        }
    }

    private static let characters: [Character] = ["a", " ", "<", ">", "&", "\"", "'", "é", "漢", "😀", "]", "\n", "\t"]

    private func text(_ random: inout SeededRandom) -> String {
        String(
            (0..<Int.random(in: 1...6, using: &random)).map { _ in
                Self.characters.randomElement(using: &random) ?? "a"
            })
    }

    private func element(_ random: inout SeededRandom, depth: Int) -> XMLElement {
        var element = XMLElement(name: ["a", "b-1", "_c.d", "é:x"].randomElement(using: &random) ?? "a")
        for name in ["x", "y", "z"] where Bool.random(using: &random) {
            element.attributes.append(XMLAttribute(name, text(&random)))
        }
        for _ in 0..<Int.random(in: 0...3, using: &random) where depth > 0 {
            if Bool.random(using: &random) {
                element.content.append(.element(self.element(&random, depth: depth - 1)))
            } else if case .text? = element.content.last {
                continue
            } else {
                element.content.append(.text(text(&random)))
            }
        }
        return element
    }

    private func written(_ element: XMLElement) -> String {
        func escaped(_ text: String) -> String {
            text.unicodeScalars.map { scalar in
                "<>&\"'\n\t".unicodeScalars.contains(scalar) ? "&#\(scalar.value);" : String(scalar)
            }.joined()
        }
        let attributes = element.attributes.map { " \($0.name)=\"\(escaped($0.value))\"" }.joined()
        let content = element.content.map { part in
            switch part {
            case .element(let inner): written(inner)
            case .text(let text): escaped(text)
            }
        }
        return "<\(element.name)\(attributes)>\(content.joined())</\(element.name)>"
    }

    private func unplaced(_ element: XMLElement) -> XMLElement {
        var element = element
        element.position = XMLPosition(line: 1, column: 1)
        element.content = element.content.map { part in
            if case .element(let inner) = part { .element(unplaced(inner)) } else { part }
        }
        return element
    }
}
