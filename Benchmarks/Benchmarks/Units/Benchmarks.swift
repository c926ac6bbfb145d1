import Benchmark
import ClusterCore
import Measuring

/// Reading a size exactly, and beside it the usual way: a floating-point number times its unit, which loses the last
/// digits of large sizes and takes `4K` for one of its two meanings.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .house
    let texts = ["64", "4Ki", "512KiB", "1.5 TiB", "2TB", "18446744073709551615 B"]

    Benchmark("6 sizes, ByteCount(parsing:)") { benchmark in
        for _ in benchmark.scaledIterations {
            for text in texts { blackHole(try ByteCount(parsing: text)) }
        }
    }

    Benchmark("6 sizes, Double times a unit") { benchmark in
        for _ in benchmark.scaledIterations {
            for text in texts { blackHole(approximateSize(text)) }
        }
    }
}

private let units: [String: Double] = [
    "": 1, "B": 1, "Ki": 0x1p10, "KiB": 0x1p10, "Mi": 0x1p20, "MiB": 0x1p20, "Gi": 0x1p30, "GiB": 0x1p30,
    "Ti": 0x1p40, "TiB": 0x1p40, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12,
]

private func approximateSize(_ text: String) -> Double? {
    let number = text.prefix { $0.isNumber || $0 == "." }
    let unit = text.dropFirst(number.count).drop { $0 == " " }
    guard let value = Double(number), let worth = units[String(unit)] else { return nil }
    return value * worth
}
