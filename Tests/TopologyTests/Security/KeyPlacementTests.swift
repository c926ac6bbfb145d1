import ClusterCore
import Testing
import Topology

@Suite struct `Keys and where they live` {
    private func places(_ source: KeyPlacement.Source, _ mode: ControlPlaneMode, exported: Bool = false) -> [ClusterKey:
        Set<KeyPlace>]
    {
        Dictionary(
            KeyPlacement.all(by: source, mode: mode, isExported: exported).map { ($0.key, $0.places ?? []) },
            uniquingKeysWith: { $0.union($1) })
    }

    @Test func `AL-65 the architecture keeps keys in the TPM and recovery keys in the cloud, or by hand`() {
        let connected = places(.architecture, .connected)
        #expect(connected[.systemVolume] == [.tpm] && connected[.dataVolume] == [.tpm])
        #expect(connected[.dataVolumeRecovery] == [.cloud])
        let alone = places(.architecture, .disconnected)
        #expect(alone[.dataVolumeRecovery] == [])
        #expect(places(.architecture, .disconnected, exported: true)[.dataVolumeRecovery] == [.safe])
        #expect(
            KeyPlacement.all(by: .architecture, mode: .disconnected).filter(\.isByHand).map(\.key) == [
                .systemVolumeRecovery, .dataVolumeRecovery,
            ])
    }

    /// Microsoft, manage-bitlocker, 2026-04-22.
    @Test func `AL-63 Microsoft keeps keys of data volumes on the owner node and recovery passwords in the directory`()
    {
        for mode in ControlPlaneMode.allCases {
            let found = places(.azureLocal, mode)
            #expect(found[.systemVolume] == [.tpm])
            #expect(found[.dataVolume] == [.ownerNode])
            #expect(found[.dataVolumeRecovery] == [.directory])
            #expect(found[.internalCertificates] == [.certificateStore])
            #expect((found[.deploymentSecrets] == [.cloud]) == mode.isConnected)
        }
        #expect(places(.azureLocal, .connected, exported: true)[.dataVolumeRecovery] == [.directory, .cloud])
        #expect(places(.azureLocal, .portableMedia, exported: true)[.dataVolumeRecovery] == [.directory, .safe])
    }

    @Test func `AL-65 nothing lives in a cloud without one`() {
        for source in KeyPlacement.Source.allCases {
            for mode in ControlPlaneMode.allCases where !mode.isConnected {
                for exported in [true, false] {
                    #expect(
                        !KeyPlacement.all(by: source, mode: mode, isExported: exported).contains {
                            $0.places?.contains(.cloud) == true
                        })
                }
            }
        }
    }

    @Test func `AL-65 what the loss of a place costs`() {
        let microsoft = KeyPlacement.all(by: .azureLocal, mode: .connected)
        #expect(KeyLoss(of: [.tpm], from: microsoft).needsRecovery == [.system])
        #expect(KeyLoss(of: [.ownerNode], from: microsoft).needsRecovery == [.data])
        #expect(KeyLoss(of: [.directory], from: microsoft).lost == [])
        // With the cluster and the directory gone nothing opens it, unless keys were exported.
        #expect(KeyLoss(of: [.tpm, .ownerNode, .directory], from: microsoft).lost == [.system, .data])
        let exported = KeyPlacement.all(by: .azureLocal, mode: .disconnected, isExported: true)
        #expect(KeyLoss(of: [.tpm, .ownerNode, .directory], from: exported).needsRecovery == [.system, .data])
        // A disconnected cluster by the architecture, whose keys nobody backed up.
        let alone = KeyPlacement.all(by: .architecture, mode: .disconnected)
        #expect(KeyLoss(of: [.tpm], from: alone).lost == [.system, .data])
        #expect(KeyLoss(of: [], from: alone).lost == [])
    }

    @Test func `AL-65 a volume that is not encrypted is never shut, and a key nobody knows of opens none`() {
        func loss(_ controls: [SecurityControl: ControlState?], of places: Set<KeyPlace> = []) -> KeyLoss {
            let posture = SecurityPosture(mode: .connected, controls: controls.mapValues { ControlObservation($0) })
            return KeyLoss(of: places, from: KeyPlacement.all(by: .azureLocal, of: posture))
        }
        let plain: [SecurityControl: ControlState?] = [
            .encryptedSystemVolumes: .off, .encryptedDataVolumes: .off,
        ]
        #expect(loss(plain, of: Set(KeyPlace.allCases)).lost == [])
        #expect(loss([:]).lost == [.system, .data])
        let system: [SecurityControl: ControlState?] = [
            .encryptedSystemVolumes: .on, .encryptedDataVolumes: .off, .tpm2: .on, .recoveryKeysBackedUp: .on,
        ]
        #expect(loss(system).needsRecovery == [] && loss(system).lost == [])
        #expect(loss(system, of: [.tpm]).needsRecovery == [.system])
        #expect(loss(system, of: [.tpm, .directory]).lost == [.system])
        // Nobody backed the recovery key up.
        #expect(loss(system.merging([.recoveryKeysBackedUp: .off]) { $1 }, of: [.tpm]).lost == [.system])
    }

    @Test func `AL-65 more loss never opens more`() {
        func subsets(_ places: [KeyPlace]) -> [Set<KeyPlace>] {
            places.reduce([[]]) { sets, place in sets + sets.map { $0.union([place]) } }
        }
        for source in KeyPlacement.Source.allCases {
            for mode in ControlPlaneMode.allCases {
                let placements = KeyPlacement.all(by: source, mode: mode)
                for places in subsets(KeyPlace.allCases) {
                    let here = Set(KeyLoss(of: places, from: placements).lost)
                    for more in KeyPlace.allCases {
                        #expect(Set(KeyLoss(of: places.union([more]), from: placements).lost).isSuperset(of: here))
                    }
                }
            }
        }
    }

    @Test func `AL-65 AL-69 AL-72 AL-73 AL-74 without a cloud people do what it did`() {
        #expect(DisconnectionConsequence.all(in: .connected) == [])
        for mode in ControlPlaneMode.allCases where !mode.isConnected {
            let controls = Set(DisconnectionConsequence.all(in: mode).map(\.control))
            #expect(controls.isSuperset(of: SecurityControl.allCases.filter { !$0.applies(in: mode) }))
            #expect(controls.isSuperset(of: [.recoveryKeysBackedUp, .regularUpdates]))
        }
    }
}

