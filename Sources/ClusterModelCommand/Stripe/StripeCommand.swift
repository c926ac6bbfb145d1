#if Tools
import ArgumentParser

/// `clustermodel stripe`
struct StripeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stripe",
        abstract: "Stripes a file over shards, checks and repairs them, and puts the file together again.",
        discussion: """
            clustermodel stripe encode disk.img --into shards --layout 4+2
            clustermodel stripe verify shards
            clustermodel stripe repair shards
            clustermodel stripe decode shards --output disk.img

            Exit status: 0 done, or nothing amiss; 1 shards are amiss, or too much is lost; 2 shards \
            cannot be read, and the answer hangs on them; 64 wrong usage, unreadable input, or an output that cannot be written; 130 or 143 ended by SIGINT or SIGTERM, with what was there \
            before as it was.
            """,
        subcommands: [
            StripeEncodeCommand.self, StripeVerifyCommand.self, StripeRepairCommand.self, StripeDecodeCommand.self,
        ])
}
#endif
