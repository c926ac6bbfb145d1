import ClusterCore
import StorageMath

extension NetworkPlan {
    /// What an operator types in PowerShell to have Network ATC set up every host: an intent for each group of adapters, with
    /// overrides where the plan differs from Network ATC's defaults (Microsoft, network-atc and manage-network-atc, 2024-11-13).
    ///
    /// One host has no storage network and still has its intents. Live migration's transport and limit follow from the
    /// bandwidth (Microsoft, host-network-requirements, 2025-08-25); the limit is in plain bytes, since `750MB` means
    /// 786,432,000 to PowerShell.
    /// - Parameter adapters: the names of a host's adapters in their order, the same on all hosts; `nil` names them pNIC01
    ///   and so on.
    /// - Throws: where the names are not as many as the adapters, are empty, too long or no printable text.
    public func networkATCCommands(adapters: [String]? = nil) throws(TopologyError) -> [String] {
        let count = intents.map(\.adapters.count).reduce(0, +)
        let names = adapters ?? (1...count).map { $0 < 10 ? "pNIC0\($0)" : "pNIC\($0)" }
        guard names.count == count else {
            throw TopologyError(
                "adapters of a host", names.joined(separator: ", "), bound: "\(count) of them",
                remedy: "name each adapter, in the order of the intents")
        }
        for (index, name) in names.enumerated() {
            guard (1...256).contains(name.utf8.count),
                name.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value != 127 })
            else {
                throw TopologyError(
                    "name of adapter \(index + 1)", name, bound: "a printable name of at most 256 bytes",
                    remedy: "write the name that Get-NetAdapter shows")
            }
        }
        var commands: [String] = []
        for intent in intents { commands += self.commands(for: intent, names: intent.adapters.map { names[$0 - 1] }) }
        if demand.nodes > 1, let bandwidth { commands += migrationCommands(bandwidth) }
        return commands
    }

    private func commands(for intent: NetworkIntent, names: [String]) -> [String] {
        var overrides: [String] = []
        var parameters = TrafficRole.allCases.filter(intent.roles.contains).map { role in
            " -" + role.rawValue.prefix(1).uppercased() + role.rawValue.dropFirst()
        }.joined()
        parameters += " -AdapterName " + names.map(NetworkPlan.quoted).joined(separator: ", ")
        if intent.roles.contains(.management), let vlan = demand.managementVLAN {
            parameters += " -ManagementVlan \(vlan)"
        }
        if intent.roles.contains(.storage), demand.nodes > 1 {
            if demand.storageVLANs != nil || !cables.isEmpty {
                parameters += " -StorageVlans " + storageVlans.map(String.init).joined(separator: ", ")
            }
            overrides += storageOverrides(&parameters)
        }
        return overrides + ["Add-NetIntent -Name \(intent.name)\(parameters)"]
    }

    /// The VLANs in the order of a host's storage adapters.
    private var storageVlans: [Int] {
        let isOneForAll = !cables.isEmpty && Set(storageNetworks.map(\.vlan)).count == 1
        return isOneForAll ? [storageNetworks[0].vlan] : storageNetworks.map(\.vlan)
    }

    private func storageOverrides(_ parameters: inout String) -> [String] {
        var commands: [String] = []
        let usual = TrafficClassChoice()
        if let classes, demand.classes != usual {
            commands += [
                "$QosOverride = New-NetIntentQosPolicyOverrides",
                "$QosOverride.PriorityValue8021Action_SMB = \(classes[.storage].priority)",
                "$QosOverride.PriorityValue8021Action_Cluster = \(classes[.cluster].priority)",
                "$QosOverride.BandwidthPercentage_SMB = \(classes[.storage].percent)",
            ]
            parameters += " -QosPolicyOverrides $QosOverride"
        }
        commands += [
            "$AdapterOverride = New-NetIntentAdapterPropertyOverrides",
            "$AdapterOverride.JumboPacket = \(demand.jumbo.rawValue)",
        ]
        switch demand.rdma {
        // The codes of the adapter's property: iWARP 1, RoCE v2 4 (microsoft/Validate-DCB).
        case .iwarp: commands.append("$AdapterOverride.NetworkDirectTechnology = 1")
        case .roce: commands.append("$AdapterOverride.NetworkDirectTechnology = 4")
        case .infiniband: break
        case nil: commands.append("$AdapterOverride.NetworkDirect = 0")
        }
        parameters += " -AdapterPropertyOverrides $AdapterOverride"
        if !cables.isEmpty {
            // Addresses follow from the cables, so Network ATC must not make up its own.
            commands += [
                "$StorageOverride = New-NetIntentStorageOverrides",
                "$StorageOverride.EnableAutomaticIPGeneration = $false",
            ]
            parameters += " -StorageOverrides $StorageOverride"
        }
        return commands
    }

    private func migrationCommands(_ bandwidth: HostBandwidth) -> [String] {
        guard bandwidth.migratesOverRDMA, demand.rdma != nil else {
            return ["Set-VMHost -VirtualMachineMigrationPerformanceOption Compression"]
        }
        return [
            "Set-VMHost -VirtualMachineMigrationPerformanceOption SMB",
            "Set-SmbBandwidthLimit -Category LiveMigration -BytesPerSecond \(bandwidth.liveMigration.bitsPerSecond / 8)",
        ]
    }

    /// A text as PowerShell takes it literally (about_Quoting_Rules); a plain word stands as it is.
    private static func quoted(_ name: String) -> String {
        let isPlain = name.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                || (48...57).contains(byte)
        }
        if isPlain { return name }
        // PowerShell takes typographic quotes for plain ones.
        var inner = ""
        for character in name {
            inner.append(character)
            if "'\u{2018}\u{2019}\u{201A}\u{201B}".contains(character) { inner.append(character) }
        }
        return "'\(inner)'"
    }
}
