/// Words that came from outside (a peer, a name on the command line), fit for a sentence of ours: control characters
/// become `?`, and what is longer than 200 characters is cut.
func printable(_ words: String) -> String {
    var text = ""
    for scalar in words.unicodeScalars.prefix(200) {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator, .unassigned: text += "?"
        default: text.unicodeScalars.append(scalar)
        }
    }
    return words.unicodeScalars.count > 200 ? text + "…" : text
}
