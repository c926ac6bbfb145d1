import ClusterDocuments
import TestSupport
import Testing
import Topology

@Suite struct `Clusters as people write them` {
    private let starter = StarterDocument.text(nodes: 4) ?? ""

    private func problem(_ text: String) -> DocumentProblem? {
        do throws(DocumentProblem) {
            _ = try ClusterDocument(Array(text.utf8))
            return nil
        } catch { return error }
    }

    /// The starter with one text replaced, and the line where that is.
    private func slip(_ old: String, _ new: String, _ location: SourceLocation = #_sourceLocation) throws -> (
        problem: DocumentProblem, line: Int
    ) {
        let range = try #require(starter.firstRange(of: old), sourceLocation: location)
        let line = starter[..<range.lowerBound].count { $0 == "\n" } + 1
        let text = starter[..<range.lowerBound] + new + starter[range.upperBound...]
        return (try #require(problem(String(text)), sourceLocation: location), line)
    }

    @Test(arguments: [(1, "1-node"), (2, "2-nodes"), (4, "4-nodes"), (8, "8-nodes"), (16, "16-nodes")])
    func `the examples are what a model to start from is`(nodes: Int, name: String) throws {
        let text = try #require(StarterDocument.text(nodes: nodes))
        #expect(try repositoryText("Docs/Examples/hyperconverged-\(name).yaml") == text)
    }

    @Test(arguments: 1...16)
    func `a model to start from has fewer than 60 lines and as many nodes as asked`(nodes: Int) throws {
        let text = try #require(StarterDocument.text(nodes: nodes))
        #expect(text.count { $0 == "\n" } < 60)
        let document = try ClusterDocument(Array(text.utf8))
        #expect(document.installation.nodes.count == nodes)
        #expect(document.model.clusters.count == 1)
    }

    @Test func `there is none to start from without nodes or with more than 16`() {
        #expect(StarterDocument.text(nodes: 0) == nil)
        #expect(StarterDocument.text(nodes: 17) == nil)
        #expect(StarterDocument.text(nodes: .min) == nil)
    }

    // MARK: Slips

    @Test(arguments: [
        ("memory: {size", "memroy: {size", "did you mean \"memory\"?"),
        ("host_memory: 48GB", "hostmemory: 48GB", "did you mean \"host_memory\"?"),
        ("clusters:", "cluster:", "did you mean \"clusters\"?"),
        ("pfc_priority: 3", "pfc_prority: 3", "did you mean \"pfc_priority\"?"),
        ("size: 512GB", "size: 512", "has no unit; write it as in 512GB"),
        ("size: 512GB", "size: 512GBit", "is not a number of bytes"),
        ("size: 512GB", "size: 512Gbps", "is not a number of bytes"),
        ("wan: 100Mbps", "wan: 100MB/s", "is not a bit rate"),
        ("wan: 100Mbps", "wan: 100", "has no unit; write it as in 25Gbps"),
        ("runtime: 20m", "runtime: 20min", "is not a duration"),
        ("lowest: 18C", "lowest: 18W", "is not a temperature"),
        ("reservation: 50%", "reservation: fifty", "is not a fraction"),
        ("most: 900W", "most: 900", "has no unit; write it as in 800W"),
        ("capacity: 6x3.84TB:nvme", "capacity: 6 drives", "write how many, how large"),
        ("rdma: roce_v2", "rdma: roce", "is not one of iwarp, roce_v2, infiniband, none; did you mean"),
        ("role: top_of_rack", "role: tor", "is not one of top_of_rack, management, inter_rack"),
        ("count: 4, prefix", "count: four, prefix", "is not a whole number"),
        ("ecc: true", "ecc: maybe", "is neither true nor false"),
        ("template: node,", "template: nodes,", "there is no template \"nodes\"; did you mean \"node\"?"),
        ("rack: rack1, unit: 1", "rack: rack2, unit: 1", "there is no rack \"rack2\"; did you mean \"rack1\"?"),
        ("lan: [tor1, tor2]", "lan: [tor1, tor3]", "there is no switch \"tor3\"; did you mean"),
        ("lan: [tor1, tor2]", "lan: tor1", "is neither mesh nor a list of switches; write [tor1]"),
        ("source: ups-a", "source: ups-c", "there is no feed, UPS or PDU \"ups-c\"; did you mean"),
        ("count: 4, prefix: node", "count: 1000000, prefix: node", "1000000 nodes are too many"),
        ("count: 4, prefix: node", "count: 4", "write either names: [a, b] or count: 2 and prefix: node"),
        ("prefix: node", "prefix: \"no de\"", "is no name"),
        ("source: feed-a", "source: pdu-a", "they feed each other"),
        ("names: [tor1, tor2]", "names: [tor1, tor1]", "is the name of another device"),
        ("storage: [711, 712]", "storrage: [711, 712]", "did you mean \"storage\"?"),
        ("clustermodel.cluster/1", "clustermodel.cluster/2", "is not read here; write clustermodel.cluster/1"),
    ])
    func `a slip is told with its line, and what to write instead`(old: String, new: String, words: String) throws {
        let (problem, line) = try slip(old, new)
        #expect(problem.position?.line == line, "\(problem)")
        #expect(problem.problem.contains(words), "\(problem)")
        #expect("\(problem)".split(separator: "\n").count == 1)
    }

    @Test func `what is missing is named`() throws {
        #expect(problem("schema: clustermodel.cluster/1\n")?.problem == "\"name\" is missing here")
        #expect(problem("name: x\n")?.problem.contains("begin with schema: clustermodel.cluster/1") == true)
        #expect(problem("- 1\n")?.problem.contains("this must be an object") == true)
        #expect(problem("")?.problem == "it is empty")
        let text = "schema: clustermodel.cluster/1\nname: x\ntemplates: {n: {}}\nclusters: [{name: c, nodes: []}]\n"
        #expect(problem(text)?.problem.contains("a cluster has nodes") == true)
    }

    @Test func `JSON says the same as YAML`() throws {
        let json = """
            {"schema": "clustermodel.cluster/1", "name": "x", "templates": {"n": {"memory": {"size": "64GB"}}},
             "clusters": [{"name": "c", "nodes": [{"template": "n", "count": 2, "prefix": "n"}]}]}
            """
        let yaml = """
            schema: clustermodel.cluster/1
            name: x
            templates:
              n: {memory: {size: 64GB}}
            clusters:
              - name: c
                nodes: [{template: n, count: 2, prefix: n}]
            """
        #expect(try ClusterDocument(Array(json.utf8)) == ClusterDocument(Array(yaml.utf8)))
    }

    // MARK: Hostile documents

    @Test func `a hostile document is refused in bounded time and memory`() {
        let head = "schema: clustermodel.cluster/1\nname: x\n"
        let bomb =
            head + "a: &a [x,x,x,x,x,x,x,x,x]\n"
            + (1...9).map { "b\($0): &b\($0) [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n" }.joined()
        #expect(problem(bomb)?.problem.contains("aliases") == true)
        let deep = head + "templates: " + String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000)
        #expect(problem(deep)?.problem.contains("nests deeper") == true)
        let long = head + "templates: {" + String(repeating: "a", count: 2 << 20) + ": {}}"
        #expect(problem(long)?.problem.contains("more than 1048576 bytes") == true)
        let many =
            head + "templates: {n: {}}\nclusters:\n  - name: c\n    nodes: [{template: n, names: ["
            + (0..<50_000).map { "n\($0)" }.joined(separator: ", ") + "]}]\n"
        #expect(problem(many)?.problem.contains("too many: 4096 are the limit") == true)
        #expect(problem(head + "name: y\n")?.problem.contains("written twice") == true)
        #expect(problem("\u{0}\u{1}") != nil)
    }

    @Test func `no document of damaged bytes ends the process`() {
        let bytes = Array(starter.utf8)
        forRandom(400) { random in
            var damaged = bytes
            for _ in 0..<(1 + random.next() % 4) {
                let place = Int(random.next() % UInt64(damaged.count))
                switch random.next() % 3 {
                case 0: damaged[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: damaged.remove(at: place)
                default: damaged.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
                }
            }
            _ = try? ClusterDocument(damaged)
            return true
        }
    }
}
