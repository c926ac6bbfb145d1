/// An alert that is pending or firing, as the engine keeps it.
struct LiveAlert: Sendable, Hashable {
    var lane: Int
    var place: Int
    /// The rule's place in the lane.
    var rule: Int
    var isFiring = false
    var activeAt: Int64
    var firedAt: Int64?
    var keepSince: Int64?
    var staleSince: Int64?
    var value: Double?

    /// Moves times that lie after a moment to it: the clock went back.
    mutating func clamp(to now: Int64) {
        activeAt = min(activeAt, now)
        firedAt = firedAt.map { min($0, now) }
        keepSince = keepSince.map { min($0, now) }
        staleSince = staleSince.map { min($0, now) }
    }
}

/// Live alerts by place; places of ended ones are used again.
struct AlertTable: Sendable {
    private(set) var places: [LiveAlert?] = []
    private var free: [Int] = []
    let limit: Int

    init(limit: Int) { self.limit = limit }

    var count: Int { places.count - free.count }

    mutating func add(_ alert: LiveAlert) -> Int? {
        guard count < limit else { return nil }
        if let place = free.popLast() {
            places[place] = alert
            return place
        }
        places.append(alert)
        return places.count - 1
    }

    mutating func remove(_ place: Int) {
        guard places.indices.contains(place), places[place] != nil else { return }
        places[place] = nil
        free.append(place)
    }

    subscript(place: Int) -> LiveAlert? {
        get { places.indices.contains(place) ? places[place] : nil }
        set { if places.indices.contains(place), let newValue { places[place] = newValue } }
    }

    mutating func clampTimes(to now: Int64) {
        for place in places.indices { places[place]?.clamp(to: now) }
    }
}
