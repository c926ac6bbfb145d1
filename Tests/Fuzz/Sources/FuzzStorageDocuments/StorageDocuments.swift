import ClusterCore
import ClusterDocuments
import Fuzzing
import StorageMath

/// A cluster's storage in YAML, or its usage in CSV, by the first byte: read, planned, forecast.
///
/// Must hold: an error says something; volumes that fit take no more than there is, and what is stranded is no more than
/// there is beside them.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = Input(start, count)
    let isUsage = input.byte() & 1 == 1
    do {
        if isUsage {
            let usage = try UsageDocument(csv: input.rest, size: ByteCount(bytes: 1 << 44))
            // Thousands of points take longer than an input may.
            if usage.history.samples.count <= 200 { _ = try usage.history.forecast() }
        } else {
            let document = try StorageDocument(input.rest)
            let plan = try document.pool.plan(
                document.volumes, by: StorageProfile.azureLocal23H2.resolved(in: StorageProfile.builtIn))
            let taken = plan.volumes.filter(\.fits).compactMap(\.allocated).reduce(UInt64(0)) { $0 + $1.bytes }
            let raw = document.pool.rawBytes.bytes
            require(taken <= document.pool.availableBytes.bytes, "volumes that fit take more than there is")
            require(plan.stranded.bytes <= raw - taken, "more is stranded than is left")
        }
    } catch {
        require(!"\(error)".isEmpty, "an error without words")
    }
    return 0
}
