#if Tools
import ConsoleIO
import HealthHost
import HealthModel

/// The file of `--state`.
struct HealthStateFile {
    let path: String

    /// The watch that was kept, or `nil` where there is no file yet.
    func read(_ set: RuleSet) throws -> HealthWatch? {
        let bytes: [UInt8]?
        do throws(SnapshotFailure) { bytes = try SnapshotFile(path: path).read() } catch {
            throw ReportedError("--state \(error)")
        }
        guard let bytes else { return nil }
        do throws(SnapshotError) { return try HealthWatch(set, restoring: bytes) } catch {
            throw ReportedError("--state \(path): \(error)")
        }
    }

    /// The watch that was kept; an error where there is none.
    func existing(_ set: RuleSet) throws -> HealthWatch {
        guard let watch = try read(set) else {
            throw ReportedError("--state \(path): there is no such file; name the one that health status keeps")
        }
        return watch
    }

    func write(_ watch: HealthWatch) throws {
        do { try SnapshotFile(path: path).write(try watch.snapshot()) } catch let error as SnapshotFailure {
            throw ReportedError("--state \(error)")
        }
    }
}
#endif
