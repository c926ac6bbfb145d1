import ClusterCore
import ConsoleIO
import Reports
import Topology

// MARK: For people

extension NetworkDocument {
    var text: TextDocument {
        var document = TextDocument()
        for cluster in clusters {
            document.add(.heading("Network of cluster \(cluster.cluster)"))
            guard let plan = cluster.plan else {
                document.add(.paragraph("No plan can be made; see the findings.", tone: .bad))
                continue
            }
            plan.add(to: &document)
        }
        if !findings.isEmpty {
            document.add(.heading("Findings by \(profile)"))
            document.add(.findings(findings))
        }
        document.add(.heading("Outcome"))
        switch status {
        case .requirementMet:
            document.add(.paragraph("PLANNED from what the model says", tone: .good))
        case .requirementNotMet:
            document.add(.paragraph("NOT MET: see the critical findings", tone: .bad))
        default:
            document.add(
                .paragraph("UNDETERMINED: the plan rests on what the model leaves open", tone: .warning))
        }
        document.add(
            .paragraph("--format linux, network_atc or nxos writes the settings of hosts and switches.", tone: .faint))
        return document
    }

    /// Settings alone, as one types them, with what there is to say as comments before them.
    func script(
        _ comment: String, _ device: String?, _ devices: (Settings) -> [Device]
    ) throws -> String {
        var lines: [String] = []
        for finding in findings {
            let words =
                "\(finding.severity.rawValue) \(finding.rule) \(finding.subject): required "
                + "\(finding.required.map { "\($0)" } ?? "-"), "
                + "measured \(finding.measured.map { "\($0)" } ?? "not known"); \(finding.remedy ?? "")"
            lines.append("\(comment) \(printable(words))")
        }
        var known: [String] = []
        for cluster in clusters {
            guard let settings = cluster.plan?.settings else { continue }
            for one in devices(settings) {
                known.append(one.name)
                guard device == nil || one.name.isEmpty || one.name == device else { continue }
                lines.append("\(comment) \(one.name.isEmpty ? "cluster \(cluster.cluster)" : one.name)")
                lines += one.lines
            }
        }
        if let device, !known.contains(device), !known.contains("") {
            throw ReportedError(
                "--device: there are no such settings of \"\(printable(device))\"; there are those of "
                    + (known.isEmpty ? "none" : known.joined(separator: ", ")))
        }
        return lines.map { $0 + "\n" }.joined()
    }
}

extension NetworkDocument.Plan {
    fileprivate func add(to document: inout TextDocument) {
        var facts: [TextDocument.Fact] = [
            .init("hosts", zones == 2 ? "\(nodes), in two zones" : "\(nodes)"),
            .init("adapters", option.rawValue.replacing("_", with: " ")),
            .init("storage", storage),
            .init("RDMA", rdma.map { $0 == .roce ? "RoCE v2" : $0 == .iwarp ? "iWARP" : "InfiniBand" } ?? "none"),
            .init(
                "ports",
                "\(ports.node) a host, \(ports.tor) a top-of-rack switch, \(ports.management) of management's switch"),
            .init(
                "addresses",
                "\(addresses.management) of management and \(addresses.storage) of storage, "
                    + (addresses.provider > 0 ? "\(addresses.provider) of providers, " : "") + services),
        ]
        if let bandwidth {
            facts.append(
                .init(
                    "bandwidth",
                    "SMB \(rate(bandwidth.reserved)) of \(rate(bandwidth.team)): storage \(rate(bandwidth.storage)), "
                        + "live migration \(rate(bandwidth.liveMigration)) "
                        + "(\(bandwidth.migratesOverRDMA && rdma != nil ? "RDMA" : "compressed")), "
                        + "heartbeats \(rate(bandwidth.heartbeat))"))
        }
        if let roomBandwidth, roomLinks?.needsRoomLink != false {
            facts.append(.init("between rooms", "\(rate(roomBandwidth)) at least"))
        }
        if let roomLinks {
            facts.append(
                .init(
                    "room links",
                    "option \(roomLinks.option.rawValue): \(roomLinks.switches) switches carry storage"
                        + (roomLinks.needsRoomLink ? "" : ", and no link between the rooms does")
                        + (roomLinks.singlePointOfFailure ? "; one that fails takes its zone" : ""),
                    tone: roomLinks.singlePointOfFailure ? .warning : .normal))
        }
        document.add(.facts(facts))

        var table = TextTable(columns: [.init("intent"), .init("carries"), .init("adapters"), .init("team")])
        for intent in intents {
            table.add([
                .init(intent.name), .init(intent.roles.map(\.rawValue).joined(separator: ", ")),
                .init(intent.adapters.map { "\($0)" }.joined(separator: ", ")), .init(intent.team ? "yes" : "no"),
            ])
        }
        document.add(.heading("Intents"))
        document.add(.table(table))

        if !storageNetworks.isEmpty {
            var networks = TextTable(columns: [.init("network"), .init("VLAN"), .init("subnet"), .init("hosts")])
            for network in storageNetworks {
                let hosts = network.ports.map(\.node)
                let words =
                    switched == true
                    ? "\(hosts.first ?? 0) to \(hosts.last ?? 0)" : hosts.map { "\($0)" }.joined(separator: " and ")
                networks.add([
                    .init("\(network.number)"), .init("\(network.vlan)"), .init(network.subnet), .init(words),
                ])
            }
            document.add(.heading("Storage networks"))
            document.add(.table(networks))
        }
        if let classes {
            var table = TextTable(
                columns: [.init("class"), .init("priority"), .init("share"), .init("priority flow control")])
            for one in classes {
                table.add([
                    .init(one.kind.rawValue), .init("\(one.priority)"), .init("\(one.percent) %"),
                    .init(one.lossless ? "on" : "off"),
                ])
            }
            document.add(.heading("Traffic classes"))
            document.add(.table(table))
        }
        document.add(.heading("What switches must be able to do"))
        document.add(
            .facts(
                switchCapabilities.map { need in
                    .init(
                        need.role.rawValue,
                        need.capabilities.map { $0.rawValue.replacing("_", with: " ") }.joined(separator: ", "))
                }))
    }

    private var storage: String {
        guard let storageRate, let frame else { return "outside of the hosts, not planned here" }
        if nodes == 1 { return "none goes over the network" }
        let way = switched == true ? "over switches" : "from host to host, without a switch"
        return "\(way), \(ports.storage) ports of \(rate(storageRate)) a host, frames of \(frame) bytes"
    }

    private var services: String {
        switch addresses.services {
        case .none: "without software-defined networking"
        case .microsegmentation: "with microsegmentation"
        case .sdn: "with software-defined networking"
        }
    }

    private func rate(_ bits: UInt64) -> String { "\(BitRate(bitsPerSecond: bits).decimalText)" }
}
