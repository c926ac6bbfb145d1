import ClusterCore

/// What fails together.
extension PlacementRule {
    static let failures: [PlacementRule] = [
        PlacementRule(
            "host.storage_cards", "ports that carry storage are spread over several cards",
            reason: "Two ports of one card fail together: with its chip, its firmware, its slot.",
            remedy: "carry storage over one port of each of two cards",
            parameters: [Parameter("minimum", "the fewest cards")]
        ) { judgement in
            try judgement.tellSpread(of: "cards", over: { PlacementPlaces.card(of: $1, $0.host) })
        },
        PlacementRule(
            "host.storage_roots", "ports that carry storage are behind several PCI root ports",
            reason: """
                Cards in different slots may still hang behind one root port or one switch on the board or a riser. Where it \
                fails, or is reset after an error, storage loses all its paths at once.
                """,
            remedy: "move one of the cards to a slot behind another root port; the picture of the host shows which are",
            parameters: [Parameter("minimum", "the fewest root ports")]
        ) { judgement in
            try judgement.tellSpread(of: "root ports", over: { PlacementPlaces.root(of: $1, $0.host) })
        },
    ]
}

extension PlacementJudgement {
    /// Tells whether the ports are in several places, such as cards.
    mutating func tellSpread(
        of what: String, over place: (PlacementJudgement, StoragePort) -> Observed<String>
    ) throws {
        let least = try count("minimum")
        guard !storage.isEmpty else { return tellNoPorts() }
        let places = storage.map { place(self, $0) }
        let known = Set(places.compactMap(\.value)).sorted()
        let isComplete = places.allSatisfy { $0.value != nil }
        let words = "\(storage.count) \(storage.count == 1 ? "port" : "ports"), all at \(known.first ?? "")"
        tell(
            host.identifier, required: "at least \(least) \(what)",
            measured: isComplete || known.count >= least
                ? (known.count == 1 ? words : "\(known.count) \(what): \(known.joined(separator: ", "))") : nil,
            met: known.count >= least ? true : isComplete ? false : nil,
            evidence: zip(storage, places).map { evidence($0.name, $1) })
    }
}

/// Where a port is, by what would take it along.
enum PlacementPlaces {
    /// The function, or the physical one behind a virtual one.
    private static func function(_ port: StoragePort, _ host: ObservedHost) -> Observed<ObservedHost.PCIDevice> {
        port.function.map { address -> ObservedHost.PCIDevice? in
            let devices = host.pciDevices.elements
            guard let own = devices.first(where: { $0.address == address }) else { return nil }
            guard let physical = own.physicalFunction.value else { return own }
            return devices.first { $0.address == physical } ?? own
        }
    }

    /// The card: its slot where that is known, or that of the bridge which it is behind, since a card may have a switch of its
    /// own; else bus and device. Functions of a device are one card.
    static func card(of port: StoragePort, _ host: ObservedHost) -> Observed<String> {
        function(port, host).map { device in
            let slot = device.slot.value ?? bridges(above: device, host).last { $0.slot.value != nil }?.slot.value
            return slot.map { "slot \($0)" } ?? String(device.address.prefix { $0 != "." })
        }
    }

    /// The bridges that a function's data goes through, from the root port on.
    static func bridges(above device: ObservedHost.PCIDevice, _ host: ObservedHost) -> [ObservedHost.PCIDevice] {
        (device.ancestors.value ?? []).compactMap { address in host.pciDevices.elements.first { $0.address == address }
        }
    }

    /// The function, or the physical one behind a virtual one, with the bridges above it.
    static func way(of port: StoragePort, _ host: ObservedHost) -> [ObservedHost.PCIDevice] {
        guard let device = function(port, host).value else { return [] }
        return bridges(above: device, host) + [device]
    }

    /// The root port: the bridge right below the host bridge; where a device hangs at the host bridge itself, it is its own.
    static func root(of port: StoragePort, _ host: ObservedHost) -> Observed<String> {
        switch function(port, host) {
        case .unknown(let reason, let source): .unknown(reason, source)
        case .known(let device, _):
            device.ancestors.map { bridges in
                bridges.isEmpty ? nil : bridges.count > 1 ? bridges[1] : String(device.address.prefix { $0 != "." })
            }
        }
    }
}
