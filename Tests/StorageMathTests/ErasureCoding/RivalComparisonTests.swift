import TestSupport
import Testing

/// What is computed around `make bench-ec`, over documents and counts that are known.
@Suite struct `The comparison with ISA-L` {
    @Test(.enabled(if: SchemaCheck.isPossible, "python3-jsonschema is not installed"))
    func `its document, its means and its thresholds of instructions hold to known values`() throws {
        try expectSelfTestPasses("Benchmarks/ErasureCoding/selftest")
    }
}
