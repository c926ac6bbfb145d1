/// Reads the functions on the PCI buses of a host. Nothing here reads a function's configuration space.
struct PCIReader {
    let facts: FactReader
    private let folder = "sys/bus/pci/devices"

    init(facts: FactReader) { self.facts = facts }

    func devices() -> Observed<[ObservedHost.PCIDevice]> {
        let slots = slots()
        return facts.names(folder).map { names in
            names.filter(PCIFunction.isAddress).map { device($0, slots: slots) }
        }
    }

    private func device(_ address: String, slots: [String: Observed<String>]) -> ObservedHost.PCIDevice {
        let base = "\(folder)/\(address)"
        var device = ObservedHost.PCIDevice(address: address, unknownFrom: .file(base))
        device.ancestors = ancestors(base)
        device.classCode = facts.text("\(base)/class").map { text in
            guard text.hasPrefix("0x"), text.utf8.count == 8, text.dropFirst(2).allSatisfy(\.isHexDigit) else {
                return nil
            }
            return text.dropFirst(2).lowercased()
        }
        device.vendorID = facts.text("\(base)/vendor").map(PCIFunction.number)
        device.deviceID = facts.text("\(base)/device").map(PCIFunction.number)
        device.subsystemVendorID = facts.text("\(base)/subsystem_vendor").map(PCIFunction.number)
        device.subsystemDeviceID = facts.text("\(base)/subsystem_device").map(PCIFunction.number)
        device.driver = facts.linkedName("\(base)/driver")
        device.numaNode = facts.number("\(base)/numa_node")
        device.localCPUs = facts.list("\(base)/local_cpulist").or(facts.mask("\(base)/local_cpus"))
        readLink(&device, base)
        // The address of a slot has no function: all functions of a card are in it.
        device.slot =
            slots[String(address.prefix { $0 != "." })] ?? .unknown(.absent, .file("sys/bus/pci/slots"))
        device.physicalFunction = facts.linkedName("\(base)/physfn")
        device.maximumVirtualFunctions = facts.count("\(base)/sriov_totalvfs")
        device.virtualFunctions = facts.count("\(base)/sriov_numvfs")
        return device
    }

    /// Speeds and widths are read from the function itself, which wakes one that sleeps.
    private func readLink(_ device: inout ObservedHost.PCIDevice, _ base: String) {
        if facts.isLive {
            let power = facts.text("\(base)/power/runtime_status")
            guard power.value == "active" || power.value == "unsupported" else {
                let reason = power.reason ?? .asleep
                device.speed = .unknown(reason, power.source)
                device.maximumSpeed = .unknown(reason, power.source)
                device.width = .unknown(reason, power.source)
                device.maximumWidth = .unknown(reason, power.source)
                return
            }
        }
        device.speed = speed("\(base)/current_link_speed")
        device.maximumSpeed = speed("\(base)/max_link_speed")
        device.width = width("\(base)/current_link_width")
        device.maximumWidth = width("\(base)/max_link_width")
    }

    private func speed(_ path: String) -> Observed<UInt64> {
        facts.refine(facts.text(path)) { text in
            if text.hasPrefix("Unknown") { return .reason(.notTold) }
            return PCIFunction.megatransfers(text).map { .value($0) } ?? .reason(.malformed)
        }
    }

    private func width(_ path: String) -> Observed<UInt64> {
        facts.refine(facts.text(path)) { text in
            // What is no link says 0, and 255 where it was not asked.
            if text == "0" || text == "255" { return .reason(.notTold) }
            return PCIFunction.lanes(text).map { .value($0) } ?? .reason(.malformed)
        }
    }

    /// What a function's link goes through: `../../../devices/pci0000:00/0000:00:03.0/0000:01:00.0`.
    private func ancestors(_ link: String) -> Observed<[String]> {
        guard let target = facts.root.linkTarget(of: link) else {
            return .unknown(facts.root.exists(link) ? .notTold : .absent, .file(link))
        }
        let places = PCIReader.places(in: target)
        return places.first?.hasPrefix("pci") == true
            ? .known(Array(places.dropLast()), .file(link)) : .unknown(.malformed, .file(link))
    }

    /// The host bridges and functions that a path goes through.
    static func places(in path: String) -> [String] {
        path.split(separator: "/").filter { part in
            (part.hasPrefix("pci") && part.contains(":")) || PCIFunction.isAddress(String(part))
        }.map(String.init)
    }

    /// The function that a device is behind: the last that its link goes through, or that its own folder is called.
    static func function(behind folder: String, _ facts: FactReader) -> Observed<String> {
        if let target = facts.root.linkTarget(of: folder),
            let last = places(in: target).last(where: PCIFunction.isAddress)
        {
            return .known(last, .file(folder))
        }
        let device = "\(folder)/device"
        if let target = facts.root.linkTarget(of: device),
            let last = places(in: target).last(where: PCIFunction.isAddress)
        {
            return .known(last, .file(device))
        }
        let uevent = "\(device)/uevent"
        return facts.refine(facts.text(uevent)) { text in
            let title = "PCI_SLOT_NAME="
            guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(title) }),
                PCIFunction.isAddress(String(line.dropFirst(title.count)))
            else { return .reason(.absent) }
            return .value(String(line.dropFirst(title.count)))
        }
    }

    private func slots() -> [String: Observed<String>] {
        var slots: [String: Observed<String>] = [:]
        for name in facts.names("sys/bus/pci/slots").elements {
            let path = "sys/bus/pci/slots/\(name)/address"
            guard let address = facts.text(path).value else { continue }
            slots[address] = .known(name, .file(path))
        }
        return slots
    }
}
