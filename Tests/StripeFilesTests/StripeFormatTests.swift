import Foundation
import StorageMath
import TestSupport
import Testing

@testable import StripeFiles

/// What stands in the files, against the format's description and the codes' own interface.
@Suite struct `The bytes of shards` {
    /// The shards of a file as `Docs/ShardFormat.md` describes them, without their headers.
    private func expected(_ striping: Striping, _ content: [UInt8]) throws -> [[UInt8]] {
        let code = try striping.code()
        let k = striping.layout.data
        var shards: [[UInt8]] = Array(repeating: [], count: striping.layout.symbols)
        var rest = content[...]
        var stripe: UInt64 = 0
        while !rest.isEmpty {
            let unit = rest.count >= k * striping.unit ? striping.unit : (rest.count + k - 1) / k
            let data = (0..<k).map { _ -> [UInt8] in
                let part = rest.prefix(unit)
                rest = rest.dropFirst(unit)
                return Array(part) + [UInt8](repeating: 0, count: unit - part.count)
            }
            for (index, bytes) in (data + (try code.encode(data))).enumerated() {
                let place = littleEndian(UInt64(index), 4) + littleEndian(stripe, 8)
                shards[index] += bytes + littleEndian(UInt64(plainCRC32C(place + bytes)), 4)
            }
            stripe += 1
        }
        return shards
    }

    /// The identifier as `Docs/ShardFormat.md` defines it, from the shards' own bytes.
    private func identifier(_ striping: Striping, _ kinds: [UInt64], _ shards: [[UInt8]], length: Int) -> [UInt64] {
        func mix(_ word: UInt64) -> UInt64 {
            var z = word &+ 0x9e37_79b9_7f4a_7c15
            z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
            return z ^ z >> 31
        }
        var words = kinds
        let (k, layout) = (striping.layout.data, striping.layout)
        words += [k, layout.localParities, layout.globalParities, striping.unit].map(UInt64.init)
        let geometry = StripeGeometry(striping, length: length)
        for stripe in 0..<geometry.stripes {
            let end = stripe * (striping.unit + 4) + geometry.unitLength(of: stripe)
            for shard in 0..<k {
                words.append(shards[shard][end..<end + 4].reversed().reduce(0) { $0 << 8 | UInt64($1) })
            }
        }
        words.append(UInt64(length))
        var (high, low): (UInt64, UInt64) = (0x6a09_e667_f3bc_c908, 0xbb67_ae85_84ca_a73b)
        for word in words {
            high = mix(high ^ word)
            low = mix(low &+ word &* 0x9e37_79b9_7f4a_7c15)
        }
        return [high, low]
    }

    @Test func `Docs ShardFormat of the identifier`() throws {
        for (striping, kinds) in [
            (try Striping.rs(3, 2, unit: 7, .zfec), [1, 4] as [UInt64]), (try .lrc(4, 2, 1, unit: 5), [2, 1]),
        ] {
            for length in [0, 1, 20, 21, 1000] {
                let example = try StripedExample(striping, length: length)
                let shards = try expected(striping, example.content)
                let set = example.striped.set
                #expect([set.high, set.low] == identifier(striping, kinds, shards, length: length))
            }
        }
    }

    private func check(_ striping: Striping, length: Int) throws {
        let example = try StripedExample(striping, length: length, seed: UInt64(length) + 1)
        let wanted = try expected(striping, example.content)
        for (index, bytes) in try example.shardBytes().enumerated() {
            let header = try ShardHeader(bytes, of: "x")
            #expect(header.index == index)
            #expect(header.length == length)
            #expect(header.striping == striping)
            #expect(Array(bytes[64...]) == wanted[index], "shard \(index) of \(length) bytes")
            #expect(bytes.count == header.geometry.shardBytes)
        }
        #expect(try example.decoded() == example.content)
        let report = try example.set().verify()
        #expect(report.isWhole && report.isContentRight == true)
    }

    @Test func `Docs ShardFormat of files of every length around units and stripes, both kinds of code`() throws {
        for striping in [try Striping.rs(4, 2, unit: 7), try .lrc(6, 2, 2, unit: 5), try .rs(1, 1, unit: 3)] {
            let stripe = striping.layout.data * striping.unit
            var lengths: Set<Int> = [0, 1, striping.layout.data - 1, striping.layout.data, striping.layout.data + 1]
            for edge in [striping.unit, 2 * striping.unit, stripe, 2 * stripe, 5 * stripe] {
                lengths.formUnion([edge - 1, edge, edge + 1])
            }
            for length in lengths.sorted() { try check(striping, length: length) }
        }
    }

