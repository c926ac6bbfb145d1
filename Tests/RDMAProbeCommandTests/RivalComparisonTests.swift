import TestSupport
import Testing

/// What `make bench-rdma` computes from its measurements, over numbers that are known from elsewhere.
@Suite struct `The comparison with perftest` {
    @Test(.enabled(if: SchemaCheck.isPossible, "python3-jsonschema is not installed"))
    func `its statistics, its readers of the rivals' output and its document hold to known values`() throws {
        try expectSelfTestPasses("Benchmarks/RDMA/selftest")
    }
}
