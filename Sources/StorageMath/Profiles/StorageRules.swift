public import ClusterCore

/// The rules under which this module reports findings, explained.
public enum StorageRules {
    /// All of them, by name.
    public static let all: [RuleExplanation] = (ofServers + planned + advised + operated).sorted { $0.rule < $1.rule }

    /// The rule of a name, or `nil` where there is none.
    public static func named(_ name: String) -> RuleExplanation? { all.first { $0.rule.rawValue == name } }

    /// `storage.drives`, `storage.cache` and `storage.pool`: what servers bring along, before a volume is planned.
    public static let ofServers: [RuleExplanation] = [
        RuleExplanation(
            StorageProfile.drives, "a node has capacity drives enough, of a size that suits",
            reason: "Too few drives leave no place for a second copy within a server and none for a repair.",
            remedy: "change the drives as the finding says",
            [
                asked("per_server_minimum", "the fewest capacity drives of a server"),
                asked("per_server_minimum_flash", "the fewest where all are flash and nothing caches"),
                asked("per_server_maximum", "the most capacity drives of a server"),
                asked("size_minimum", "the least size of a drive"), asked("size_maximum", "the greatest"),
            ]),
        RuleExplanation(
            StorageProfile.cache, "cache drives are enough, fast and large for the capacity behind them",
            reason: "Every write passes the cache: one that is slow, small or alone holds up all that is behind it.",
            remedy: "change the cache drives as the finding says, or go without",
            [
                asked("drives_minimum", "the fewest cache drives of a server that has any"),
                asked("drives_maximum", "the most"), asked("size_minimum", "the least size of a drive"),
                asked("size_maximum", "the greatest"), asked("kinds", "what cache drives are"),
                asked("hybrid_share_minimum", "cache as a share of capacity, with hard disks"),
                asked("flash_share_minimum", "cache as a share of capacity, all flash"),
                asked("share_maximum", "the largest share that is of use"),
                asked("memory_per_terabyte", "memory that a server needs for a terabyte of cache"),
                asked("drive_writes_per_day_minimum", "how often a day a drive may be written as a whole"),
                asked("written_per_day_minimum", "or how much may be written to it a day"),
            ]),
        RuleExplanation(
            StorageProfile.pool, "a pool is no larger than is supported",
            reason: "Beyond that nobody has tried it, and nobody supports it.",
            remedy: "use fewer or smaller drives, or spread the capacity over more clusters",
            [
                asked("drives_maximum", "the most drives"), asked("per_server_maximum", "the most of a server"),
                asked("size_maximum", "the largest pool"),
            ]),
    ]

    /// A figure that the planner asks for only where a profile has it.
    private static func asked(_ name: String, _ meaning: String) -> RuleExplanation.Parameter {
        .init(name, meaning, otherwise: "not asked")
    }

