public import ClusterCore

/// All sets of failures up to a size, each at once, counted by what they leave of one volume.
public struct FailureSets: Sendable, Hashable {
    /// The volume.
    public let placement: VolumePlacement
    /// What may fail.
    public let kinds: Set<FailedElement.Kind>
    /// The largest number of elements in a set.
    public let largest: Int
    /// How the votes of the pool are counted.
    public let reading: PoolReading

    /// How sets are counted; both give the same numbers.
    public enum Method: String, Sendable, Hashable, CaseIterable {
        /// One after another: the reference. At most a thousand million sets.
        case everySet = "every_set"
        /// Sets that are alike once, times how many there are: drives of a server are alike, and so are servers with as
        /// many drives in the same rack that both hold the volume or both do not.
        case classes
    }

    /// Sets of 1 to `largest` elements, at most 6; an error where that is out of bounds, no kind is named, or it is the
    /// witness and the cluster has none.
    ///
    /// - Parameter reading: `nil` takes the page that speaks of this volume (``PoolReading/init(for:)``).
    public init(
        of kinds: Set<FailedElement.Kind>, upTo largest: Int, for placement: VolumePlacement,
        reading: PoolReading? = nil
    ) throws(StorageMathError) {
        try StorageMathError.require(
            largest, in: 1...6, "failures in a set", remedy: "count sets of 1 to 6 elements")
        guard !kinds.isEmpty else {
            throw StorageMathError(
                "kinds of failures", "none", bound: "one or more", remedy: "name drive, server or rack")
        }
        guard !kinds.contains(.witness) || placement.cluster.hasWitness else {
            throw StorageMathError(
                "kinds of failures", "witness", bound: "there: the cluster has none", remedy: "leave it out")
        }
        self.placement = placement
        self.kinds = kinds
        self.largest = largest
        self.reading = reading ?? PoolReading(for: placement.resiliency)
    }

    /// The sets of one size, by what they leave of the volume.
    public struct Count: Sendable, Hashable {
        /// Elements in each set.
        public let size: Int
        /// Sets that leave the volume as it is.
        public internal(set) var online = 0
        /// Sets that leave it usable, with copies or symbols lost.
        public internal(set) var degraded = 0
        /// Sets that take it offline.
        public internal(set) var offline = 0

        /// All sets of the size.
        public var total: Int { online + degraded + offline }

        mutating func add(_ sets: Int, _ state: VolumeSurvival.State) {
            switch state {
            case .online: online += sets
            case .degraded: degraded += sets
            case .offline: offline += sets
            }
        }

        init(size: Int) { self.size = size }

        /// What share of the sets leaves the volume usable; exact.
        public func survivingShare() throws(UnitError) -> Fraction {
            try Fraction(Int64(online + degraded), over: Int64(max(1, total)))
        }
    }

    /// The elements that may fail.
    var elements: [FailedElement] {
        let cluster = placement.cluster
        var result: [FailedElement] = []
        if kinds.contains(.drive) {
            for server in cluster.servers {
                for drive in 1...cluster.drives[server - 1] {
                    result.append(.drive(DrivePosition(server: server, drive: drive)))
                }
            }
        }
        if kinds.contains(.server) { result += cluster.servers.map { .server($0) } }
        if kinds.contains(.rack) { result += (1...cluster.racks).map { .rack($0) } }
        if kinds.contains(.witness) { result.append(.witness) }
        return result
    }

    /// How many sets there are.
    public var total: Int { (1...largest).reduce(0) { $0 + Binomial.coefficient(elements.count, $1) } }

    /// The counts, a row for each size from 1 on.
    ///
    /// An error where every single set is asked for and there are more than a thousand million.
    public func counts(by method: Method = .classes) throws(StorageMathError) -> [Count] {
        switch method {
        case .classes: return countClasses()
        case .everySet:
            guard total <= 1_000_000_000 else {
                throw StorageMathError(
                    "sets of failures", "\(total)", bound: "at most 1000000000", remedy: "count them by classes")
            }
            return countEverySet()
        }
    }
}
