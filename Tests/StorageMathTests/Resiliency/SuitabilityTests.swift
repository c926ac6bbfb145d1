import ClusterCore
import StorageMath
import Testing

@Suite struct SuitabilityTests {
    private func isAllowed(_ type: Resiliency, servers: Int, racks: Int = 1, drives: Int = 4) throws -> Bool {
        try type.suitability(in: ClusterShape(servers: servers, racks: racks, capacityDrivesPerServer: drives)).layout
            != nil
    }

    /// Microsoft, fault-tolerance (2023-04): two-way 2, three-way 3, single parity 3, dual parity 4, mixed 4.
    @Test func `fault-tolerance 2023-04, the fewest fault domains of each type`() throws {
        let share = try MirrorShare(Fraction(1, over: 5))
        let least: [(Resiliency, Int)] = [
            (.simple, 1), (.twoWayMirror, 2), (.threeWayMirror, 3), (.singleParity, 3), (.dualParity, 4),
            (.mirrorAcceleratedParity(share), 4),
        ]
        for (type, count) in least {
            for servers in 1...16 {
                #expect(try isAllowed(type, servers: servers) == (servers >= count), "\(type) \(servers)")
            }
        }
    }

    @Test func `nested types are for exactly two servers`() throws {
        let share = try MirrorShare(Fraction(1, over: 10))
        for servers in 1...16 {
            #expect(try isAllowed(.nestedTwoWayMirror, servers: servers) == (servers == 2))
            #expect(try isAllowed(.nestedMirrorAcceleratedParity(share), servers: servers) == (servers == 2))
        }
        #expect(try !isAllowed(.nestedMirrorAcceleratedParity(share), servers: 2, drives: 3))
    }

    @Test func `rack-aware 2026-02, 1+1 has two-way mirrors, 2+2 to 4+4 four-way, none has three-way`() throws {
        #expect(try isAllowed(.twoWayMirror, servers: 2, racks: 2))
        #expect(try !isAllowed(.fourWayMirror, servers: 2, racks: 2))
        for servers in [4, 6, 8] {
            #expect(try isAllowed(.fourWayMirror, servers: servers, racks: 2))
            #expect(try !isAllowed(.threeWayMirror, servers: servers, racks: 2))
            #expect(try !isAllowed(.twoWayMirror, servers: servers, racks: 2))
        }
        #expect(try !isAllowed(.fourWayMirror, servers: 4))
    }

    @Test func `rack-aware 2026-02, all-flash only`() throws {
        let shape = try ClusterShape(servers: 4, racks: 2, media: .hybrid)
        #expect(Resiliency.fourWayMirror.suitability(in: shape).layout == nil)
    }

    @Test func `what is refused says what it needs, what there is and what to use`() throws {
        guard case .unsuitable(let finding) = Resiliency.threeWayMirror.suitability(in: try ClusterShape(servers: 2))
        else {
            Issue.record("a three-way mirror on two servers")
            return
        }
        #expect(finding.required == .text("3 servers or more"))
        #expect(finding.measured == .text("2 servers with 4 capacity drives each"))
        #expect(finding.remedy?.contains("nested-two-way-mirror") == true)
    }

    @Test func `whatever is offered instead may be used there`() throws {
        let share = try MirrorShare(Fraction(1, over: 5))
        let types = Resiliency.plain + [.mirrorAcceleratedParity(share), .nestedMirrorAcceleratedParity(share)]
        for servers in 1...16 {
            for racks in servers % 2 == 0 && servers <= 8 ? [1, 2] : [1] {
                for drives in [1, 2, 4] {
                    let shape = try ClusterShape(servers: servers, racks: racks, capacityDrivesPerServer: drives)
                    for type in types {
                        guard case .unsuitable(let finding) = type.suitability(in: shape) else { continue }
                        let words = finding.remedy?.split(separator: " ") ?? []
                        let offered = try Resiliency(parsing: String(words[1]))
                        #expect(offered.suitability(in: shape).layout != nil, "\(type) in \(shape): \(offered)")
                    }
                }
            }
        }
    }

    @Test func `a name that is no type is refused with the names that are`() {
        #expect(throws: StorageMathError.self) { try Resiliency(parsing: "raid-6") }
        #expect(throws: StorageMathError.self) { try Resiliency(parsing: "map") }
        #expect(throws: StorageMathError.self) { try Resiliency(parsing: "map:1.2") }
        #expect(throws: StorageMathError.self) { try Resiliency(parsing: "map:0%") }
        #expect(throws: StorageMathError.self) { try Resiliency(parsing: "nested-map:100%") }
        #expect(throws: StorageMathError.self) { try Resiliency(parsing: "map:-1%") }
    }

    @Test func `every type is read back from its name`() throws {
        let share = try MirrorShare(Fraction(1, over: 3))
        for type in Resiliency.plain + [.mirrorAcceleratedParity(share), .nestedMirrorAcceleratedParity(share)] {
            #expect(try Resiliency(parsing: type.description) == type)
        }
        #expect(try Resiliency(parsing: "map:20%").description == "map:20%")
        #expect(try Resiliency(parsing: "map:0.2") == Resiliency(parsing: "map:1/5"))
    }

    @Test func `AL-1 a cluster has 1 to 16 servers`() {
        for servers in [0, 17, -1, Int.max] {
            #expect(throws: StorageMathError.self) { try ClusterShape(servers: servers) }
        }
        #expect(throws: StorageMathError.self) { try ClusterShape(servers: 5, racks: 2) }
        #expect(throws: StorageMathError.self) { try ClusterShape(servers: 10, racks: 2) }
        #expect(throws: StorageMathError.self) { try ClusterShape(servers: 4, racks: 3) }
        #expect(throws: StorageMathError.self) { try ClusterShape(servers: 4, capacityDrivesPerServer: 1_000_000_000) }
    }

    @Test func `a code has data, parity, equal groups and at most 256 symbols`() {
        #expect(throws: StorageMathError.self) { try ErasureLayout(data: 0, globalParities: 2) }
        #expect(throws: StorageMathError.self) { try ErasureLayout(data: 4, globalParities: 0) }
        #expect(throws: StorageMathError.self) { try ErasureLayout(data: 200, globalParities: 57) }
        #expect(throws: StorageMathError.self) { try ErasureLayout(data: 8, localParities: 3, globalParities: 1) }
        #expect(throws: StorageMathError.self) { try ErasureLayout(data: Int.max, globalParities: Int.max) }
        #expect(throws: StorageMathError.self) { try ErasureLayout(data: 128, localParities: 128, globalParities: 1) }
    }
}
