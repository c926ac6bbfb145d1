public import ClusterCore

extension Drawing {
    /// The picture as an SVG document: it needs no script, no font file and nothing else from anywhere.
    ///
    /// It has a title and a description for screen readers, is light or dark as the reader's system is, and can be scaled. A
    /// browser shows the hint of a part where one points at it.
    public var svgText: String {
        var lines = [
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\" "
                + "viewBox=\"0 0 \(width) \(height)\" role=\"img\" aria-labelledby=\"title summary\">",
            "<title id=\"title\">\(DrawingSVG.escaped(title))</title>",
            "<desc id=\"summary\">\(DrawingSVG.escaped(summary))</desc>",
            "<style>", DrawingSVG.style, "</style>",
            "<rect class=\"paper\" width=\"\(width)\" height=\"\(height)\"/>",
        ]
        for shape in shapes { DrawingSVG.write(shape, cell, into: &lines) }
        lines.append("</svg>")
        return lines.joined(separator: "\n") + "\n"
    }
}

/// How shapes become elements.
enum DrawingSVG {
    static func write(_ shape: Drawing.Shape, _ cell: Drawing.Extent, into lines: inout [String]) {
        switch shape {
        case .box(let box):
            // The line is drawn half outside of the frame; half a point less keeps neighbours apart.
            let frame = box.frame
            lines.append(
                "<rect class=\"\(name(of: box.role))\" x=\"\(frame.x).5\" y=\"\(frame.y).5\" "
                    + "width=\"\(max(0, frame.width - 1))\" height=\"\(max(0, frame.height - 1))\" rx=\"3\"/>")
        case .line(let points, let role):
            let places = points.map { "\($0.x).5,\($0.y).5" }.joined(separator: " ")
            lines.append("<polyline class=\"line \(name(of: role))\" points=\"\(places)\"/>")
        case .text(let text):
            // The base line is about three quarters down.
            let base = text.frame.y + cell.height * 3 / 4
            lines.append(
                "<text class=\"\(text.weight.rawValue)\" x=\"\(text.frame.x)\" y=\"\(base)\">\(escaped(text.words))</text>"
            )
        case .group(let group):
            lines.append("<g>")
            if !group.hint.isEmpty { lines.append("<title>\(escaped(group.hint))</title>") }
            for shape in group.shapes { write(shape, cell, into: &lines) }
            lines.append("</g>")
        }
    }

    /// A role's name as a class.
    private static func name(of role: DrawingRole) -> String {
        String(role.rawValue.map { $0 == "_" ? "-" : $0 })
    }

    /// A text as it may stand between tags; what XML cannot hold is shown as `?`.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in printable(text).unicodeScalars {
            switch scalar {
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            // No characters, though Unicode has numbers for them.
            case "\u{FFFE}", "\u{FFFF}": result += "?"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Light colours, and dark ones where the reader's system is dark: background, then edge.
    private static let colours: [(role: String, light: (String, String), dark: (String, String))] = [
        ("plain", ("#ffffff", "#8a939e"), ("#16191d", "#5b6570")),
        ("memory", ("#eef6ee", "#5f9a63"), ("#18261a", "#5c9161")),
        ("package", ("#f3f4f6", "#7c8794"), ("#20252b", "#66717d")),
        ("die", ("#fafafa", "#a3adb8"), ("#262c33", "#5b6570")),
        ("core", ("#e1ebf9", "#6b93cc"), ("#1d2f4a", "#5d87c4")),
        ("slow-core", ("#eae6f7", "#9384c9"), ("#2b2547", "#8474bd")),
        ("cache", ("#fdf6e3", "#c9aa5b"), ("#332c18", "#a08843")),
        ("bus", ("#f6f6f6", "#9aa3ad"), ("#1f2429", "#66717d")),
        ("device", ("#f6f0ea", "#b08f6f"), ("#2e251d", "#97795b")),
        ("network", ("#def3f5", "#3f97a3"), ("#12343a", "#3f97a3")),
        ("storage", ("#fbe9f0", "#bf6b8f"), ("#3a1d2b", "#b3668a")),
        ("faint", ("#fbfbfb", "#c8ced4"), ("#1b1f23", "#454d55")),
        ("warning", ("#fff3d6", "#c07a00"), ("#3b2c08", "#d19a2a")),
        ("critical", ("#fde4e1", "#c4342b"), ("#431713", "#e0594f")),
    ]

    static let style: String = {
        var lines = [
            "text{font:13px system-ui,-apple-system,\"Segoe UI\",\"DejaVu Sans\",sans-serif;fill:#1c2127}",
            ".heading{font-weight:600}", "text.faint{fill:#5d6771}", "rect{stroke-width:1}",
            ".paper{fill:#ffffff}",
        ]
        lines += colours.map { "rect.\($0.role){fill:\($0.light.0);stroke:\($0.light.1)}" }
        lines += ["polyline{fill:none;stroke:#9aa3ad;stroke-width:1}", "@media (prefers-color-scheme:dark){"]
        lines += ["text{fill:#e3e7eb}", "text.faint{fill:#9ba5af}", ".paper{fill:#101316}"]
        lines += colours.map { "rect.\($0.role){fill:\($0.dark.0);stroke:\($0.dark.1)}" }
        lines += ["polyline{stroke:#66717d}", "}"]
        return lines.joined(separator: "\n")
    }()
}
