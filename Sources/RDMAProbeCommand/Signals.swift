import ConsoleIO
import RDMAProbe

/// SIGINT and SIGTERM as requests to stop.
enum Signals {
    /// Routes the signals to a cancellation. Called once, before any other thread exists.
    static func route(to cancellation: Cancellation) {
        StopSignals.route { cancellation.cancel($0) }
    }
}
