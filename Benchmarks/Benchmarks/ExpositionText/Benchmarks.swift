import Benchmark
import HealthModel
import Measuring

/// Reading exposition text of 100,000 series, and beside it the least that a reader by texts does: cutting lines, names and
/// numbers out as strings, without looking at labels, escapes, repeats or anything else.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .house
    let prometheus = exposition(series: 100_000, end: "")
    let open = exposition(series: 100_000, end: "# EOF\n")

    Benchmark("\(prometheus.count / 1_000_000) MB, Exposition, Prometheus") { benchmark in
        for _ in benchmark.scaledIterations { blackHole(try Exposition(parsing: prometheus, as: .prometheusText)) }
    }

    Benchmark("\(open.count / 1_000_000) MB, Exposition, OpenMetrics") { benchmark in
        for _ in benchmark.scaledIterations { blackHole(try Exposition(parsing: open, as: .openMetrics)) }
    }

    Benchmark("\(prometheus.count / 1_000_000) MB, String.split, nothing checked") { benchmark in
        let text = String(decoding: prometheus, as: UTF8.self)
        for _ in benchmark.scaledIterations {
            var sum = 0.0
            for line in text.split(separator: "\n") where !line.hasPrefix("#") {
                let fields = line.split(separator: " ")
                if let value = fields.last.flatMap({ Double($0) }) { sum += value }
            }
            blackHole(sum)
        }
    }
}

/// Series as node_exporter writes those of disks: 10 families, three labels.
private func exposition(series: Int, end: String) -> [UInt8] {
    var text = ""
    for family in 0..<10 {
        let name = "node_disk_metric_\(family)_bytes"
        text += "# HELP \(name) The number of bytes that were read.\n# TYPE \(name) gauge\n"
        for index in 0..<series / 10 {
            text += "\(name){device=\"nvme\(index)n1\",instance=\"node\(index % 16).example:9100\",job=\"node\"} "
            text += family % 2 == 0 ? "\(index &* 2_654_435_761)\n" : "\(Double(index) * 0.125)\n"
        }
    }
    return Array((text + end).utf8)
}
