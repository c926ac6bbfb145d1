import ClusterCore
import ConsoleIO
import RDMAModel
import RDMAProbe
import Reports

/// One line on standard error that says how far a run has come, written over itself.
final class ProgressLine {
    private let shown: Bool
    private var length = 0

    init(shown: Bool) { self.shown = shown }

    func show(_ progress: ProbeProgress) {
        guard shown else { return }
        switch progress {
        case .step(let name): draw("connecting: \(name.rawValue.split(separator: "_").joined(separator: " "))")
        case .measuring(let cell, let number, let total, let samples, let last):
            let latest = last.map { ", now \(TextStyle.plain.duration(nanoseconds: $0))" } ?? ""
            draw("[\(number)/\(total)] \(cell.words): \(samples) samples\(latest)")
        case .measured, .asyncEvent: break
        case .datagrams(let size, let number, let total, let sent, let lost):
            draw("[\(number)/\(total)] datagrams of \(size) B: \(sent) sent, \(lost) lost")
        case .flowing(let cell, let number, let total, let rate):
            let latest = rate.map { ": \(BitRate(bitsPerSecond: $0).decimalText)" } ?? ""
            draw("[\(number)/\(total)] \(cell.words)\(latest)")
        }
    }

    /// Takes the line away before the report comes.
    func clear() {
        guard shown, length > 0 else { return }
        Terminal.write("\r" + String(repeating: " ", count: length) + "\r", to: .diagnostics)
        length = 0
    }

    private func draw(_ text: String) {
        let line = String(text.prefix(79))
        let padding = String(repeating: " ", count: max(0, length - line.count))
        Terminal.write("\r\(line)\(padding)", to: .diagnostics)
        length = line.count
    }
}