    private static let planned: [RuleExplanation] = [
        RuleExplanation(
            StorageProfile.volumes, "volumes are neither too many nor too large, and every server owns as many",
            reason: "A volume is served by the server that owns it, so an uneven number loads one more than others.",
            remedy: "make as many, and as large, as the finding says",
            [
                .init("count_maximum", "the most volumes"), .init("size_maximum", "the largest volume"),
                .init("snapshot_size_maximum", "the largest of which backups take snapshots"),
                .init("multiple_of_servers", "whether their number is to be a multiple of the servers"),
            ]),
        RuleExplanation(
            StorageProfile.use, "thin volumes leave room in the pool, and the pool holds them once they are full",
            reason: "A thin volume that finds the pool full goes offline, and takes what writes to it along.",
            remedy: "add drives, or free room, before they fill up",
            [.init("at_most", "the share of the pool that may be taken")]),
        RuleExplanation(
            Pool.fitRule, "a volume fits into what the pool has left",
            reason: """
                Copies and symbols of a stripe lie on distinct servers and drives, so what is free in all is not what a volume \
                can take.
                """,
            remedy: "make it smaller, take a resiliency that stores more, or add drives or servers"),
        RuleExplanation(
            Pool.reserveRuleID, "the pool is larger than what is kept free for repairs",
            reason: "A drive that fails is rebuilt into free room at once, without waiting for a new one.",
            remedy: "add drives"),
        RuleExplanation(
            Pool.symmetryRule, "servers have equal capacity, and the drives of a server one size",
            reason: """
                Copies lie in different places, so the last part of a larger server or drive has no partner left and is of no \
                use.
                """,
            remedy: "give every server the same capacity, and a server drives of one size"),
        RuleExplanation(
            Resiliency.rule, "a resiliency type is one that the cluster can have",
            reason: "A type needs as many servers, drives or racks as its stripe has places.",
            remedy: "use the type that the finding names, or change the cluster"),
        RuleExplanation(
            EncryptionCost.rule, "what encryption of SMB takes is reckoned with",
            reason: "Copies between servers travel encrypted where it is on: links and processors carry less.",
            remedy: "measure it on hosts of the kind in question and write the shares into a profile",
            [
                .init("bandwidth_share", "what it takes of a link"),
                .init("processor_share", "what it takes of the processors"),
            ]),
    ]

    private static let advised: [RuleExplanation] = [
        RuleExplanation(
            Growth.rule, "what growth changes for volumes is told",
            reason: """
                A volume keeps the layout that it was made with: in a larger cluster a new one may store more or withstand \
                more.
                """,
            remedy: "make new volumes and move the data, where the finding says that it pays"),
        RuleExplanation(
            PlannedVolume.deduplicationRule, "deduplication and compression are on where they pay, and off elsewhere",
            reason: "Files and desktops hold much twice; databases hold little twice and wait for every read.",
            remedy: "turn both on, or leave both off, as the finding says"),
        RuleExplanation(
            PlannedVolume.workloadRule, "what must be fast lies on a mirror",
            reason: "Parity reads and reckons before it writes, and a small write costs several.",
            remedy: "use a mirror for what must be fast, and a volume of its own for each kind of use"),
        RuleExplanation(
            StorageProfile.mirrorAccelerated, "mirror-accelerated parity moves data on before its mirror is full",
            reason: "Once the mirror is full, writes go to parity and are as slow as there.",
            remedy: "enlarge the mirror's part of the volume",
            [
                .init("destage_at", "how full the mirror is when data is moved on"),
                .init("rotation", "how much is moved at a time"),
                .init("mirror_share", "the mirror's part of a volume"),
            ]),
        RuleExplanation(
            StorageProfile.rackAware, "two zones are near enough to write to both",
            reason: "Every write waits for the copy in the other zone.", remedy: "choose a shorter way",
            [.init("round_trip_maximum", "the longest way there and back")]),
        RuleExplanation(
            StorageProfile.replication, "a replica is near enough, or not too far behind",
            reason: "A synchronous replica holds up every write; an asynchronous one loses what has not arrived.",
            remedy: "choose a shorter way, or more bandwidth",
            [
                .init("round_trip_maximum", "the longest way there and back of a synchronous replica"),
                .init("recovery_point_alert", "how far behind an asynchronous one may be"),
            ]),
        RuleExplanation(
            StorageProfile.delimited, "a delimited volume lies on as many servers as advised",
            reason: "On fewer servers fewer sets of failures reach a volume, and what one loses is larger.",
            remedy: "choose as many servers for each volume as the figure says",
            [.init("volume_servers", "servers that hold a volume")]),
    ]

    private static let operated: [RuleExplanation] = [
        RuleExplanation(
            StorageCondition.offlineRule, "a server may go offline now",
            reason: "While a repair is unfinished, or another server away, the last whole copy may lie on this one.",
            remedy: "wait until every volume is healthy, every repair has ended and every other server is up")
    ]
}
