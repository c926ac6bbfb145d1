import ClusterCore

/// How long further failures would matter, and how many of them a volume still withstands meanwhile.
public struct Exposure: Sendable, Hashable {
    /// A failure, from when it happened until what it took is rebuilt; offsets from any common origin.
    public struct Outage: Sendable, Hashable {
        /// When it happened.
        public let start: Duration
        /// When the last byte was rebuilt; `nil` where nothing rebuilds it.
        public private(set) var end: Duration?

        /// An outage.
        /// - Throws: where it ends before it begins, or lies more than 285 years from the origin.
        public init(start: Duration, end: Duration?) throws(StorageMathError) {
            for offset in [start, end ?? start] {
                guard offset <= .longestResult, offset >= .zero - .longestResult else {
                    throw StorageMathError(
                        "time of an outage", offset.unitText, bound: "within 285 years of the origin",
                        remedy: "count from the first failure")
                }
            }
            if let end {
                guard end >= start else {
                    throw StorageMathError(
                        "end of an outage", end.unitText, bound: "at or after its start, \(start.unitText)",
                        remedy: "a rebuild ends after the failure")
                }
            }
            self.start = start
            self.end = end
        }

        /// A failure that ends when a rebuild is done.
        /// - Throws: where it lies more than 285 years from the origin.
        public init(start: Duration, rebuild: RebuildTime) throws(StorageMathError) {
            try self.init(start: start, end: nil)
            end = start + rebuild.total
        }
    }

    /// A time during which the same number of failures is outstanding.
    public struct Window: Sendable, Hashable {
        /// When it begins.
        public let start: Duration
        /// When it ends; `nil` where it does not.
        public let end: Duration?
        /// Further failures that the volume withstands whichever they are. At zero the next one may lose data; below
        /// zero more have failed than the layout answers for.
        public let failuresLeft: Int
        /// How long it lasts; `nil` where it does not end.
        public var length: Duration? { end.map { $0 - start } }
    }

    /// The windows in order of time, without those in which nothing is outstanding. Neighbours differ in what is left.
    public let windows: [Window]

    /// The windows of a volume.
    ///
    /// Every outage counts as one failure of the kind that the layout counts; two failures within one fault domain that
    /// the layout counts once are one outage.
    ///
    /// - Throws: where the tolerated failures are not 0 to 255, or there are more than 1000 outages.
    public init(failuresTolerated: Int, outages: [Outage]) throws(StorageMathError) {
        try StorageMathError.require(
            failuresTolerated, in: 0...255, "failures tolerated", remedy: "a layout says how many it tolerates")
        try StorageMathError.require(
            outages.count, in: 0...1000, "outages", remedy: "give those that are not over or overlap")
        var changes: [Duration: Int] = [:]
        for outage in outages where outage.end != outage.start {
            changes[outage.start, default: 0] += 1
            if let end = outage.end { changes[end, default: 0] -= 1 }
        }
        let moments = changes.filter { $0.value != 0 }.sorted { $0.key < $1.key }
        var outstanding = 0
        var windows: [Window] = []
        for (index, moment) in moments.enumerated() {
            outstanding += moment.value
            guard outstanding > 0 else { continue }
            windows.append(
                Window(
                    start: moment.key, end: index + 1 < moments.count ? moments[index + 1].key : nil,
                    failuresLeft: failuresTolerated - outstanding))
        }
        self.windows = windows
    }

    /// The time during which at most so many further failures are withstood: with 0, how long the next one could lose
    /// data. `nil` where it does not end.
    public func time(withAtMost failuresLeft: Int) -> Duration? {
        var sum = Duration.zero
        for window in windows where window.failuresLeft <= failuresLeft {
            guard let length = window.length else { return nil }
            sum += length
        }
        return sum
    }
}