    @Test func `Docs ShardFormat of files of more than one batch`() throws {
        // A batch holds at most 1024 stripes.
        let striping = try Striping.rs(2, 1, unit: 1)
        #expect(BatchShape(striping).stripes == 1024)
        for length in [2047, 2048, 2049, 5000] { try check(striping, length: length) }
    }

    @Test(arguments: CodeConvention.named)
    func `parities are those of the named convention`(convention: CodeConvention) throws {
        try check(.rs(4, 2, unit: 16, convention), length: 300)
        try check(
            Striping(ErasureLayout(data: 6, localParities: 2, globalParities: 1), convention: convention, unit: 8),
            length: 100)
    }

    /// storage.md 1.14 has the parities of D[i][j] = 31i + 17j + 5ij + 7, computed with ISA-L: 4+2, V-pow.
    @Test func `known parities of ISA-L stand in the files`() throws {
        let content = (0..<4).flatMap { i in
            (0..<16).map { j in UInt8(truncatingIfNeeded: 31 * i + 17 * j + 5 * i * j + 7) }
        }
        let tree = try TemporaryTree()
        try tree.write(content, to: "d")
        let striped = try StripeEncoder(.rs(4, 2, unit: 16)).encode(
            .file(tree.absolute("d")), into: tree.absolute("s"), named: "d")
        func unit(_ shard: Int) throws -> String {
            try Data(contentsOf: URL(filePath: striped.shards[shard]))[64..<80].map {
                ($0 < 16 ? "0" : "") + String($0, radix: 16)
            }.joined()
        }
        #expect(try unit(4) == "00c0a400600004f820f04470900034e8")
        #expect(try unit(5) == "45a935e63a5ea2f14dd1ad39e2e6bab3")
    }

    @Test func `the identifier follows from content and striping, whatever name and threads`() throws {
        let one = try StripedExample(.rs(4, 2), length: 1000)
        #expect(try StripedExample(.rs(4, 2), length: 1000, name: "other").striped.set == one.striped.set)
        #expect(try StripedExample(.rs(4, 2), length: 1000, seed: 2).striped.set != one.striped.set)
        #expect(try StripedExample(.rs(4, 2), length: 999).striped.set != one.striped.set)
        #expect(try StripedExample(.rs(4, 2, .cauchy1), length: 1000).striped.set != one.striped.set)
        #expect(try StripedExample(.rs(4, 3), length: 1000).striped.set != one.striped.set)
        #expect(try StripedExample(.rs(4, 2, unit: 32), length: 1000).striped.set != one.striped.set)
        // Files of zeros of different length, padded to the same units.
        let zeros = [UInt8](repeating: 0, count: 64)
        let tree = try TemporaryTree()
        let sets = try [61, 62, 63, 64].map { length in
            try tree.write(Array(zeros[..<length]), to: "z")
            return try StripeEncoder(.rs(4, 2)).encode(
                .file(tree.absolute("z")), into: tree.absolute("z\(length)"), named: "z"
            ).set
        }
        #expect(Set(sets).count == 4)
    }

    @Test func `threads change no byte, of files of many batches`() throws {
        let striping = try Striping.rs(2, 1, unit: 1)
        let one = try StripedExample(striping, length: 9000)
        let many = try StripedExample(striping, length: 9000, run: StripeRun(threads: 7))
        #expect(try one.shardBytes() == many.shardBytes())
        for threads in [1, 2, 7] {
            #expect(try one.decoded(run: StripeRun(threads: threads)) == one.content)
            try many.remove([1])
            try many.change(0) { $0[70] ^= 1 }
            _ = try StripeSet(many.striped.shards.filter { FileManager.default.fileExists(atPath: $0) }).verify()
            // One lost in every stripe and one damaged unit are too much for one parity.
            let error = #expect(throws: StripeError.self) { try many.set().repair(run: StripeRun(threads: threads)) }
            #expect(error?.problem == .tooMuchLost)
            try many.change(0) { $0[70] ^= 1 }
            _ = try many.set().repair(run: StripeRun(threads: threads))
            #expect(try one.shardBytes() == many.shardBytes())
        }
    }
}
