#if Tools
import ArgumentParser
import ClusterCore
import ConsoleIO
import HealthModel
import Reports

/// `clustermodel health replay`
struct HealthReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Says what rules would have made of a recording: every alert with its times.",
        usage: "clustermodel health replay <recording> [<options>]",
        discussion: """
            Exit status: 0 nothing fired and all was known; 1 an alert fired; 2 none fired, and something was not known or \
            the recording is damaged; 64 it cannot be read.
            """)

    @Argument(help: "The recording; - is standard input.", completion: .file())
    var recording: String

    @OptionGroup var which: HealthRulesArguments

    @Flag(help: "Of a recording that is damaged or cut off, judge what precedes the damage.")
    var untilDamage = false

    @OptionGroup var output: OutputArguments

    func run() throws {
        let set = try which.ruleSet()
        let bytes = try InputFile.bytes(of: recording, limit: Recording.byteLimit)
        let name = InputFile.name(of: recording)
        let (read, damage): (Recording, RecordingError?)
        do throws(RecordingError) { (read, damage) = try Recording.readable(bytes) } catch {
            throw ReportedError("\(name): \(error)")
        }
        if let damage, !untilDamage {
            throw ReportedError("\(name): \(damage), or judge what precedes it with --until-damage")
        }
        let timeline: FaultTimeline
        do throws(SignalError) { timeline = try read.replay(set) } catch { throw ReportedError("\(name): \(error)") }
        let document = HealthTimelineDocument(set, timeline, damage)
        try output.write(document, schema: HealthTimelineDocument.schema, text: document.text)
        if document.status != .requirementMet { throw Ended(status: document.status) }
    }
}
#endif
