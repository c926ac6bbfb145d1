#if Tools
import ArgumentParser
import ClusterCore
import ConsoleIO
import HostTopology
import Reports
import Topology

/// `clustermodel host`
struct HostCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "host",
        abstract: "Shows what a Linux host is made of, and holds it to a node's requirements.",
        usage: "clustermodel host [<options>]",
        discussion: """
            It reads this host, a captured tree or a topology that hwloc wrote, and changes nothing. Exit status: 0 all critical \
            requirements are met; 1 one is not; 2 the host does not tell one.
            """)

    @Option(help: "Read the captured tree in this folder, which holds sys/ and proc/.", completion: .directory)
    var root: String?

    @Option(
        name: .customLong("hwloc-xml"),
        help: "Read this file, which lstopo --of xml wrote; - is standard input.", completion: .file())
    var hwlocXML: String?

    @Option(
        help: """
            What to hold it to: \(TopologyProfile.builtIn.nameList), or a profile's file in YAML or JSON.
            """, completion: .file())
    var profile: String = "azureLocal23H2"

    @Option(
        help: """
            The interfaces or RDMA devices that carry storage, with commas between them. (default: those of all RDMA \
            adapters)
            """)
    var storage: String?

    @Option(
        help:
            """
            The form of the answer: text, json, svg (the picture), hwloc (an XML document for lstopo), or the findings as sarif, \
            junit or csv.
            """
    )
    var format: Format = .text

    @Option(
        help: "Write the answer to this file, whole or not at all, instead of standard output.", completion: .file())
    var output: String?

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, svg, hwloc, sarif, junit, csv }

    func validate() throws {
        guard root == nil || hwlocXML == nil else { throw ValidationError("--root and --hwloc-xml exclude each other") }
        guard names?.isEmpty != true else {
            throw ValidationError("--storage names no port; leave it out for those of all RDMA adapters")
        }
    }

    func run() throws {
        let resolved = try HostProfile.forHost(profile)
        guard let day = CalendarDate(unixSeconds: Terminal.unixSeconds) else {
            throw ReportedError("the clock of this host is beyond the calendar; set it")
        }
        let (host, tree) = try read()
        let (ports, missing) = host.storagePorts(named: names)
        if let first = missing.first {
            let known = (host.networkInterfaces.elements.map(\.name) + host.rdmaDevices.elements.map(\.name)).prefix(12)
            throw ReportedError(
                "--storage: the host has no interface and no RDMA device \"\(printable(String(first.prefix(64))))\"; it has "
                    + known.joined(separator: ", "))
        }
        let interrupts = tree.map { HostInterrupts(of: ports.compactMap(\.function.value), at: $0) } ?? HostInterrupts()
        let check: HostCheck
        do {
            check = try HostCheck(host, ports, interrupts, by: resolved, on: day)
        } catch let error as ProfileError {
            throw ReportedError("--profile \(profile): \(error)")
        } catch let error as ModelProblem {
            throw ReportedError("the host makes no node of a model: \(error)")
        }
        try write(host, check)
        if check.status != .requirementMet { throw Ended(status: check.status) }
    }

    private var names: [String]? {
        storage.map { text in text.split(separator: ",").map { String($0) }.filter { !$0.isEmpty } }
    }

    /// The host, and the tree that it was read from.
    private func read() throws -> (ObservedHost, HostRoot?) {
        if let hwlocXML {
            let bytes = try InputFile.bytes(of: hwlocXML, limit: 64 << 20)
            do throws(HwlocXMLError) { return (try ObservedHost(hwlocXML: bytes), nil) } catch {
                throw ReportedError("\(InputFile.name(of: hwlocXML)):\(error)")
            }
        }
        guard let root else { return (ObservedHost.read(at: .live), .live) }
        let tree = HostRoot(path: root.hasPrefix("/") ? root : HostRoot.live.absolute("proc/self/cwd/\(root)"))
        guard tree.names(in: "sys") != nil else {
            throw ReportedError("--root \(root): no folder that holds sys/; name the folder of a captured tree")
        }
        return (ObservedHost.read(at: tree), tree)
    }

    private func write(_ host: ObservedHost, _ check: HostCheck) throws {
        let place = AnswerFile(path: output)
        switch format {
        case .json: try place.write(JSONDocument.encode(HostDocument(host, check), schema: HostDocument.schema))
        case .svg: try place.write(host.drawing(metrics: .points(), marks: check.marks).svgText)
        case .hwloc:
            let text: String
            do throws(HwlocExportError) { text = try host.hwlocXML() } catch { throw ReportedError("\(error)") }
            try place.write(text)
        case .sarif: try place.write(check.sarif(file: hwlocXML).text)
        case .junit: try place.write(check.junit(of: host).text)
        case .csv: try place.write(check.csv.text)
        case .text:
            let columns = output == nil ? Terminal.columns(of: .output) : 80
            try place.write(HostText(host, check, width: min(max(columns, 40), 100)).document)
        }
    }
}
#endif
