/// How large things are in a drawing: what a layout needs to know of the one who renders it.
public struct DrawingMetrics: Sendable, Hashable {
    /// Width and height of a character.
    public var cell: Drawing.Extent
    /// From the left and right edge of a box to what is in it.
    public var sidePadding: Int
    /// From the upper and lower edge of a box to what is in it.
    public var edgePadding: Int
    /// Between boxes beside each other.
    public var columnGap: Int
    /// Between boxes above each other.
    public var rowGap: Int
    /// How far the branches of a tree are moved to the right.
    public var indent: Int
    /// The width that a picture should keep to.
    public var width: Int
    /// How wide characters are, by this table or all alike.
    var isProportional: Bool

    /// For a screen: points.
    public static func points(width: Int = 1200) -> DrawingMetrics {
        DrawingMetrics(
            cell: Drawing.Extent(width: 8, height: 18), sidePadding: 10, edgePadding: 8, columnGap: 8, rowGap: 8,
            indent: 18, width: max(200, width), isProportional: true)
    }

    /// For a terminal: characters.
    public static func characters(width: Int = 80) -> DrawingMetrics {
        DrawingMetrics(
            cell: Drawing.Extent(width: 1, height: 1), sidePadding: 2, edgePadding: 1, columnGap: 1, rowGap: 0,
            indent: 4, width: max(20, width), isProportional: false)
    }

    /// The width of a text. On a screen it is a little more than common sans-serif fonts of 13 points take, since nobody knows
    /// the reader's font.
    public func width(of text: String, weight: DrawingWeight = .normal) -> Int {
        guard isProportional else { return text.unicodeScalars.reduce(0) { $0 + DrawingMetrics.columns($1) } }
        let tenths = text.unicodeScalars.reduce(0) { $0 + DrawingMetrics.tenths($1) }
        let heavier = weight == .heading ? tenths * 11 / 10 : tenths
        return (heavier + 9) / 10
    }

    /// The text cut to a width, with a mark where it was cut.
    public func cut(_ text: String, to width: Int, weight: DrawingWeight = .normal) -> String {
        guard self.width(of: text, weight: weight) > width else { return text }
        // A point less makes up for rounding.
        let room = width - self.width(of: "…", weight: weight) - (isProportional ? 1 : 0)
        var kept = ""
        var taken = 0
        for character in text {
            taken += character.unicodeScalars.reduce(0) { $0 + tenths($1) }
            guard (weight == .heading && isProportional ? taken * 11 / 10 : taken) <= room * 10 else { break }
            kept.append(character)
        }
        return kept + "…"
    }

    private func tenths(_ scalar: Unicode.Scalar) -> Int {
        isProportional ? DrawingMetrics.tenths(scalar) : 10 * DrawingMetrics.columns(scalar)
    }

    /// Columns of a terminal: 2 for East Asian wide characters and pictures, 0 for marks that stand above others.
    private static func columns(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case ..<0x300: 1
        case 0x300...0x36F, 0x200B...0x200F, 0xFE00...0xFE0F: 0
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            2
        default: 1
        }
    }

    /// Tenths of a point at 13 points.
    private static func tenths(_ scalar: Unicode.Scalar) -> Int {
        switch scalar {
        case "i", "j", "l", "I", "'", "|", ".", ",", ":", ";", "!": 42
        case "f", "t", "r", "(", ")", "[", "]", "-", " ", "/": 52
        case "m", "w", "M", "W", "@", "%", "—": 122
        case "A"..."Z", "×", "…", "&": 98
        default: columns(scalar) == 2 ? 140 : columns(scalar) == 0 ? 0 : 82
        }
    }
}
