#if Tools
import ArgumentParser
import ClusterCore
import ConsoleIO
import StripeFiles

/// `clustermodel stripe verify`
struct StripeVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Reads all shards and says which are missing, damaged or foreign, and whether the file is lost.",
        usage: "clustermodel stripe verify <shards> ... [<options>]",
        discussion: """
            Changes nothing. Exit status: 0 nothing is amiss; 1 something is, whether a repair can mend it or not; \
            the answer says which; 2 shards cannot be read, and whether the file is lost hangs on them.
            """)

    @OptionGroup var shards: StripeSetArguments

    @OptionGroup var work: StripeRunArguments
    @OptionGroup var output: OutputArguments

    func run() throws {
        let document = try work.perform(asJSON: output.format == .json) { run in
            let set = try shards.open()
            try StripeError.requireApart(report: output.output, from: set.paths())
            return StripeDocument(set, try set.verify(run: run))
        }
        try output.write(document, schema: StripeDocument.schema, text: document.text())
        guard document.isWhole == true else {
            throw Ended(status: document.isRecoverable == nil ? .undetermined : .requirementNotMet)
        }
    }
}

/// `clustermodel stripe repair`
struct StripeRepairCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repair",
        abstract: "Writes missing and damaged shards anew from those that are left.",
        usage: "clustermodel stripe repair <shards> ... [<options>]",
        discussion: """
            Where shards of several files are there, --name or --set says which is meant; without them nothing is \
            repaired. Each shard is complete before it takes its name, and none does before the content was seen to be what was \
            striped: a repair that is killed leaves every shard as it was or repaired. Shards of other files are never \
            replaced. What never was a shard is not replaced either. Exit status: 0 the set is whole; 1 too much is lost, \
            parities contradict the data, or files that are no shards of the set stay beside them; 2 too many shards cannot be read.
            """)

    @OptionGroup var shards: StripeSetArguments

    @Option(
        help: """
            A folder for the new shards, instead of the places of the damaged ones and the folder of the others.
            """, completion: .directory)
    var into: String?

    @OptionGroup var work: StripeRunArguments
    @OptionGroup var output: OutputArguments

    func run() throws {
        let document = try work.perform(asJSON: output.format == .json) { run in
            let set = try shards.open()
            try StripeError.requireApart(report: output.output, from: set.paths(repairedInto: into))
            return StripeDocument(set, try set.repair(into: into, run: run))
        }
        try output.write(document, schema: StripeDocument.schema, text: document.text())
        if !document.rejected.isEmpty { throw Ended(status: .requirementNotMet) }
    }
}
#endif