@Suite struct `What leaves the premises` {
    private func report(_ need: ConnectivityNeed, replicates: Bool = false) throws -> SovereigntyReport {
        try SovereigntyReport(of: need, replicatesToCloud: replicates)
    }

    @Test func `AL-76 AL-81 workloads' data stays unless somebody chooses a service that takes it`() throws {
        for catalogue in EndpointCatalogue.allCases {
            for region in AzureRegion.allCases {
                let plain = try report(ConnectivityNeed(catalogue: catalogue, region: region))
                #expect(!plain.leaving.contains(.workloadData) && !plain.leaving.contains(.backups))
            }
        }
        let backup = try report(ConnectivityNeed(features: [.backup]))
        #expect(backup.rows.filter { $0.departure == .byChoice }.map(\.data) == [.workloadData, .backups])
        #expect(try report(ConnectivityNeed(), replicates: true).leaving.contains(.workloadData))
    }

    @Test func `AL-77 AL-81 connected, inventory, identities, telemetry and billing leave always`() throws {
        let rows = try report(ConnectivityNeed()).rows
        let always = rows.filter { $0.departure == .always }.map(\.data)
        #expect(
            Set(always) == [
                .inventory, .identities, .telemetry, .billing, .policyState, .secrets, .updateRequests, .publicLookups,
            ])
        #expect(rows.filter { $0.departure == .always }.allSatisfy { !$0.endpoints.isEmpty })
    }

    /// Microsoft, azure-arc/servers, network-requirements: what each host is for. AL-99 names both of backup's.
    @Test func `AL-81 AL-99 data goes to the hosts that its service has, not to all of the same part`() throws {
        for region in [AzureRegion.eastUS, .usGovVirginia] {
            let rows = try report(ConnectivityNeed(region: region, features: [.backup])).rows
            func hosts(_ data: DataCategory) -> [String] {
                rows.first { $0.data == data }?.endpoints.map(\.hostText) ?? []
            }
            for data in [DataCategory.identities, .policyState, .inventory] {
                #expect(!hosts(data).contains("download.microsoft.com"), "\(data)")
            }
            #expect(hosts(.policyState).allSatisfy { $0.contains("configuration.azure.") } && hosts(.policyState) != [])
            #expect(hosts(.identities).contains("pas.windows.net"))
            #expect(!hosts(.telemetry).contains { $0.hasPrefix("billing.") || $0.hasPrefix("licensing.") })
            #expect(hosts(.updateRequests).contains("download.microsoft.com"))
            #expect(hosts(.workloadData) == hosts(.backups))
            // The government's list has no backup.
            guard region == .eastUS else { continue }
            #expect(
                Set(hosts(.workloadData)).isSuperset(of: ["*.backup.windowsazure.com", "*.blob.core.windows.net"]))
        }
        // Without backup the same host fetches packages alone.
        let plain = try report(ConnectivityNeed()).rows.first { $0.data == .workloadData }
        #expect(plain?.endpoints == [])
    }

    @Test func `AL-74 AL-84 AL-85 services that are chosen take their data along`() throws {
        let found = try report(ConnectivityNeed(features: [.monitor, .defender, .cloudWitness]))
        #expect(
            Set(found.rows.filter { $0.departure == .byChoice }.map(\.data)) == [
                .metricsAndLogs, .securityEvents, .witness,
            ])
    }

    @Test func `AL-81 AL-104 disconnected nothing leaves, whatever is chosen`() throws {
        for mode in [ControlPlaneMode.disconnected, .portableMedia] {
            let found = try report(
                ConnectivityNeed(mode: mode, features: Set(ConnectivityFeature.allCases)), replicates: true)
            #expect(found.leaving == [])
            #expect(found.findings(mayLeave: []) == [])
        }
    }

    @Test func `AL-105 a link for updates tells which updates are fetched, diagnostics tell more`() throws {
        #expect(try report(ConnectivityNeed(mode: .periodicLink)).leaving == [.updateRequests])
        let diagnostics = try report(ConnectivityNeed(mode: .disconnectedDiagnostics))
        #expect(Set(diagnostics.leaving) == [.telemetry, .inventory, .identities, .policyState])
        #expect(diagnostics.rows.allSatisfy { $0.departure != .always })
    }

    @Test func `AL-81 data that may not leave is told`() throws {
        let found = try report(ConnectivityNeed(features: [.backup]))
        let findings = found.findings(mayLeave: Set(DataCategory.allCases).subtracting([.backups, .telemetry]))
        #expect(findings.map(\.subject) == ["data:backups", "data:telemetry"])
        #expect(findings.map(\.severity) == [.critical, .warning])
        #expect(found.findings(mayLeave: Set(DataCategory.allCases)) == [])
    }

    @Test func `AL-81 every endpoint carries some kind of data, in every region`() throws {
        for region in AzureRegion.allCases {
            let need = ConnectivityNeed(region: region, features: Set(ConnectivityFeature.allCases), vendor: .hpe)
            let carried = Set(try report(need).rows.flatMap(\.endpoints))
            #expect(carried == Set(try need.endpoints()))
        }
    }

    @Test func `AL-93 AL-98 AL-100 AL-117 each row says where it is written`() throws {
        for mode in ControlPlaneMode.allCases {
            for row in try report(ConnectivityNeed(mode: mode)).rows {
                #expect(row.reference.architecture.contains(81))
            }
        }
        let rows = try report(ConnectivityNeed()).rows
        #expect(rows.first { $0.data == .backups }?.reference.architecture == [93, 117, 81])
    }
}
