#if Tools
import ArgumentParser
import ClusterCore
import ClusterDocuments
import ConsoleIO
import StorageMath

/// `clustermodel forecast`
struct ForecastCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forecast",
        abstract: "Says when a volume or a pool will be full, as an interval, or that there is no trend.",
        usage: "clustermodel forecast <samples> [<options>]",
        discussion: """
            FILE is CSV with a header: time,used[,size]. Times are dates (2026-11-24), moments (2026-11-24T12:00:00Z) or \
            seconds since 1970; sizes are bytes or have a unit. Exit status: 0; 1 it is full, or may be within the time \
            that --required-for names; 2 there is too little to go by.
            """)

    @Argument(help: "The samples; - is standard input.", completion: .file())
    var samples: String

    @Option(help: "The size of all samples, where the file has none, such as 64TB.", transform: BytesWord.read)
    var size: BytesWord?

    @Option(help: "What share of the size counts as full. (default: 100%)", transform: FractionWord.read)
    var fullAt = FractionWord(.one)

    @Option(help: "How sure the interval is to be: 90%, 95% or 99%.")
    var confidence: ConfidenceWord = .ninetyFive

    @Option(help: "The time after which use repeats itself, such as 7d. (default: 1d)", transform: DurationWord.read)
    var period = DurationWord(.seconds(86_400))

    @Option(help: "Room must last at least so long, such as 90d.", transform: DurationWord.read)
    var requiredFor: DurationWord?

    @OptionGroup var output: OutputArguments

    enum ConfidenceWord: String, ExpressibleByArgument, CaseIterable {
        case ninety = "90%"
        case ninetyFive = "95%"
        case ninetyNine = "99%"
        var value: Confidence { Confidence(rawValue: rawValue) ?? .ninetyFive }
    }

    func run() throws {
        let bytes = try InputFile.bytes(of: samples, limit: UsageDocument.sizeLimit)
        let usage: UsageDocument
        do throws(DocumentProblem) { usage = try UsageDocument(csv: bytes, size: size?.value) } catch {
            throw ReportedError("\(InputFile.name(of: samples)):\(error)")
        }
        let forecast = try asked {
            try usage.history.forecast(confidence: confidence.value, period: period.value, fullAt: fullAt.value)
        }
        let document = ForecastDocument(forecast, usage, requiredFor?.value)
        try output.write(document, schema: ForecastDocument.schema, text: document.text(forecast))
        switch document.status {
        case .requirementMet: return
        case let status: throw Ended(status: status)
        }
    }
}
#endif
