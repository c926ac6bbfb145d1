/// An element of an XML document with all that is in it.
package struct XMLElement: Sendable, Hashable {
    /// The name as it is written, with its prefix: names are not resolved to name spaces.
    package var name: String
    /// In the order in which they are written; no two have the same name.
    package var attributes: [XMLAttribute]
    /// What is in it, in order; comments and processing instructions are left out.
    package var content: [XMLContent]
    /// Where it begins.
    package var position: XMLPosition

    package init(
        name: String, attributes: [XMLAttribute] = [], content: [XMLContent] = [],
        position: XMLPosition = XMLPosition(line: 1, column: 1)
    ) {
        self.name = name
        self.attributes = attributes
        self.content = content
        self.position = position
    }

    /// The value of an attribute, or `nil` where there is none of that name.
    package func attribute(_ name: String) -> String? { attributes.first { $0.name == name }?.value }

    /// The name without its prefix: `Event` of `e:Event`.
    package var localName: Substring {
        name.firstIndex(of: ":").map { name[name.index(after: $0)...] } ?? name[...]
    }

    /// The elements directly in it.
    package var elements: [XMLElement] {
        content.compactMap { if case .element(let element) = $0 { element } else { nil } }
    }

    /// The elements of a name directly in it.
    package func elements(named name: String) -> [XMLElement] { elements.filter { $0.name == name } }

    /// The first element of a name directly in it, or `nil` where there is none.
    package func element(named name: String) -> XMLElement? {
        for case .element(let element) in content where element.name == name { return element }
        return nil
    }

    /// The text directly in it, white space and all, without that of the elements in it.
    package var text: String {
        content.reduce(into: "") { text, part in if case .text(let more) = part { text += more } }
    }
}

/// An attribute of an element.
package struct XMLAttribute: Sendable, Hashable {
    package var name: String
    /// The value with its references resolved; line ends and tabs are spaces, as XML has it.
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// A part of an element's content.
package enum XMLContent: Sendable, Hashable {
    case element(XMLElement)
    /// Text and CDATA sections, joined, with references resolved and line ends as `\n`.
    case text(String)
}

/// A place in a document, both numbers from 1; a column is a character (a Unicode scalar).
package struct XMLPosition: Sendable, Hashable, CustomStringConvertible {
    package var line: Int
    package var column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    package var description: String { "\(line):\(column)" }
}

/// What is wrong with an XML document, where, and what to write instead: `4:12 the attribute "id" is written twice; …`.
package struct XMLError: Error, Sendable, Hashable, CustomStringConvertible {
    package let position: XMLPosition
    /// What is wrong, and what to do.
    package let problem: String

    package var description: String { "\(position) \(problem)" }
}
