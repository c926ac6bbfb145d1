/// All ways to choose some of the numbers 0 to `count` − 1, each in rising order, in lexicographic order.
struct Combinations: Sequence, IteratorProtocol {
    private let count: Int
    private var upcoming: [Int]?

    init(of count: Int, taking chosen: Int) {
        self.count = count
        upcoming = chosen <= count ? Array(0..<chosen) : nil
    }

    mutating func next() -> [Int]? {
        guard let current = upcoming else { return nil }
        var following = current
        let size = current.count
        // The last number that can still rise, and those after it as low as they can be.
        var place = size - 1
        while place >= 0, current[place] == count - size + place { place -= 1 }
        if place >= 0 {
            following[place] += 1
            for later in place + 1..<Swift.max(size, place + 1) { following[later] = following[later - 1] + 1 }
            upcoming = following
        } else {
            upcoming = nil
        }
        return current
    }

    /// How many ways there are, or `nil` above `limit`.
    static func number(of count: Int, taking chosen: Int, limit: Int) -> Int? {
        var ways = 1
        for step in 0..<Swift.max(0, Swift.min(chosen, count - chosen)) {
            let (product, overflow) = ways.multipliedReportingOverflow(by: count - step)
            guard !overflow else { return nil }
            // Exact: the number of ways to choose step + 1.
            ways = product / (step + 1)
            guard ways <= limit else { return nil }
        }
        return chosen <= count ? ways : 0
    }
}
