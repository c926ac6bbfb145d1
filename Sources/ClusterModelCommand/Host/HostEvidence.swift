import ClusterCore
import HostTopology

/// Where the facts come from that a node's rules were told from.
struct HostEvidence {
    private let host: ObservedHost

    init(_ host: ObservedHost) { self.host = host }

    /// The facts behind a rule, each with its source and its value or why it is not known.
    func of(_ rule: RuleID) -> [Evidence] {
        let firmware = host.firmware
        let virtualization = firmware.virtualization
        return switch rule {
        case "node.virtualization":
            [told("VT-x or AMD-V", virtualization.hasVirtualMachines), told("guest", virtualization.isGuest)]
        case "node.slat": [told("EPT or NPT", virtualization.hasNestedPaging), told("guest", virtualization.isGuest)]
        case "node.security_features":
            [
                told("I/O virtualization", firmware.iommus.map { $0.joined(separator: ", ") }),
                told("no execute", virtualization.hasNoExecute),
            ]
        case "node.cores", "node.processor_family":
            [
                told("processors", host.cpus.model), told("packages", host.packages.map { "\($0.count)" }),
                told("offline", host.cpus.offline.map { $0.isEmpty ? "none" : $0.listText }),
            ]
        case "node.memory", "node.memory_advised":
            [
                told("memory of the kernel", host.memory.total.map { "\($0.decimalText)" }),
                told("modules", host.memory.modules.map { "\($0.count)" }),
            ]
        case "node.ecc": [told("modules", host.memory.modules.map { "\($0.count)" })]
        case "node.uefi": [told("started by UEFI", firmware.isUEFI)]
        case "node.secure_boot": [told("Secure Boot", firmware.secureBoot), told("started by UEFI", firmware.isUEFI)]
        case "node.tpm":
            [told("TPM", firmware.tpms.map { "\($0.count)" })]
                + firmware.tpms.elements.map { told($0.name, $0.majorVersion) }
        case "node.vendor", "node.validated": [told("vendor", firmware.vendor), told("product", firmware.product)]
        case "node.adapters", "node.adapter_vendor":
            [
                told(
                    "interfaces",
                    host.networkInterfaces.map {
                        $0.filter { $0.isPhysical.value == true }.map(\.name).joined(separator: ", ")
                    })
            ]
        case "node.system_drives", "node.all_flash", "storage.drives", "storage.cache":
            [
                told(
                    "drives",
                    host.blockDevices.map {
                        $0.filter { $0.isPhysical.value == true }.map(\.name).joined(separator: ", ")
                    })
            ]
        default: []
        }
    }

    /// What to do where the host does not tell.
    func remedy(for rule: RuleID) -> String {
        switch rule {
        case "node.ecc": "load the EDAC driver of the memory controller, or see the firmware"
        case "node.uefi": "see the firmware for its version; the kernel does not tell it"
        case "node.power_supplies", "node.bmc": "see the management controller; the kernel does not tell it"
        case "node.validated": "look the model up in the catalogue of validated hardware"
        case "node.system_drives", "node.all_flash", "storage.drives", "storage.cache":
            "the host does not tell what a drive is for; write it in a model and hold that to clustermodel check"
        default: "the host does not tell it; see the evidence for who was asked"
        }
    }

    private func told<Value>(_ what: String, _ fact: Observed<Value>) -> Evidence {
        Evidence(
            source: "\(what) (\(fact.source))",
            value: fact.value.map { "\($0)" } ?? fact.reason.map { "unknown: \($0.rawValue)" })
    }
}
