/// One document on its way through the reader.
struct XMLParser {
    var cursor: XMLCursor
    private let limits: XMLReader.Limits
    private var open: [XMLElement] = []
    private var elements = 0
    private var root: XMLElement?

    init(_ bytes: [UInt8], _ limits: XMLReader.Limits) {
        cursor = XMLCursor(bytes)
        self.limits = limits
    }

    mutating func document() throws(XMLError) -> XMLElement {
        try cursor.checkCharacters()
        try declaration()
        var hasDoctype = false
        while !cursor.isAtEnd {
            if cursor.next != UInt8(ascii: "<") {
                try text()
            } else if cursor.skip("<!--") {
                try comment()
            } else if cursor.skip("<![CDATA[") {
                try section()
            } else if cursor.starts(with: "<!DOCTYPE") {
                guard !hasDoctype, root == nil, open.isEmpty else {
                    throw cursor.error("a DOCTYPE stands once, before the first element")
                }
                hasDoctype = true
                try doctype()
            } else if cursor.skip("<?") {
                try instruction()
            } else if cursor.skip("</") {
                try endTag()
            } else {
                try startTag()
            }
        }
        if let unfinished = open.last {
            throw cursor.error(
                "the document ends within <\(quoted(unfinished.name))> of \(unfinished.position); is it cut off?")
        }
        guard let root else { throw cursor.error("the document has no element") }
        return root
    }

    // MARK: Before and between elements

    /// `<?xml version="1.0" encoding="UTF-8"?>`
    private mutating func declaration() throws(XMLError) {
        guard cursor.starts(with: "<?xml"), XMLCursor.isSpace(cursor.byte(at: 5)) else { return }
        let start = cursor
        guard cursor.skip("<?xml"), let words = cursor.take(until: "?>") else {
            throw start.error("the XML declaration does not end: write ?> after it")
        }
        let text = String(decoding: words, as: UTF8.self)
        guard let found = text.range(ofWord: "encoding") else { return }
        let value = text[found...].drop { $0 != "\"" && $0 != "'" }.dropFirst().prefix { $0 != "\"" && $0 != "'" }
        guard ["utf-8", "utf8", "us-ascii", "ascii"].contains(value.lowercased()) else {
            throw start.error("the encoding \"\(quoted(value))\" is not read; save the document as UTF-8")
        }
    }

    private mutating func comment() throws(XMLError) {
        let start = cursor
        guard let inside = cursor.take(until: "-->") else {
            throw start.error("a comment does not end: write --> after it")
        }
        var last: UInt8 = 0
        for byte in inside {
            if byte == UInt8(ascii: "-"), last == byte { throw start.error("a comment holds two hyphens in a row") }
            last = byte
        }
        guard last != UInt8(ascii: "-") else { throw start.error("a comment holds two hyphens in a row") }
    }

    private mutating func instruction() throws(XMLError) {
        let start = cursor
        let target = try cursor.name(limit: limits.nameBytes)
        guard target.lowercased() != "xml" else {
            throw start.error("an XML declaration stands once, at the very start of the document")
        }
        guard cursor.take(until: "?>") != nil else {
            throw start.error("a processing instruction does not end: write ?> after it")
        }
    }

    /// `<!DOCTYPE name SYSTEM "file">`: nothing of it is used.
    private mutating func doctype() throws(XMLError) {
        let start = cursor
        _ = cursor.skip("<!DOCTYPE")
        while let byte = cursor.next {
            switch byte {
            case UInt8(ascii: ">"):
                cursor.advance()
                return
            case UInt8(ascii: "["), UInt8(ascii: "<"):
                throw cursor.error(
                    "the DOCTYPE declares entities or elements of its own, which are not read; leave them out")
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                cursor.advance()
                guard cursor.take(until: byte) != nil else { throw start.error("the DOCTYPE does not end") }
            default: cursor.advance()
            }
        }
        throw start.error("the DOCTYPE does not end")
    }

    // MARK: Elements

