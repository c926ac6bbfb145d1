/// Units that people mistake for each other, and what to write instead.
enum UnitConfusion {
    /// What to do about a threshold in one unit for a signal in another, where the two are often confused.
    static func advice(_ signal: SignalUnit, _ threshold: SignalUnit) -> String? {
        switch (signal, threshold) {
        case (.bytesPerSecond, .bitsPerSecond):
            "eight bits are a byte: write the threshold in bytes a second, as in 1GB/s"
        case (.bitsPerSecond, .bytesPerSecond):
            "eight bits are a byte: write the threshold in bits a second, as in 8Gbps"
        case (.ratio, .count): "a share has a unit: write 80%, or 0.8"
        case (.count, .ratio): "the signal counts things: write a number without %"
        case (.seconds, .count): "a time has a unit: write 5ms or 5s"
        case (.bytes, .bytesPerSecond), (.bytes, .bitsPerSecond):
            "the signal is a size: take its rate, or write the threshold as a size"
        case (.bytesPerSecond, .bytes), (.bitsPerSecond, .bytes): "the signal is a rate: write the threshold a second"
        case (.count, .countPerSecond): "the signal is a count: take its rate, or write a number of things"
        default: nil
        }
    }
}
