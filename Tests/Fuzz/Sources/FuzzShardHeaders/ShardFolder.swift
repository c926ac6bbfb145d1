#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import Fuzzing
import StorageMath
import StripeFiles

/// A folder in memory, where there is one, with the shards of a small file, made anew for each input.
final class ShardFolder {
    nonisolated(unsafe) static let shared = ShardFolder()

    let path: String
    let content = (0..<150).map { UInt8(truncatingIfNeeded: $0 * 7 + $0 / 16) }
    private var originals: [[[UInt8]]] = []
    private var shards: [[UInt8]] = []

    var count: Int { shards.count }

    private init() {
        path = (access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp") + "/fuzz-shards-\(getpid())"
        mkdir(path, 0o700)
        for layout in [
            try? ErasureLayout(data: 4, globalParities: 2),
            try? ErasureLayout(data: 4, localParities: 2, globalParities: 1),
        ] {
            guard let layout, let striping = try? Striping(layout, unit: 16) else { continue }
            write(content, to: "file")
            guard
                let striped = try? StripeEncoder(striping).encode(
                    .file(path + "/file"), into: path, named: "file", replacing: true)
            else { continue }
            originals.append(striped.shards.indices.map { read(name($0)) })
        }
        require(originals.count == 2, "the sets cannot be made")
        atexit { ShardFolder.shared.clear(removingFolder: true) }
    }

    private func name(_ shard: Int) -> String { "file.0\(shard).shard" }

    /// Writes a whole set.
    func reset(local: Bool) {
        clear(removingFolder: false)
        shards = originals[local ? 1 : 0]
        for (index, bytes) in shards.enumerated() { write(bytes, to: name(index)) }
    }

    func change(_ shard: Int, _ body: (inout [UInt8]) -> Void) {
        body(&shards[shard])
        write(shards[shard], to: name(shard))
    }

    func copy(_ shard: Int, over other: Int) {
        let bytes = shards[shard]
        change(other) { $0 = bytes }
    }
    func remove(_ shard: Int) { unlink(path + "/" + name(shard)) }
    func writeLeftover(beside shard: Int) { write([1], to: name(shard) + ".stripe-partial") }

    func read(_ name: String) -> [UInt8] {
        let descriptor = open(path + "/" + name, O_RDONLY)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        return Array(bytes.prefix(max(0, count)))
    }

    private func write(_ bytes: [UInt8], to name: String) {
        let descriptor = open(path + "/" + name, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0 else { return }
        _ = Glibc.write(descriptor, bytes, bytes.count)
        close(descriptor)
    }

    private func clear(removingFolder: Bool) {
        guard let directory = opendir(path) else { return }
        var names: [String] = []
        while let entry = readdir(directory) {
            names.append(
                withUnsafePointer(to: entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        closedir(directory)
        for name in names where name != "." && name != ".." { unlink(path + "/" + name) }
        if removingFolder { rmdir(path) }
    }
}
