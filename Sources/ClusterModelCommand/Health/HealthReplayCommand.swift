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
        abstract: "Says what rules would have made of recordings: every alert with its times.",
        usage: "clustermodel health replay <recording> ... [<options>]",
        discussion: """
            Of several recordings each is one host's, or one host's one after another. A host that is silent while others \
            are not is suspected to be gone, and alerts of what depends on it, as --cluster tells, are held back for a \
            while. Exit status: 0 nothing fired and all was known; 1 an alert fired; 2 none fired, and something was not \
            known or a recording is damaged; 64 one cannot be read.
            """)

    @Argument(help: "The recordings; - is standard input.", completion: .file())
    var recordings: [String]

    @OptionGroup var which: HealthRulesArguments
    @OptionGroup var topology: HealthClusterArguments

    @Flag(help: "Of a recording that is damaged or cut off, judge what precedes the damage.")
    var untilDamage = false

    @OptionGroup var output: OutputArguments

    /// The most recordings: as many as a cluster has nodes, and as many again.
    private static let recordingLimit = 32

    func run() throws {
        let set = try which.ruleSet()
        guard recordings.count <= HealthReplayCommand.recordingLimit else {
            throw ReportedError(
                "\(recordings.count) recordings are too many; name at most \(HealthReplayCommand.recordingLimit)")
        }
        if let twice = Dictionary(grouping: recordings, by: \.self).first(where: { $0.value.count > 1 })?.key {
            throw ReportedError("\(InputFile.name(of: twice)) is named twice; name each recording once")
        }
        var hosts: [RecordedHost] = []
        var damages: [String] = []
        for path in recordings {
            let (recording, damage) = try read(path)
            hosts.append(RecordedHost(recording, breaksOff: damage != nil))
            if let damage {
                damages.append(recordings.count > 1 ? "\(InputFile.name(of: path)): \(damage)" : "\(damage)")
            }
        }
        let nodes = hosts.map(\.recording.header.source)
        let dispatch = DispatchSettings(
            // Nobody is told, but when somebody would be is known.
            routes: [AlertRoute(actionGroup: "replay", groupWaitNanoseconds: 0, groupIntervalNanoseconds: 1)],
            dependencies: try topology.dependencies(of: nodes))
        let timeline: FaultTimeline
        do throws(SignalError) { timeline = try FaultTimeline(judging: hosts, set, dispatch) } catch {
            throw ReportedError("\(recordings.map(InputFile.name).joined(separator: ", ")): \(error)")
        }
        let document = HealthTimelineDocument(set, timeline, damages)
        try output.write(document, schema: HealthTimelineDocument.schema, text: document.text)
        if document.status != .requirementMet { throw Ended(status: document.status) }
    }

    private func read(_ path: String) throws -> (Recording, RecordingError?) {
        let bytes = try InputFile.bytes(of: path, limit: Recording.byteLimit)
        let name = InputFile.name(of: path)
        let (read, damage): (Recording, RecordingError?)
        do throws(RecordingError) { (read, damage) = try Recording.readable(bytes) } catch {
            throw ReportedError("\(name): \(error)")
        }
        if let damage, !untilDamage {
            throw ReportedError("\(name): \(damage), or judge what precedes it with --until-damage")
        }
        return (read, damage)
    }
}
#endif
