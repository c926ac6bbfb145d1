import Foundation
import StorageMath
import TestSupport
import Testing

@testable import StripeFiles

/// A file of seeded bytes, striped into a folder of its own.
struct StripedExample {
    let tree: TemporaryTree
    let content: [UInt8]
    let striped: StripedFile

    init(
        _ striping: Striping, length: Int, seed: UInt64 = 1, name: String = "file", folder: String = "shards",
        tree: TemporaryTree? = nil, run: StripeRun = StripeRun()
    ) throws {
        let tree = try tree ?? TemporaryTree()
        var random = SeededRandom(seed: seed)
        let content = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        try tree.write(content, to: name)
        self.tree = tree
        self.content = content
        striped = try StripeEncoder(striping).encode(
            .file(tree.absolute(name)), into: tree.absolute(folder), named: name, run: run)
    }

    var folder: String { tree.absolute("shards") }
    func set() throws -> StripeSet { try StripeSet([folder]) }
    func shard(_ index: Int) -> String { striped.shards[index] }

    /// The file as it is decoded.
    func decoded(run: StripeRun = StripeRun()) throws -> [UInt8] {
        let output = tree.absolute("decoded")
        _ = try set().decode(to: .file(output), replacing: true, run: run)
        return try bytes(of: output)
    }

    func bytes(of path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }
    func shardBytes() throws -> [[UInt8]] { try striped.shards.map(bytes) }

    func write(_ bytes: [UInt8], to path: String) throws { try Data(bytes).write(to: URL(filePath: path)) }

    /// Changes a shard's bytes.
    func change(_ index: Int, _ body: (inout [UInt8]) -> Void) throws {
        var bytes = try bytes(of: shard(index))
        body(&bytes)
        try write(bytes, to: shard(index))
    }

    func remove(_ indices: some Sequence<Int>) throws {
        for index in indices { try FileManager.default.removeItem(atPath: shard(index)) }
    }

    /// The names in the folder of the shards, in order.
    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder).sorted() }
}

extension Striping {
    /// Reed-Solomon *data* + *parity* with small units.
    static func rs(
        _ data: Int, _ parity: Int, unit: Int = 16, _ convention: CodeConvention = .vandermondePowers
    ) throws -> Striping {
        try Striping(ErasureLayout(data: data, globalParities: parity), convention: convention, unit: unit)
    }

    static func lrc(_ data: Int, _ local: Int, _ global: Int, unit: Int = 16) throws -> Striping {
        try Striping(ErasureLayout(data: data, localParities: local, globalParities: global), unit: unit)
    }
}

/// CRC-32C bit by bit, apart from the product's own (RFC 3720, 12.1: polynomial 0x1EDC6F41, reflected).
func plainCRC32C(_ bytes: [UInt8]) -> UInt32 {
    var crc: UInt32 = 0xffff_ffff
    for byte in bytes {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82f6_3b78 : crc >> 1 }
    }
    return crc ^ 0xffff_ffff
}

func littleEndian(_ value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
}
