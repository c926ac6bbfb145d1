import RDMAProbe
import Threads

/// The lines that `serve` prints: never so many that they fill a disk, and never at the price of serving.
///
/// A stranger decides how often a connection is refused, so refusals have an allowance for a stretch of time; what goes
/// beyond is counted and told in one line. A line that nobody takes at once is dropped and counted too: the thread
/// that tells it has clients to serve.
final class ServeLog: Sendable {
    /// Refusals that are told one by one within a stretch of `period` seconds.
    static let allowance = 20
    /// Seconds.
    static let period: Int64 = 10

    private struct State {
        var periodEnds: Int64 = .min
        var told = 0
        var untold = 0
        var lost = 0
    }

    private let state = Guarded(State())
    private let clock: @Sendable () -> Int64
    private let write: @Sendable (String) -> Bool

    /// - Parameters:
    ///   - clock: seconds that only go forward.
    ///   - write: takes a line with its end, or returns `false` where that would take waiting.
    init(clock: @escaping @Sendable () -> Int64, write: @escaping @Sendable (String) -> Bool) {
        self.clock = clock
        self.write = write
    }

    /// Tells what happened. Any thread may call it.
    func tell(_ event: ServerEvent) {
        state.withLock { state in
            let now = clock()
            if now >= state.periodEnds { tellUntold(&state) }
            if ServeLog.isStrangersDoing(event) {
                if now >= state.periodEnds {
                    state.periodEnds = now + ServeLog.period
                    state.told = 0
                }
                guard state.told < ServeLog.allowance else {
                    state.untold += 1
                    return
                }
                state.told += 1
            }
            put(ServeText.line(for: event), &state)
        }
    }

    /// Tells what was only counted so far.
    func close() {
        state.withLock { state in
            tellUntold(&state)
            tellLost(&state)
        }
    }

    private static func isStrangersDoing(_ event: ServerEvent) -> Bool {
        switch event {
        case .refused, .strangeRequest: true
        case .began, .ended, .deviceGone, .deviceBack, .noDeviceLeft: false
        }
    }

    private func tellUntold(_ state: inout State) {
        guard state.untold > 0 else { return }
        let untold = state.untold
        state.untold = 0
        put("refused or rejected \(untold) more within \(ServeLog.period) s", &state)
    }

    private func put(_ line: String, _ state: inout State) {
        tellLost(&state)
        if state.lost > 0 || !write(line + "\n") { state.lost += 1 }
    }

    private func tellLost(_ state: inout State) {
        let lost = state.lost
        guard lost > 0, write("\(lost) \(lost == 1 ? "line was" : "lines were") lost: nobody read them\n") else {
            return
        }
        state.lost = 0
    }
}
