import Foundation
import RDMAModel
import TestSupport
import Testing

/// What the loop that measures does beside measuring, counted in the running program: the installed one, since code that is
/// not optimized allocates for its own sake.
@Suite(
    .serialized, .enabled(if: LabSession.isAskedFor, "lab tests are asked for with LAB_TESTS=1"),
    .enabled(
        if: ProcessInfo.processInfo.environment["LAB_RDMAPROBE"] != nil,
        "the tool as it is installed is named with LAB_RDMAPROBE"))
struct MeasuringLoopLabTests {
    /// What the program had done by a post.
    private struct Count {
        var posts: Int
        var allocations: Int
        var locks: Int

        /// Reads a line of `Tests/Lab/guest/allocations.c`.
        init?(_ line: Substring) {
            let words = line.split(separator: " ")
            guard words.count == 6, words[0] == "posts", let posts = Int(words[1]), let allocations = Int(words[3]),
                let locks = Int(words[5])
            else { return nil }
            (self.posts, self.allocations, self.locks) = (posts, allocations, locks)
        }
    }

    private static let warmup = 100
    private static let samples = 1500

    /// Each cell takes longer than a second, so that a sign of life and its answer are among what is counted.
    @Test(.once(over: "roce"), arguments: ["event", "poll"])
    func `between the samples of a cell nothing is allocated and no lock is taken`(completions: String) throws {
        let scenario = try ProbeScenario()
        try scenario.serve("--completions \(completions)")
        let library = try PreloadedLibrary.put("allocations", of: scenario.lab)
        let cell = Self.warmup + Self.samples
        let (report, outcome) = try scenario.probe(
            "test h2 \(ProbeScenario.patient) --pattern echo --sizes 64 --count \(Self.samples) --duration 60s "
                + "--completions \(completions)",
            prefix: "COUNT_EVERY=50 LD_PRELOAD=\(library)", within: 150)
        #expect(outcome.status == 0, "\(report.words)")
        #expect(report.latency.map(\.samples) == [1500, 1500, 1500])
        let counts = outcome.diagnostics.split(separator: "\n").compactMap { Count($0) }
        #expect(counts.count == 3 * cell / 50, "an operation of an echo is one post")
        for (number, measured) in report.latency.enumerated() {
            // Some posts less at both ends: the first message is one, and over iWARP there may be a few more before it.
            let samples = (number * cell + Self.warmup + 50)...((number + 1) * cell - 50)
            let inside = counts.filter { samples.contains($0.posts) }
            let (first, last) = (try #require(inside.first), try #require(inside.last))
            #expect(last.posts - first.posts >= 1300)
            #expect(last.allocations == first.allocations, "\(measured.operation)")
            #expect(last.locks == first.locks, "\(measured.operation)")
        }
        // Between two cells there is much to do, so what does not count nothing counts that.
        let between = counts.filter { ((cell - 50)...(cell + 150)).contains($0.posts) }
        #expect(try #require(between.last).allocations > #require(between.first).allocations)
        #expect(try #require(between.last).locks > #require(between.first).locks)
    }
}
