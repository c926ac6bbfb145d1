import ClusterCore
import ClusterDocuments
import StorageMath
import TestSupport
import Testing

@Suite struct StorageDocumentTests {
    private func read(_ text: String) throws(DocumentProblem) -> StorageDocument {
        try StorageDocument(Array(text.utf8))
    }

    private func problem(_ text: String) -> String {
        do throws(DocumentProblem) {
            _ = try read(text)
            return "no problem"
        } catch { return error.description }
    }

    @Test func `every key is read`() throws {
        let document = try read(
            """
            servers:
              - {drives: "4x4TB:hdd,2x2TB:ssd", cache: 2x800GB}
              - {drives: 6x4TB:hdd}
            racks: 2
            media: hybrid
            reserve: 3TB
            volumes:
              - name: a
                resiliency: two-way-mirror
                size: 2TB
                written: 1TB
                workload: vdi
                snapshots: true
              - b:simple:1TiB
            """)
        #expect(document.pool.servers[0].capacity.map(\.kind) == [.hdd, .ssd])
        #expect(document.pool.servers[0].cache.map(\.kind) == [.nvme])
        #expect(document.pool.servers[1].capacityCount == 6)
        #expect(document.pool.shape.racks == 2)
        #expect(document.pool.shape.media == .hybrid)
        #expect(document.pool.reserveBytes == (try ByteCount(parsing: "3TB")))
        let volume = try #require(document.volumes.first)
        #expect(volume.provisioning == .thin(written: try ByteCount(parsing: "1TB")))
        #expect(volume.workload == .vdi)
        #expect(volume.hasSnapshots)
        #expect(document.volumes[1].size == (try ByteCount(parsing: "1TiB")))
    }

    @Test func `JSON is read as well`() throws {
        let json = #"{"servers": 4, "drives": "16x2TB", "volumes": ["a:dual-parity:1TB"]}"#
        #expect(try read(json).volumes.first?.resiliency == .dualParity)
    }

    @Test func `a mistake is told with line, column, path and remedy`() {
        #expect(problem("servers: 4\ndrives: 16x2XB\n").hasPrefix("2:9 /drives: "))
        #expect(
            problem("servers: 4\ndrivs: 16x2TB\n").hasPrefix(
                "2:1 /: there is no \"drivs\" here; there are servers, drives"))
        #expect(
            problem("servers: four\ndrives: 16x2TB\n")
                == "1:10 /servers: \"four\" is not a whole number; write digits alone, such as 4")
        #expect(problem("servers: 17\ndrives: 1x2TB\n").contains("/servers: servers: 17 is not 1 to 16"))
        #expect(problem("drives: 1x2TB\n").contains("\"servers\" is missing"))
        #expect(problem("servers: 4\n").contains("\"drives\" is missing"))
        #expect(
            problem("servers: 4\ndrives: 4x1TB\nvolumes:\n  - name: a\n").hasPrefix(
                "4:5 /volumes/0: a volume has a \"resiliency\""))
        #expect(
            problem("servers: 4\ndrives: 4x1TB\nmedia: tape\n")
                == "3:8 /media: \"tape\" is not one of hybrid, all_flash")
        #expect(problem("servers: 4\nservers: 5\ndrives: 4x1TB\n").contains("written twice"))
        #expect(problem("").contains("empty"))
        #expect(problem("servers: [4\n").contains("no YAML"))
        #expect(problem("- 1\n").contains("must be an object"))
        #expect(problem("servers: [{drives: 4x1TB}]\ndrives: 4x1TB\n").contains("each server of the list"))
    }

    @Test func `what is too long, too deep or no text is refused and ends nothing`() {
        #expect(problem(String(repeating: "[", count: 100_000)).contains("nests deeper"))
        #expect(problem(String(repeating: "- ", count: 100_000)).contains("nests deeper"))
        #expect(problem(String(repeating: "? ", count: 100_000)).contains("nests deeper"))
        #expect(problem(String(repeating: "a: {b: ", count: 50_000)).contains("nests deeper"))
        #expect(problem(String(repeating: "[']',", count: 50_000)).contains("in brackets"))
        #expect(problem(String(repeating: "x", count: 2_000_000)).contains("bytes"))
        #expect(throws: DocumentProblem.self) { try StorageDocument([0xff, 0xfe, 0x00]) }
    }

    @Test func `parts that are used again are few, so that none of them can multiply`() {
        var deep = "a0: &a0 x\n"
        for level in 1...700 {
            deep += "a\(level): &a\(level)\n  \(String(repeating: "- ", count: 95))*a\(level - 1)\n"
        }
        #expect(problem(deep).contains("more than 8 aliases"))
        var laughs = "a0: &a0 {b: c}\n"
        for level in 1...29 { laughs += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        #expect(problem(laughs + "? *a29\n: x\n").contains("more than 8 aliases"))
        // A few are what YAML has them for.
        #expect(throws: Never.self) {
            try StorageDocument(
                Array("servers: [{drives: &d 4x4TB}, {drives: *d}, {drives: *d}]\n# a *star* or *two*\n".utf8))
        }
    }

    @Test func `a byte order mark and keys without a value are as nothing`() throws {
        let bytes: [UInt8] = [0xEF, 0xBB, 0xBF] + Array("servers: 4\ndrives: 4x1TB\ncache: ~\nvolumes:\n".utf8)
        let document = try StorageDocument(bytes)
        #expect(document.volumes.isEmpty)
        #expect(document.pool.servers[0].cache.isEmpty)
        #expect(try UsageDocument(csv: [0xEF, 0xBB, 0xBF] + Array("time,used\n1,2\n".utf8)).history.samples.count == 1)
    }

    @Test func `AL-133 a reduction is an input and becomes logical bytes`() throws {
        let document = try read(
            "servers: 4\ndrives: 4x4TB\nvolumes: [{name: a, resiliency: three-way-mirror, size: 2TB, reduction: 1.5}]\n"
        )
        let profile = try StorageProfile.azureLocal23H2.resolved(in: StorageProfile.builtIn)
        #expect(
            try document.pool.plan(document.volumes, by: profile).volumes.first?.logical == ByteCount(parsing: "3TB"))
        #expect(
            problem("servers: 4\ndrives: 4x4TB\nvolumes: [{name: a, resiliency: simple, size: 2TB, reduction: 0.5}]\n")
                .contains("reduction ratio"))
    }

    @Test func `no bytes end the process, whatever they are`() throws {
        let seed = Array("servers: 4\ndrives: 16x2TB\nvolumes:\n  - {name: a, resiliency: map:20%, size: 1TB}\n".utf8)
        forRandom(2000) { random in
            var bytes = seed
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                switch random.next() % 3 {
                case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: at)
                default: bytes.insert(contentsOf: seed[0..<Int.random(in: 0..<seed.count, using: &random)], at: at)
                }
            }
            _ = try? StorageDocument(bytes)
            return true
        }
    }
}
