#if Tools
import ClusterCore
import Reports
import StripeFiles

extension StripeDocument {
    /// For people: the set, its shards, what does not belong to it, and last what follows.
    func text() -> TextDocument {
        var document = TextDocument()
        document.add(.heading("\(name), set \(set)"))
        document.add(
            .facts([
                .init("code", "\(layout), \(convention)"),
                .init(
                    "file",
                    "\(ByteCount(bytes: UInt64(fileBytes)).humanText), \(stripes) \(stripes == 1 ? "stripe" : "stripes")"
                ),
                .init("unit", "\(ByteCount(bytes: UInt64(unitBytes)))"),
                .init("each shard", ByteCount(bytes: UInt64(shardBytes)).humanText),
            ]))
        if operation != .decode {
            document.add(.heading("Shards"))
            document.add(.table(table()))
        }
        if !rejected.isEmpty {
            document.add(.heading("Not used"))
            for file in rejected { document.add(.paragraph(file.message, tone: .warning)) }
        }
        if !leftovers.isEmpty {
            document.add(
                .heading(
                    operation == .repair
                        ? "Taken away: left by a run that ended early" : "Left by a run that ended early"))
            for path in leftovers { document.add(.paragraph(path)) }
        }
        document.add(.heading("Outcome"))
        for (words, tone) in outcome { document.add(.paragraph(words, tone: tone)) }
        return document
    }

    private func table() -> TextTable {
        var columns = [TextTable.Column("", .right), .init("holds")]
        let wasSeen = operation != .encode
        if wasSeen { columns += [.init("state"), .init("lost units", mayBeCut: true)] }
        if operation != .verify { columns.append(.init("written", mayBeCut: true)) }
        if operation == .verify { columns.append(.init("file", mayBeCut: true)) }
        var table = TextTable(columns: columns)
        for shard in shards {
            var cells: [TextTable.Cell] = [.init("\(shard.index)"), .init(shard.role)]
            if wasSeen {
                let state = shard.state.map { $0.rawValue.split(separator: "_").joined(separator: " ") } ?? ""
                cells.append(.init(state, shard.state == .whole ? .good : .bad))
                let all = shard.lostUnits?.count == stripes && stripes > 0
                cells.append(.init(all ? "all" : shard.lostUnits?.words ?? ""))
            }
            let path = operation == .verify ? shard.path : shard.written
            cells.append(.init(path.map { String($0.split(separator: "/").last ?? "") } ?? ""))
            table.add(cells)
        }
        return table
    }

    private var outcome: [(String, TextStyle.Tone)] {
        switch operation {
        case .encode: [("\(shards.count) shards were written.", .good)]
        case .decode:
            [
                (
                    "The file is what was striped\(rebuiltUnits == 0 ? "" : "; \(rebuiltUnits ?? 0) units of it were calculated from others").",
                    .good
                )
            ]
        case .repair:
            [
                (
                    written == 0
                        ? "There was nothing to repair."
                        : "\(written) \(written == 1 ? "shard was" : "shards were") written anew.", .good
                )
            ]
                + (rejected.isEmpty
                    ? [] : [("Files beside them are no shards of the set, and stay until you remove them.", .warning)])
        case .verify: verdict
        }
    }

    private var wrong: [String] { shards.filter { $0.state == .wrong }.map(\.role) }
    private var written: Int { shards.count { $0.written != nil } }

    private var verdict: [(String, TextStyle.Tone)] {
        if isWhole == true { return [("Nothing is amiss.", .good)] }
        if let loss, let lostStripes {
            guard isRecoverable != nil else {
                return [
                    ("Whether the file is lost is not known: shards of it cannot be read.", .warning), (loss, .normal),
                ]
            }
            let count = lostStripes.count == 1 ? "1 stripe is" : "\(lostStripes.count) stripes are"
            return [
                ("The file is lost: \(count) beyond repair, \(lostStripes.words).", .bad), (loss, .normal),
            ]
        }
        var lines: [(String, TextStyle.Tone)] = []
        if let disagreeingStripes, disagreeingStripes.count > 0 {
            lines.append(
                (
                    "All checksums are right, and yet parities are not those of the data, in stripes \(disagreeingStripes.words)"
                        + (wrong.isEmpty ? "." : ": wrong is \(wrong.joined(separator: ", "))."),
                    .bad
                ))
        }
        if isContentRight == true {
            lines.append(
                (
                    "The file can be had back.\(shards.contains { $0.state != .whole } ? " `repair` writes what is amiss anew." : "")",
                    .warning
                ))
        } else {
            lines.append(("The content is not what was striped, though its checksums are right.", .bad))
        }
        return lines
    }
}
#endif
