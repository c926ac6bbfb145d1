import ClusterCore
import StorageMath
import Testing

/// Microsoft, fault-tolerance (2023-04), the table of resiliency types.
@Suite struct EfficiencyTests {
    private func efficiency(_ name: String, servers: Int, racks: Int = 1, drives: Int = 4) throws -> Fraction {
        let shape = try ClusterShape(servers: servers, racks: racks, capacityDrivesPerServer: drives)
        return try Resiliency(parsing: name).layout(in: shape).efficiency()
    }

    @Test func `AL-112 two-way mirror stores one half`() throws {
        #expect(try efficiency("two-way-mirror", servers: 2) == Fraction(1, over: 2))
    }

    @Test func `AL-113 three-way mirror stores one third`() throws {
        #expect(try efficiency("three-way-mirror", servers: 3) == Fraction(1, over: 3))
    }

    @Test func `four copies over two racks store one quarter`() throws {
        #expect(try efficiency("four-way-mirror", servers: 4, racks: 2) == Fraction(1, over: 4))
    }
}
