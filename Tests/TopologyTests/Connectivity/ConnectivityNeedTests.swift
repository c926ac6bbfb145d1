import ClusterCore
import Testing
import Topology

/// Azure/AzureStack-Tools, HCI/…-hci-endpoints.md in the state of 2025-11-27, as counted by hand from the pages.
@Suite struct `Required endpoints` {
    private func all(_ region: AzureRegion) throws -> [Endpoint] {
        try ConnectivityNeed(
            region: region, features: [.secrets, .events, .updates, .windowsAdminCenter, .arcGateway, .defender]
        )
        .endpoints()
    }

    @Test(
        arguments: [
            (.eastUS, 83), (.westEurope, 80), (.australiaEast, 79), (.canadaCentral, 80), (.centralIndia, 79),
            (.japanEast, 80), (.southCentralUS, 80), (.southeastAsia, 80),
        ] as [(AzureRegion, Int)])
    func `AL-101 the list of a region has as many rows as its page`(region: AzureRegion, count: Int) throws {
        #expect(try all(region).count == count)
    }

    @Test func `the list of US Gov Virginia has 80 rows, one of them the witness`() throws {
        #expect(try all(.usGovVirginia).count == 79)
        #expect(
            try ConnectivityNeed(
                region: .usGovVirginia,
                features: [.secrets, .events, .updates, .windowsAdminCenter, .arcGateway, .defender, .cloudWitness]
            ).endpoints().count == 80)
    }

    @Test func `East US asks for so many rows by component`() throws {
        let tally = Dictionary(grouping: try all(.eastUS), by: \.component).mapValues(\.count)
        #expect(
            tally == [
                .kubernetes: 21, .resourceBridge: 11, .arcAgent: 9, .monitoring: 9, .certificates: 8,
                .authentication: 7, .deployment: 7, .billing: 4, .benefits: 2, .arcGateway: 1, .windowsAdminCenter: 1,
                .management: 1, .defender: 1, .update: 1,
            ])
    }

    @Test func `AL-101 the lists use 443, 80, 123 and 8084, and only the time is UDP`() throws {
        for region in AzureRegion.allCases {
            let ports = Set(try all(region).map(\.port))
            #expect(ports == [443, 80, 123, 8084])
            #expect(try all(region).filter { $0.transport == .udp }.map(\.address) == ["time.windows.com:123"])
            #expect(try all(region).filter { $0.port == 8084 }.count == 1)
        }
    }

    @Test func `East US asks over port 80 for revocation lists and the connection test`() throws {
        let hosts = Set(
            try all(.eastUS).filter { $0.port == 80 }.map { $0.hostText + ($0.path.map { "/\($0)" } ?? "") })
        #expect(
            hosts == [
                "crl3.digicert.com", "crl4.digicert.com", "crl.microsoft.com/pkiinfra", "oneocsp.microsoft.com",
                "ts-crl.ws.symantec.com", "ts-ocsp.ws.symantec.com", "s.symcd.com", "ocsp.digicert.com",
                "ocsp.globalsign.com", "ocsp2.globalsign.com", "www.msftconnecttest.com/connecttest.txt",
            ])
    }

    @Test func `from East US to West Europe seven hosts change and three rows go`() throws {
        let difference = EndpointDifference(from: try all(.eastUS), to: try all(.westEurope))
        #expect(difference.added == [])
        #expect(
            Set(difference.removed) == [
                "raw.githubusercontent.com:443", "westeurope.data.mcr.microsoft.com:443",
                "westus-shared.prod.warm.ingest.monitor.core.windows.net:443",
            ])
        let hosts = difference.changed.filter { $0.from.contains { $0.hasPrefix("host ") } }
        #expect(hosts.count == 7)
        #expect(hosts.contains { $0.from == ["host eus.his.arc.azure.com"] && $0.to == ["host weu.his.arc.azure.com"] })
    }

    @Test func `AL-104 a disconnected cluster needs no endpoint`() throws {
        for mode in [ControlPlaneMode.disconnected, .portableMedia] {
            for catalogue in EndpointCatalogue.allCases {
                let need = ConnectivityNeed(
                    catalogue: catalogue, mode: mode, features: Set(ConnectivityFeature.allCases),
                    usesArcGateway: false,
                    vendor: .dell)
                #expect(try need.endpoints() == [])
            }
        }
    }

    /// Microsoft, disconnected-operations-network, 2025-03-19.
    @Test func `AL-104 diagnostics of a disconnected cluster need eight hosts`() throws {
        let found = try ConnectivityNeed(mode: .disconnectedDiagnostics).endpoints()
        #expect(
            Set(found.map(\.hostText)) == [
                "gcs.prod.monitoring.core.windows.net", "*.prod.warm.ingest.monitor.core.windows.net",
                "login.windows.net", "login.microsoftonline.com", "pas.windows.net", "management.azure.com",
                "*.his.arc.azure.com", "*.guestconfiguration.azure.com",
            ])
        #expect(found.count == 8)
    }

    @Test func `AL-98 AL-105 a link that is opened for updates needs the hosts of updates alone`() throws {
        for catalogue in EndpointCatalogue.allCases {
            let found = try ConnectivityNeed(catalogue: catalogue, mode: .periodicLink).endpoints()
            #expect(
                found.map(\.address) == [
                    "*.download.microsoft.com:443", "*.windowsupdate.com:443", "*.delivery.mp.microsoft.com:443",
                ])
            #expect(found.allSatisfy { $0.phases == [.update] })
        }
    }

    @Test(arguments: [
        (
            96,
            [
                "management.azure.com", "login.microsoftonline.com", "*.his.arc.azure.com",
                "*.guestconfiguration.azure.com",
            ]
        ),
        (97, ["*.ods.opinsights.azure.com", "*.oms.opinsights.azure.com", "*.monitoring.azure.com"]),
        (98, ["*.download.microsoft.com", "*.windowsupdate.com", "*.delivery.mp.microsoft.com"]),
        (99, ["*.backup.windowsazure.com", "*.blob.core.windows.net"]),
        (100, ["*.vault.azure.net", "*.servicebus.windows.net"]),
    ])
    func `AL-96 AL-97 AL-98 AL-99 AL-100 the architecture's list`(item: Int, hosts: [String]) throws {
        let need = ConnectivityNeed(catalogue: .architecture, features: Set(ConnectivityFeature.allCases))
        let found = try need.endpoints().filter { $0.source.architecture.contains(item) }
        #expect(found.map(\.hostText) == hosts)
        #expect(found.allSatisfy { $0.port == 443 && $0.transport == .tcp })
        #expect(try need.endpoints().count == 14)
    }

    @Test func `AL-97 AL-99 services that the lists leave out come from the architecture when they are asked for`()
        throws
    {
        let plain = try ConnectivityNeed().endpoints()
        let more = try ConnectivityNeed(features: [.updates, .secrets, .events, .windowsAdminCenter, .monitor, .backup])
            .endpoints()
        let added = EndpointDifference(from: plain, to: more).added
        #expect(
            added == [
                "*.ods.opinsights.azure.com:443", "*.oms.opinsights.azure.com:443", "*.monitoring.azure.com:443",
                "*.backup.windowsazure.com:443",
            ])
    }

    @Test func `an Arc gateway leaves what it does not carry, and itself`() throws {
        let release = try AzureLocalRelease(parsing: "2503")
        let with = try ConnectivityNeed(release: release, usesArcGateway: true, names: [.arcGateway: "contoso"])
            .endpoints()
        #expect(
            with.allSatisfy {
                $0.gateway == .no || $0.gateway == .registrationRequired || $0.template.hasPrefix("raw.")
            })
        #expect(with.contains { $0.address == "contoso.gw.arc.azure.com:443" })
        #expect(with.contains { $0.address == "management.azure.com:443" })
        #expect(!with.contains { $0.address == "mcr.microsoft.com:443" })
        // 2408 does not carry what 2411 and 2503 do.
        let older = try ConnectivityNeed(release: AzureLocalRelease(parsing: "2408"), usesArcGateway: true).endpoints()
        #expect(older.contains { $0.address == "msk8s.api.cdp.microsoft.com:443" })
        #expect(older.contains { $0.address == "download.microsoft.com:443" })
        #expect(throws: TopologyError.self) { try ConnectivityNeed(usesArcGateway: true).endpoints() }
    }

    @Test func `2504 and later do without raw githubusercontent com`() throws {
        func has(_ release: String?) throws -> Bool {
            try ConnectivityNeed(release: try release.map { try AzureLocalRelease(parsing: $0) }).endpoints()
                .contains { $0.template == "raw.githubusercontent.com" }
        }
        #expect(try has(nil))
        #expect(try has("2503"))
        #expect(try !has("2504"))
    }

    @Test(arguments: ["deploy", "run", "update"])
    func `a phase leaves out what the others need`(phase: String) throws {
        let only = try #require(EndpointPhase(rawValue: phase))
        let found = try ConnectivityNeed(features: Set(ConnectivityFeature.allCases), phases: [only]).endpoints()
        #expect(found.contains { $0.address == "eastus.login.microsoft.com:443" } == (only == .deploy))
        #expect(found.contains { $0.address == "eastus.obo.arc.azure.com:8084" } == (only != .deploy))
        #expect(found.contains { $0.component == .windowsAdminCenter } == (only != .deploy))
    }

    /// Azure/AzureStack-Tools, HCI/OEMEndpoints, 2025-03-19: lists of two to five rows.
    @Test(arguments: [(.dataON, 3), (.dell, 4), (.hitachi, 2), (.hpe, 5), (.lenovo, 4)] as [(HardwareVendor, Int)])
    func `a vendor's updates need what its list says`(vendor: HardwareVendor, count: Int) throws {
        let with = try ConnectivityNeed(vendor: vendor).endpoints().filter { $0.component == .hardwareVendor }
        // Two rows of Dell's are in the region's list already.
        #expect(with.count == (vendor == .dell ? count - 2 : count))
    }

    @Test func `a name that is no label is refused`() throws {
        for name in ["a.b", "*", "", "a b", "-a"] {
            #expect(throws: TopologyError.self) { try ConnectivityNeed(names: [.keyVault: name]).endpoints() }
        }
    }

    @Test func `every endpoint names its source with a date or an item`() throws {
        for region in AzureRegion.allCases {
            for endpoint in try ConnectivityNeed(
                region: region, features: Set(ConnectivityFeature.allCases), vendor: .hpe
            ).endpoints() {
                #expect(endpoint.source.date != nil || !endpoint.source.architecture.isEmpty)
            }
        }
    }

    /// Microsoft, firewall-requirements.
    @Test func `the ports between machines`() {
        let ports = Set(InternalPort.all(usesIWARP: true).flatMap(\.ports))
        #expect(ports.isSuperset(of: [445, 135, 137, 3343, 5445, 5985, 5986, 6600, 2179, 30301, 9389]))
        #expect(!InternalPort.all(usesIWARP: false).contains { $0.ports.contains(5445) })
        #expect(InternalPort.all(usesIWARP: false).map(\.dynamicPorts).max() == 100)
        #expect(Set(InternalPort.all(usesIWARP: false).filter { $0.ports == [3343] }.map(\.transport)) == [.udp, .tcp])
    }
}