    private mutating func startTag() throws(XMLError) {
        let start = cursor
        let position = cursor.position()
        guard root == nil else { throw start.error("there is a second outermost element; a document has one") }
        elements += 1
        guard elements <= limits.elements else {
            throw start.error("the document has more than \(limits.elements) elements that are read")
        }
        guard open.count < limits.depth else {
            throw start.error("elements are nested more than \(limits.depth) deep")
        }
        cursor.advance()
        var element = XMLElement(name: try cursor.name(limit: limits.nameBytes), position: position)
        var names: Set<String> = []
        while true {
            let hasSpace = cursor.skipSpace()
            if cursor.skip("/>") { return close(element) }
            if cursor.skip(">") {
                open.append(element)
                return
            }
            guard !cursor.isAtEnd else { throw start.error("the tag <\(quoted(element.name)) does not end") }
            guard hasSpace else { throw cursor.error("white space is missing before an attribute's name") }
            let place = cursor
            let name = try cursor.name(limit: limits.nameBytes)
            guard names.insert(name).inserted else {
                throw place.error("the attribute \"\(quoted(name))\" is written twice; leave one out")
            }
            guard names.count <= limits.attributes else {
                throw place.error("an element has more than \(limits.attributes) attributes")
            }
            cursor.skipSpace()
            guard cursor.skip("=") else { throw cursor.error("= is missing after the attribute \"\(quoted(name))\"") }
            cursor.skipSpace()
            element.attributes.append(XMLAttribute(name, try attributeValue()))
        }
    }

    private mutating func attributeValue() throws(XMLError) -> String {
        let start = cursor
        guard let quote = cursor.next, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            throw cursor.error("an attribute's value stands in quotes")
        }
        cursor.advance()
        var value: [UInt8] = []
        while let byte = cursor.next, byte != quote {
            switch byte {
            case UInt8(ascii: "<"): throw cursor.error("< in an attribute's value is written &lt;")
            case UInt8(ascii: "&"): value += try cursor.reference()
            case 0x0D:
                cursor.advance()
                if cursor.next == 0x0A { cursor.advance() }
                value.append(0x20)
            case 0x09, 0x0A:
                cursor.advance()
                value.append(0x20)
            default:
                cursor.advance()
                value.append(byte)
            }
        }
        guard cursor.next == quote else { throw start.error("an attribute's value does not end: its quote is missing") }
        cursor.advance()
        return String(decoding: value, as: UTF8.self)
    }

    private mutating func endTag() throws(XMLError) {
        let start = cursor
        let name = try cursor.name(limit: limits.nameBytes)
        cursor.skipSpace()
        guard cursor.skip(">") else { throw cursor.error("> is missing after </\(quoted(name))") }
        guard let element = open.popLast() else { throw start.error("</\(quoted(name))> ends what was not begun") }
        guard element.name == name else {
            throw start.error(
                "</\(quoted(name))> stands where <\(quoted(element.name))> of \(element.position) is still open")
        }
        close(element)
    }

    private mutating func close(_ element: XMLElement) {
        if open.isEmpty { root = element } else { open[open.count - 1].content.append(.element(element)) }
    }

    // MARK: Text

    private mutating func text() throws(XMLError) {
        let start = cursor
        var text: [UInt8] = []
        var isBlank = true
        var brackets = 0
        while let byte = cursor.next, byte != UInt8(ascii: "<") {
            if byte == UInt8(ascii: "&") {
                text += try cursor.reference()
                (isBlank, brackets) = (false, 0)
                continue
            }
            if byte == UInt8(ascii: ">"), brackets >= 2 { throw cursor.error("]]> in text is written ]]&gt;") }
            brackets = byte == UInt8(ascii: "]") ? brackets + 1 : 0
            isBlank = isBlank && XMLCursor.isSpace(byte)
            cursor.takeCharacter(into: &text)
        }
        guard !open.isEmpty else {
            guard isBlank else { throw start.error("text stands outside of the outermost element") }
            return
        }
        append(text)
    }

    private mutating func section() throws(XMLError) {
        let start = cursor
        guard !open.isEmpty else { throw start.error("text stands outside of the outermost element") }
        guard let inside = cursor.take(until: "]]>") else {
            throw start.error("a CDATA section does not end: write ]]> after it")
        }
        var part = XMLCursor(Array(inside))
        var text: [UInt8] = []
        while !part.isAtEnd { part.takeCharacter(into: &text) }
        append(text)
    }

    private mutating func append(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        let text = String(decoding: bytes, as: UTF8.self)
        let last = open.count - 1
        if case .text(let before)? = open[last].content.last {
            open[last].content[open[last].content.count - 1] = .text(before + text)
        } else {
            open[last].content.append(.text(text))
        }
    }

    private func quoted(_ text: some StringProtocol) -> String { String(text.prefix(64)) }
}

extension String {
    /// Where a word begins.
    fileprivate func range(ofWord word: String) -> Index? {
        var index = startIndex
        while index < endIndex {
            if self[index...].hasPrefix(word) { return index }
            index = self.index(after: index)
        }
        return nil
    }
}
