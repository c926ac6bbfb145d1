import Foundation
import StorageMath
import StripeFiles
import TestSupport
import Testing

@Suite struct `Embedding StripeFiles` {
    @Test func `the example of the first page stripes a file, loses two shards and has it back`() throws {
        let tree = try TemporaryTree()
        try tree.write("a file", to: "disk.img")
        let (image, folder, copy) = (tree.absolute("disk.img"), tree.absolute("shards"), tree.absolute("copy"))
        // snippet
        let striping = try Striping(ErasureLayout(data: 4, globalParities: 2), unit: 64 << 10)
        let striped = try StripeEncoder(striping).encode(.file(image), into: folder, named: "disk.img")
        for lost in [0, 5] { unlink(striped.shards[lost]) }
        let report = try StripeSet([folder]).verify()
        if report.isRecoverable, !report.isWhole { _ = try StripeSet([folder]).repair(run: StripeRun(threads: 2)) }
        _ = try StripeSet([folder]).decode(to: .file(copy))
        // end of snippet
        #expect(report.shards.map(\.state) == [.missing, .whole, .whole, .whole, .whole, .missing])
        #expect(try StripeSet([folder]).verify().isWhole)
        #expect(try String(contentsOfFile: copy, encoding: .utf8) == "a file")
    }

    @Test func `the first page shows the example that is tested`() { assertSnippet(module: "StripeFiles") }
}
