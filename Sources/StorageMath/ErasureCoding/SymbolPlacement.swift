/// Which symbols of a code each fault domain holds, so that no loss of a few domains is fatal.
public struct SymbolPlacement: Sendable, Hashable {
    /// The code.
    public let layout: ErasureLayout
    /// The symbols of each fault domain, in rising order.
    public let domains: [[Int]]
    /// How many domains may be lost together, whichever they are.
    public let losses: Int

    /// The most symbols that a domain holds.
    public var mostSymbols: Int { domains.map(\.count).max() ?? 0 }
}

extension ErasureLayout {
    /// A placement over fault domains that survives the loss of any few of them, as even as there is one.
    ///
    /// What may lie together follows from what the code survives (``canDecode(without:)``): a local group bears the loss
    /// of one of its symbols by itself, so a domain may hold one of each group and besides as many symbols as there are
    /// global parities. With LRC(8,2,1) that is up to 3, so its 11 symbols find room on 4 servers.
    ///
    /// - Parameters:
    ///   - domains: how many there are, 1 to 256: servers, racks or rooms.
    ///   - losses: how many may be lost together, 1 to 4.
    ///
    /// An error where no placement survives that, or none was found or excluded within a million steps. Work: the
    /// placements that are not equal by exchange of domains or of symbols of a group, most even first.
    public func placement(across domains: Int, surviving losses: Int = 1) throws(StorageMathError) -> SymbolPlacement {
        try StorageMathError.require(
            domains, in: 1...256, "fault domains", remedy: "name servers, racks or rooms that fail alone")
        try StorageMathError.require(
            losses, in: 1...4, "fault domains lost together", remedy: "a code of a cluster survives 1 to 4")
        guard losses < domains else { throw noPlacement(across: domains, losses, bound: "more domains than are lost") }
        var search = PlacementSearch(self, domains, losses)
        switch search.run() {
        case .found(let contents):
            return SymbolPlacement(layout: self, domains: contents.map { $0.sorted() }, losses: losses)
        case .impossible:
            throw noPlacement(across: domains, losses, bound: "as many as the code survives the loss of")
        case .tooMany:
            throw StorageMathError(
                "placements of \(self) over \(domains) fault domains", "more than \(PlacementSearch.limit) steps",
                bound: "few enough to look at", remedy: "use more fault domains, or a smaller code")
        }
    }

    private func noPlacement(across domains: Int, _ losses: Int, bound: String) -> StorageMathError {
        StorageMathError(
            "fault domains for \(self) that survive the loss of \(losses)", "\(domains)", bound: bound,
            remedy: "use more fault domains or a code with more parities")
    }
}

/// Puts one symbol after the other where no loss becomes fatal, and takes back where none is left.
private struct PlacementSearch {
    static let limit = 1_000_000

    enum Outcome {
        case found([[Int]])
        case impossible
        case tooMany
    }

    private let losses: Int
    private let bound: Int
    /// The class of each symbol in the order in which they are put: its local group, or -1 for one without.
    private let order: [(symbol: Int, group: Int)]
    private var contents: [[Int]]
    /// Symbols of each group, and those without, in each domain.
    private var counts: [[Int]]
    private let groups: Int
    private var steps = 0

    init(_ layout: ErasureLayout, _ domains: Int, _ losses: Int) {
        self.losses = losses
        groups = layout.localParities
        bound = layout.globalParities
        contents = Array(repeating: [], count: domains)
        counts = Array(repeating: Array(repeating: 0, count: layout.localParities + 1), count: domains)
        let groups = layout.localParities
        order = (0..<layout.symbols)
            .map { symbol in
                guard let size = layout.groupSize else { return (symbol, groups) }
                if symbol < layout.data { return (symbol, symbol / size) }
                let parity = symbol - layout.data
                return (symbol, parity < groups ? parity : groups)
            }
            // Symbols of a group are worth the same, so they are put one after the other.
            .sorted { ($0.1, $0.0) < ($1.1, $1.0) }
    }

    mutating func run() -> Outcome {
        if let isFound = put(from: 0) { return isFound ? .found(contents) : .impossible }
        return .tooMany
    }

    /// `nil` where the limit is reached.
    private mutating func put(from index: Int) -> Bool? {
        guard index < order.count else { return true }
        steps += 1
        guard steps <= PlacementSearch.limit else { return nil }
        let (symbol, group) = order[index]
        // The emptiest first; of domains with the same contents one stands for all.
        var tried: Set<[Int]> = []
        for domain in contents.indices.sorted(by: { (contents[$0].count, $0) < (contents[$1].count, $1) })
        where tried.insert(counts[domain]).inserted {
            contents[domain].append(symbol)
            counts[domain][group] += 1
            if survives(with: domain) {
                guard let isFound = put(from: index + 1) else { return nil }
                if isFound { return true }
            }
            contents[domain].removeLast()
            counts[domain][group] -= 1
        }
        return false
    }

    /// Whether every loss that the domain is part of can be decoded.
    private func survives(with domain: Int) -> Bool {
        let others = contents.indices.filter { $0 != domain && !contents[$0].isEmpty }
        for count in 0...min(losses - 1, others.count) {
            for choice in Combinations(of: others.count, taking: count) {
                var lost = counts[domain]
                for place in choice { for group in lost.indices { lost[group] += counts[others[place]][group] } }
                // A group bears one loss by itself; what has none bears no loss.
                let rest = (0..<groups).reduce(lost[groups]) { $0 + max(0, lost[$1] - 1) }
                if rest > bound { return false }
            }
        }
        return true
    }
}
