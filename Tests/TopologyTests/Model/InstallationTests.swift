import ClusterCore
import Foundation
import StorageMath
import TestSupport
import Testing
import Topology

@Suite struct `A model written out` {
    private func problem(_ change: (inout ClusterModel) throws -> Void) throws -> ModelProblem? {
        var model = try ExampleModel.architecture.read()
        try change(&model)
        do throws(ModelProblem) {
            _ = try model.installation()
            return nil
        } catch { return error }
    }

    /// The architecture's drawing: each of four nodes on both top-of-rack switches, on the management switch, and on power.
    @Test func `AL-26 AL-27 the drawing of four nodes has every line that it shows`() throws {
        let installation = try ExampleModel.architecture.read().installation()
        #expect(installation.nodes.map(\.name) == ["node1", "node2", "node3", "node4"])
        for node in installation.nodes {
            let far = Set(
                installation.cables.filter { $0.touches(node.name) }.flatMap { [$0.from.device, $0.to.device] })
            #expect(far == [node.name, "tor1", "tor2", "mgmt1"])
            let pdus = installation.cords.filter { $0.device == node.name }.map(\.pdu)
            #expect(pdus == ["pdu-a", "pdu-b"])
        }
        #expect(installation.nodes.compactMap(\.unit) == [1, 3, 5, 7])
        #expect(installation.switches.compactMap(\.unit) == [40, 41, 42])
    }

    @Test func `ports of a group go to switches in turn, and each port holds one cable`() throws {
        let installation = try ExampleModel.architecture.read().installation()
        let first = installation.cables.filter { $0.from.device == "node1" && $0.from.group == "storage" }
        #expect(first.map(\.from.port) == ["storage.1", "storage.2"])
        #expect(first.map(\.to.device) == ["tor1", "tor2"])
        let ends = installation.cables.flatMap { [$0.from, $0.to] }
        #expect(Set(ends).count == ends.count)
    }

    @Test func `patterns go round the ports of written cables`() throws {
        var model = try ExampleModel.architecture.read()
        model.cables = [Cable(from: "node1/storage.1", to: "tor2/1"), Cable(from: "tor1/1", to: "tor2/48")]
        let installation = try model.installation()
        let taken = installation.cables.filter { $0.from == PortAddress(device: "node1", port: "storage.1") }
        #expect(taken.map(\.to) == [PortAddress(device: "tor2", port: "1")])
        let ends = installation.cables.flatMap { [$0.from, $0.to] }
        #expect(Set(ends).count == ends.count)
    }

    @Test(arguments: [
        ("a node has no such template", "/clusters/0/nodes/0/template", "did you mean \"node\"?")
    ])
    func `a name that stands for nothing is told with the nearest`(what: String, path: String, words: String) throws {
        let found = try #require(try problem { $0.clusters[0].nodes[0].template = "nodde" })
        #expect(found.path == path)
        #expect(found.problem.contains(words))
    }

