import StorageMath

extension StripeSet {
    /// Reads all shards and says what is left of each, of which stripes too much is lost, and whether parities and
    /// content are right. Changes nothing.
    ///
    /// An error only where the code cannot be or the run is stopped: what is wrong with shards is in the report.
    public func verify(run: StripeRun = StripeRun()) throws(StripeError) -> StripeReport {
        report(of: try SetScan(self, try provenCode(), for: .verification, run).scan())
    }

    private func report(of account: ScanAccount) -> StripeReport {
        let geometry = geometry
        let wrong = account.wrongUnits(of: self)
        let shards = account.amiss(wrong).enumerated().map { index, lost in
            let member = members[index]
            let state: ShardReport.State =
                if let member {
                    if member.size < geometry.shardBytes {
                        .truncated
                    } else if member.size > geometry.shardBytes {
                        .tooLong
                    } else if account.isUnreadable.contains(index) {
                        .unreadable
                    } else {
                        lost.isEmpty ? .whole : account.lost[index].isEmpty ? .wrong : .damaged
                    }
                } else {
                    unopened[index] == nil ? .missing : .unreadable
                }
            return ShardReport(
                index: index, path: path(of: index), state: state, lost: lost,
                firstLostByte: member == nil ? nil : lost.ranges.first.map { geometry.offset(of: $0.lowerBound) },
                bytes: member?.size, expectedBytes: geometry.shardBytes)
        }
        return StripeReport(
            shards: shards, lostStripes: account.lostStripes,
            isUndetermined: !account.lostStripes.isEmpty && account.hangsOnUnopened, firstLoss: account.firstLoss,
            disagreeingStripes: account.disagreeingStripes, disagreeingShards: account.disagreeingShards.sorted(),
            wrongUnits: wrong, isContentRight: wrong == .located ? true : account.isContentRight(of: self),
            rejected: rejected, leftovers: expectedPaths.compactMap { PartialFile.leftover(beside: $0) })
    }

    /// Where each shard lies or belongs.
    var expectedPaths: [String] {
        (0..<striping.layout.symbols).compactMap { shard in
            path(of: shard) ?? folder.map { Path.join($0, ShardName(base: name, index: shard).text) }
        }
    }

    /// Why nothing is written from this set; `nil` where it may be.
    func refusal(by report: StripeReport) -> StripeError? {
        if let loss = report.firstLoss { return loss }
        if let stripe = report.disagreeingStripes.ranges.first?.lowerBound, report.wrongUnits == .untold {
            let shards = report.disagreeingShards.map { striping.role(of: $0) }.joined(separator: ", ")
            return contradiction(in: stripe, shards: shards)
        }
        return report.isContentRight == true ? nil : wrongContent
    }

    private func contradiction(in stripe: Int, shards: String) -> StripeError {
        StripeError(
            .contradiction, place, at: geometry.offset(of: stripe),
            found:
                "all checksums of stripe \(stripe) are right, and the parities of the data are not those of \(shards); "
                + "which shard is wrong they do not tell",
            remedy:
                "the data is not what was striped: take away a shard that may be wrong, and verify what the others give"
        )
    }

    var wrongContent: StripeError {
        StripeError(
            .wrongContent, place,
            found: "all checksums are right, and the content is not what was striped as \(identifier)",
            remedy: "verify: where a shard is said to be wrong repair writes it anew, else take away one that may be")
    }
}
