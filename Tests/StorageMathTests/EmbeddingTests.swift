import ClusterCore
import StorageMath
import TestSupport
import Testing

@Suite struct `Embedding StorageMath` {
    @Test func `the example of the first page compiles and plans a pool that is exactly full`() throws {
        // snippet
        let server = try ServerDrives(capacity: DriveGroup.list(parsing: "16x2TB"))
        let pool = try Pool(servers: 4, of: server)
        let volumes = [try Volume(parsing: "data:three-way-mirror:24TB"), try Volume(parsing: "logs:dual-parity:24TB")]
        let profile = try StorageProfile.azureLocal23H2.resolved(in: StorageProfile.builtIn)
        let plan = try pool.plan(volumes, by: profile)
        let room = try Allocation(pool).largest(Resiliency.threeWayMirror.layout(in: pool.shape)).size
        let severity = plan.findings.greatestSeverity
        // end of snippet
        #expect(plan.free == .zero)
        // Two volumes on four servers: information, since their number is no multiple.
        #expect(severity == .information)
        // 120 TB hold 40 TB three times.
        #expect(room == (try ByteCount(parsing: "40 TB")))
    }

    @Test func `the first page shows the example that is tested`() { assertSnippet(module: "StorageMath") }
}
