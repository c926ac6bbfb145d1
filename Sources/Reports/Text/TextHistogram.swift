/// A distribution of durations as a picture of a few lines.
///
/// Rows are steps of a geometric series (the preferred numbers of ISO 3, so that edges are round), the finest series
/// that needs at most twelve rows; each row counts the samples up to its edge and above the edge before. A bar's length
/// is the row's share of the fullest row; a row with any sample shows something.
///
/// ```
///  ≤ 315 µs  ████████▎                                       12.0 %
///  ≤ 400 µs  █████████████████████████████████████████████   65.1 %  p50
///  ≤ 500 µs  ██████████████▌                                 21.0 %  p90
/// ```
public struct TextHistogram: Sendable, Hashable {
    /// How many samples were at most `upTo` nanoseconds and above the bin before.
    public struct Bin: Sendable, Hashable {
        public var upTo: UInt64
        public var count: UInt64

        public init(upTo: UInt64, count: UInt64) {
            self.upTo = upTo
            self.count = count
        }
    }

    /// A figure to point at, such as a percentile or a limit.
    public struct Mark: Sendable, Hashable {
        public var label: String
        public var nanoseconds: UInt64

        public init(_ label: String, nanoseconds: UInt64) {
            self.label = label
            self.nanoseconds = nanoseconds
        }
    }

    /// The most rows that a picture has.
    public static let rowLimit = 12

    public var bins: [Bin]
    public var marks: [Mark]

    /// - Parameters:
    ///   - bins: from the smallest values to the largest.
    ///   - marks: written beside the row that holds them; those outside of the rows are left out.
    public init(bins: [Bin], marks: [Mark] = []) {
        self.bins = bins
        self.marks = marks
    }
}

extension TextHistogram {
    /// A row of the picture.
    struct Row: Hashable {
        var upTo: UInt64
        var count: UInt64
    }

    /// The bins merged to at most ``rowLimit`` rows with round edges; empty without samples.
    ///
    /// A bin counts to the row that holds its upper edge, so that "at most" stays true of every sample.
    func rows() -> [Row] {
        let occupied = bins.filter { $0.count > 0 }
        guard let first = occupied.map(\.upTo).min(), let last = occupied.map(\.upTo).max() else { return [] }
        for series in TextHistogram.series {
            let edges = TextHistogram.edges(from: first, to: last, series: series)
            guard edges.count <= TextHistogram.rowLimit || series == TextHistogram.series.last else { continue }
            // Even decades may be too many between nanoseconds and hours: the lowest ones are one row then.
            var rows = edges.suffix(TextHistogram.rowLimit).map { Row(upTo: $0, count: 0) }
            for bin in occupied {
                let index = rows.firstIndex { bin.upTo <= $0.upTo } ?? rows.count - 1
                rows[index].count = rows[index].count.addingReportingOverflow(bin.count).partialValue
            }
            return rows
        }
        return []
    }

    /// The numbers of a decade, from the finest series to the coarsest: R40, R20, R10, R5, 1-2-5, 1-3 and decades.
    private static let series: [[UInt64]] = [
        [
            100, 106, 112, 118, 125, 132, 140, 150, 160, 170, 180, 190, 200, 212, 224, 236, 250, 265, 280, 300, 315,
            335,
            355, 375, 400, 425, 450, 475, 500, 530, 560, 600, 630, 670, 710, 750, 800, 850, 900, 950,
        ],
        [100, 112, 125, 140, 160, 180, 200, 224, 250, 280, 315, 355, 400, 450, 500, 560, 630, 710, 800, 900],
        [100, 125, 160, 200, 250, 315, 400, 500, 630, 800],
        [100, 160, 250, 400, 630],
        [100, 200, 500],
        [100, 300],
        [100],
    ]

    /// The edges of a series from the first that is not below `first` to the first that is not below `last`.
    private static func edges(from first: UInt64, to last: UInt64, series: [UInt64]) -> ArraySlice<UInt64> {
        // Whole numbers only: below 100 the series' numbers are rounded down, and repeats are left out.
        var all: [UInt64] = [0]
        for edge in series.map({ $0 / 100 }) + series.map({ $0 / 10 }) where edge > all[all.count - 1] {
            all.append(edge)
        }
        var scale: UInt64 = 1
        while let highest = series.last, !highest.multipliedReportingOverflow(by: scale).overflow {
            all += series.map { $0 * scale }
            scale *= 10
        }
        all.append(.max)
        let start = all.firstIndex { $0 >= first } ?? all.count - 1
        let end = all.firstIndex { $0 >= last } ?? all.count - 1
        return all[start...end]
    }
}
