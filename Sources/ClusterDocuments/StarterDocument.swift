/// A document to start from: equal nodes in one rack, complete and without findings by the profile that it names.
///
/// Whoever plans a cluster changes it line by line, and checks after each change.
public enum StarterDocument {
    /// How many nodes it can be written for.
    public static let nodes = 1...16

    /// The YAML text for so many nodes; two of them have storage without a switch. `nil` outside ``nodes``.
    public static func text(nodes count: Int) -> String? {
        guard nodes.contains(count) else { return nil }
        let isSwitchless = count == 2
        // What all nodes and switches draw at most, in whole kilowatts, for either side alone.
        let kilowatts = (count * 900 + 650 + 999) / 1000
        let name = count == 1 ? "one-node" : "\(count)-nodes"
        let head = """
            # \(count == 1 ? "One node" : "\(count) equal nodes") in one rack\(isSwitchless ? ", storage without a switch" : ""). Change it to what you have, then: clustermodel check FILE
            schema: clustermodel.cluster/1
            name: \(name)
            profile: azureLocal23H2
            production: true
            sites:
              - {name: main, ambient: {lowest: 18C, highest: 27C}, separate_aisles: true, monitors: [temperature, humidity],
                 links: {corporate: true, internet: true, out_of_band: true, wan: 100Mbps, region_round_trip: 40ms}}
            racks:
              - {name: rack1, site: main, units: 42, airflow: front_to_back, cables_leave_airflow: true, reserved_units: 4}
            power:
              feeds: [feed-a, feed-b]
              ups:
                - {name: ups-a, source: feed-a, capacity: \(kilowatts)kW, runtime: 20m}
                - {name: ups-b, source: feed-b, capacity: \(kilowatts)kW, runtime: 20m}
              pdus:
                - {name: pdu-a, source: ups-a, capacity: \(kilowatts)kW, monitored: true}
                - {name: pdu-b, source: ups-b, capacity: \(kilowatts)kW, monitored: true}
            switches:
              - {names: [tor1, tor2], role: top_of_rack, vendor: NVIDIA, rack: rack1, unit: 40, height: 1, ports: 48, rate: 25Gbps,
                 line_rate: true, latency: 1us, mtu: 9216, airflow: front_to_back, draw: {most: 250W}, supplies: [pdu-a, pdu-b],
                 capabilities: [layer_2, layer_3, vlan, lacp, lldp, dhcp_relay, rdma, pfc, ets, ecn]}
              - {names: [mgmt1], role: management, vendor: Dell, rack: rack1, unit: 42, height: 1, ports: 48, rate: 1Gbps,
                 airflow: front_to_back, draw: {most: 150W}, supplies: [pdu-a, pdu-b], capabilities: [layer_2, layer_3, vlan, lacp, lldp]}

            """
        let memory = count == 1 ? 256 : 512
        let template = """
            templates:
              node:
                vendor: Dell
                model: PowerEdge R760
                validated: true
                height: 2
                airflow: front_to_back
                processor: {family: Intel Xeon Scalable, sockets: 2, cores: 16,
                            features: [x86_64, virtualization, slat, io_virtualization, no_execute]}
                memory: {size: \(memory)GB, ecc: true}
                drives: {system: 2x480GB:ssd, system_mirrored: true, cache: none, capacity: 6x3.84TB:nvme, controller: hba, power_loss_protection: true}
                adapters:
                  - {name: storage, ports: 2, cards: 2, rate: 25Gbps, rdma: roce_v2, vendor: NVIDIA, carries: [storage, cluster],
                     dcb: {pfc_priority: 3, reservation: 50%}, mtu: 9014}
                  - {name: lan, ports: 2, cards: 2, rate: 25Gbps, rdma: none, vendor: Intel, carries: [management, compute]}
                supplies: 2
                draw: {typical: 500W, most: 900W}
                firmware: {uefi: 2.7, secure_boot: true}
                tpm: 2.0
                bmc: iDRAC9

            """
        let storage = isSwitchless ? "mesh" : "[tor1, tor2]"
        let witness = count == 1 ? "none" : "cloud"
        let affinity = count == 1 ? "none" : "different_nodes"
        let cluster = """
            clusters:
              - name: c1
                kind: hyperconverged
                nodes:
                  - {template: node, count: \(count), prefix: node, rack: rack1, unit: 1, supplies: [pdu-a, pdu-b],
                     cabling: {storage: \(storage), lan: [tor1, tor2], bmc: [mgmt1]}}
                witness: {kind: \(witness)}
                network: {teaming: switch_embedded, vlans: {management: [10], compute: [100], storage: [711, 712]}}
                workloads:
                  - {name: web, count: \(count), processors: 4, memory: 32GB, affinity: \(affinity)}
                host_memory: 48GB
                shutdown: 10m
                control_plane: {mode: connected}
                updates: {by: cloud, every: 30d, rolling: true, rollback: true}
                backups: [{kind: cloud_backup, recovery_point: 24h, recovery_time: 8h, tested_every: 30d}]

            """
        return head + template + cluster
    }
}
