/// The words that help somebody who misspelt a name.
package enum NearestName {
    /// ` did you mean "tor1"?`, ` there are tor1, tor2`, or that there are none.
    package static func hint(for name: String, among known: some Sequence<String>) -> String {
        let all = known.sorted()
        guard !all.isEmpty else { return "there are none" }
        if let near = nearest(to: name, among: all) { return "did you mean \"\(near)\"?" }
        let shown = all.prefix(8).joined(separator: ", ")
        return "there are \(shown)\(all.count > 8 ? " and \(all.count - 8) more" : "")"
    }

    /// The name that takes the fewest letters to correct, if a third of them at most, or the only one that goes on where
    /// the word ends.
    package static func nearest(to name: String, among known: some Sequence<String>) -> String? {
        let word = Array(name.lowercased().utf8.prefix(64))
        var best: (name: String, distance: Int)?
        for candidate in known.prefix(4096) {
            let distance = editDistance(word, Array(candidate.lowercased().utf8.prefix(64)))
            if distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        if let best, best.distance <= max(1, word.count / 3) { return best.name }
        let longer = known.prefix(4096).filter { word.count >= 3 && $0.lowercased().hasPrefix(name.lowercased()) }
        return longer.count == 1 ? longer[0] : nil
    }

    /// How many letters must be put in, taken out, replaced or swapped with the next to make one word of the other.
    ///
    /// Source: R. Lowrance, R. A. Wagner, "An Extension of the String-to-String Correction Problem", Journal of the ACM
    /// 22(2), 1975, restricted to swaps of neighbours.
    private static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var before: [Int] = []
        var row = Array(0...right.count)
        for (index, letter) in left.enumerated() {
            var next = [index + 1]
            for place in right.indices {
                var cost = min(
                    row[place] + (letter == right[place] ? 0 : 1), row[place + 1] + 1, next[place] + 1)
                if index > 0, place > 0, letter == right[place - 1], left[index - 1] == right[place] {
                    cost = min(cost, before[place - 1] + 1)
                }
                next.append(cost)
            }
            (before, row) = (row, next)
        }
        return row[right.count]
    }
}