    @Test func `every reference is looked up`() throws {
        func paths(_ change: (inout ClusterModel) throws -> Void) throws -> String? { try problem(change)?.path }
        #expect(try paths { $0.racks?[0].site = "x" } == "/racks/0/site")
        #expect(try paths { $0.clusters[0].nodes[0].rack = "x" } == "/clusters/0/nodes/0/rack")
        #expect(try paths { $0.clusters[0].nodes[0].supplies = ["x"] } == "/clusters/0/nodes/0/supplies/0")
        #expect(try paths { $0.switches?[0].supplies = ["pdu-a", "x"] } == "/switches/0/supplies/1")
        #expect(try paths { $0.switches?[1].rack = "x" } == "/switches/1/rack")
        #expect(try paths { $0.power?.ups?[1].source = "x" } == "/power/ups/1/source")
        #expect(try paths { $0.clusters[0].witness?.site = "x" } == "/clusters/0/witness/site")
        #expect(
            try paths { $0.clusters[0].nodes[0].cabling?["lan"] = .switches(["tor9"]) }
                == "/clusters/0/nodes/0/cabling/lan/0")
        #expect(
            try paths { $0.clusters[0].nodes[0].cabling?["wan"] = .switches(["tor1"]) } == "/clusters/0/nodes/0/cabling"
        )
        #expect(
            try paths { $0.clusters[0].backups = [Backup(kind: .secondaryCluster, to: "c9")] }
                == "/clusters/0/backups/0/to")
        #expect(
            try paths { $0.clusters[0].backups = [Backup(kind: .secondaryCluster, to: "c1")] }
                == "/clusters/0/backups/0/to")
        #expect(try paths { $0.clusters[0].network?.vlans?["storrage"] = [1] } == "/clusters/0/network/vlans")
        #expect(try paths { $0.cables = [Cable(from: "node9/storage.1", to: "tor1/1")] } == "/cables/0/from")
        #expect(try paths { $0.cables = [Cable(from: "node1/storage.3", to: "tor1/1")] } == "/cables/0/from")
        #expect(try paths { $0.cables = [Cable(from: "node1", to: "tor1/1")] } == "/cables/0/from")
        #expect(try paths { $0.cables = [Cable(from: "tor2/2", to: "tor1/x")] } == "/cables/0/to")
        #expect(try paths { $0.cables = [Cable(from: "tor1/2", to: "tor1/3")] } == "/cables/0")
        #expect(
            try paths {
                $0.cables = [Cable(from: "tor2/2", to: "tor1/2"), Cable(from: "tor2/3", to: "tor1/2")]
            } == "/cables/1")
    }

    @Test func `a name is given once`() throws {
        func words(_ change: (inout ClusterModel) throws -> Void) throws -> String? { try problem(change)?.description }
        #expect(try words { $0.clusters[0].nodes[0].prefix = "tor" }?.contains("name of another device") == true)
        #expect(try words { $0.switches?[1].names = ["tor1"] }?.hasPrefix("/switches/1/names/0: \"tor1\"") == true)
        #expect(try words { $0.clusters.append($0.clusters[0]) }?.hasPrefix("/clusters/1/name") == true)
        #expect(try words { $0.racks?.append(Rack(name: "rack1")) }?.hasPrefix("/racks/1/name") == true)
        #expect(try words { $0.sites?.append(Site(name: "main")) }?.hasPrefix("/sites/1/name") == true)
        #expect(try words { $0.power?.feeds = ["a", "a"] }?.hasPrefix("/power/feeds/1") == true)
        for name in ["", "a/b", "a b", "ä", "a\u{1b}[2J", String(repeating: "a", count: 65)] {
            #expect(try words { $0.clusters[0].name = name }?.hasPrefix("/clusters/0/name") == true, "\(name)")
        }
    }

    @Test func `sources of power that feed each other are told as a circle`() throws {
        let found = try #require(
            try problem {
                $0.power?.ups?[0].source = "pdu-a"
            })
        #expect(found.problem.contains("ups-a → pdu-a → ups-a") || found.problem.contains("pdu-a → ups-a → pdu-a"))
        #expect(try problem { $0.power?.ups?[0].source = "ups-a" } != nil)
    }

    @Test(arguments: [4097, 1_000_000, Int.max])
    func `too many nodes are refused before one is made`(count: Int) throws {
        let found = try #require(try problem { $0.clusters[0].nodes[0].count = count })
        #expect(found.path == "/clusters/0/nodes/0/count")
        #expect(found.problem.contains("are too many: 4096 are the limit"))
        // In several groups as well.
        let spread = try #require(
            try problem { model in
                model.clusters[0].nodes[0].count = 4000
                var second = model.clusters[0].nodes[0]
                second.prefix = "more"
                model.clusters[0].nodes.append(second)
            })
        #expect(spread.path == "/clusters/0/nodes/1")
    }

    @Test func `the largest model within the limits is written out`() throws {
        var model = try ExampleModel.four.read()
        model.racks = nil
        model.clusters[0].nodes[0].rack = nil
        model.clusters[0].nodes[0].count = 64
        model.switches?[0].rack = nil
        model.switches?[1].rack = nil
        for index in 2...64 {
            var next = model.clusters[0]
            next.name = "c\(index)"
            next.nodes[0].prefix = "c\(index)-"
            model.clusters.append(next)
        }
        let installation = try model.installation()
        #expect(installation.nodes.count == 4096)
        #expect(installation.cables.count == 4096 * 5)
    }

    @Test func `ports, supplies, units and heights have limits`() throws {
        #expect(try problem { $0.changeAdapter("lan") { $0.ports = 1025 } } != nil)
        #expect(try problem { $0.changeAdapter("lan") { $0.ports = -1 } } != nil)
        #expect(try problem { $0.changeTemplate { $0.supplies = 17 } } != nil)
        #expect(try problem { $0.changeTemplate { $0.height = -1 } } != nil)
        #expect(try problem { $0.clusters[0].nodes[0].unit = 0 } != nil)
        #expect(try problem { $0.racks?[0].units = 0 } != nil)
        #expect(try problem { $0.switches?[0].ports = .max } != nil)
        #expect(try problem { $0.clusters[0].nodes[0].names = ["a"] }?.problem.contains("either names") == true)
        #expect(try problem { $0.clusters[0].nodes = [] }?.path == "/clusters/0/nodes")
    }

    @Test func `machines have counts and names of their own`() throws {
        #expect(try problem { $0.clusters[0].workloads?[0].count = -1 }?.path == "/clusters/0/workloads/0/count")
        #expect(
            try problem { $0.clusters[0].workloads?[0].processors = 0 }?.path == "/clusters/0/workloads/0/processors")
        #expect(
            try problem { $0.clusters[0].workloads?.append(HostedWorkload(name: "web")) }?.path
                == "/clusters/0/workloads/1/name")
        #expect(try problem { $0.clusters[0].workloads?[0].name = "a b" } != nil)
        #expect(try problem { $0.clusters[0].workloads?[0].leastMemory = try? size("33GB") } != nil)
        #expect(try problem { $0.clusters[0].workloads?[0].count = 0 } == nil)
    }

    /// Whatever numbers stand in a model, it is written out or refused; nothing traps.
    @Test func `no numbers end the process`() throws {
        let extremes = [Int.min, -1, 0, 1, 2, 100, 1024, Int.max]
        let example = try ExampleModel.architecture.read()
        forRandom(300) { random in
            func any() -> Int { extremes[Int(random.next() % UInt64(extremes.count))] }
            var model = example
            model.changeTemplate {
                $0.processor?.sockets = any()
                $0.processor?.cores = any()
                $0.supplies = any()
                $0.height = any()
            }
            model.changeAdapter("storage") {
                $0.ports = any()
                $0.cards = any()
                $0.dcb?.pfcPriority = any()
            }
            model.racks?[0].units = any()
            model.racks?[0].reservedUnits = any()
            model.switches?[0].ports = any()
            model.switches?[0].unit = any()
            model.clusters[0].workloads?[0].count = any()
            model.clusters[0].network?.vlans?["storage"] = [any()]
            guard (try? model.installation()) != nil else { return true }
            for profile in TopologyProfile.builtIn { _ = try? model.check(profile.name) }
            return true
        }
    }

    @Test(arguments: ExampleModel.allCases)
    func `a model is read back from its JSON as it was`(example: ExampleModel) throws {
        let model = try example.read()
        let data = try JSONEncoder().encode(model)
        #expect(try JSONDecoder().decode(ClusterModel.self, from: data) == model)
        let installation = try model.installation()
        #expect(
            try JSONDecoder().decode(Installation.self, from: JSONEncoder().encode(installation)) == installation)
    }
}
