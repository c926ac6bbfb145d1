import ClusterCore

/// Reads what the firmware of a host says and guards.
struct FirmwareReader {
    let facts: FactReader
    /// `EFI_GLOBAL_VARIABLE_GUID` of the UEFI specification, 3.3.
    private static let globalVariable = "8be4df61-93ca-11d2-aa0d-00e098032b8c"

    /// - Parameter flags: what the processors can do, as `/proc/cpuinfo` lists it.
    func firmware(flags: Observed<[String]>) -> ObservedHost.Firmware {
        let table = "sys/class/dmi/id"
        var firmware = ObservedHost.Firmware(unknownFrom: .file(table))
        firmware.vendor = facts.text("\(table)/sys_vendor")
        firmware.product = facts.text("\(table)/product_name")
        firmware.board = facts.text("\(table)/board_name")
        firmware.biosVendor = facts.text("\(table)/bios_vendor")
        firmware.biosVersion = facts.text("\(table)/bios_version")
        firmware.biosDate = facts.text("\(table)/bios_date")
        firmware.isUEFI = isUEFI()
        firmware.secureBoot = variable("SecureBoot", firmware.isUEFI)
        firmware.setupMode = variable("SetupMode", firmware.isUEFI)
        firmware.tpms = facts.names("sys/class/tpm").map { names in
            FactReader.numbers(in: names, after: "tpm").map { number in
                ObservedHost.TPM(
                    name: "tpm\(number)",
                    majorVersion: facts.number("sys/class/tpm/tpm\(number)/tpm_version_major"))
            }
        }
        firmware.iommus = facts.names("sys/class/iommu")
        firmware.iommuGroups = facts.names("sys/kernel/iommu_groups").map {
            FactReader.numbers(in: $0, after: "").count
        }
        firmware.virtualization = virtualization(flags)
        return firmware
    }

    /// A kernel that was started by UEFI has the folder. That one has not is only told by the folder's neighbours, which
    /// a container may hide and a captured tree may lack.
    private func isUEFI() -> Observed<Bool> {
        if facts.root.exists("sys/firmware/efi") { return .known(true, .file("sys/firmware/efi")) }
        let neighbours = facts.names("sys/firmware").elements
        return facts.isLive && (neighbours.contains("acpi") || neighbours.contains("memmap"))
            ? .known(false, .file("sys/firmware")) : .unknown(.absent, .file("sys/firmware/efi"))
    }

    /// A variable of one byte, behind four bytes of attributes.
    private func variable(_ name: String, _ isUEFI: Observed<Bool>) -> Observed<Bool> {
        let path = "sys/firmware/efi/efivars/\(name)-\(FirmwareReader.globalVariable)"
        if isUEFI.value == false { return .known(false, .derived("no UEFI")) }
        return facts.refine(facts.bytes(path, limit: 64)) { bytes in
            if bytes.isEmpty { return .reason(.empty) }
            guard bytes.count == 5, bytes[4] <= 1 else { return .reason(.malformed) }
            return .value(bytes[4] == 1)
        }
    }

    private func virtualization(_ flags: Observed<[String]>) -> ObservedHost.Virtualization {
        var result = ObservedHost.Virtualization(unknownFrom: flags.source)
        func has(_ names: String...) -> Observed<Bool> {
            flags.map { flags in names.contains { flags.contains($0) } }
        }
        result.hasVirtualMachines = has("vmx", "svm")
        result.hasNestedPaging = has("ept", "npt")
        result.hasNoExecute = has("nx")
        result.isGuest = has("hypervisor")
        let answers: [String: Bool] = ["Y": true, "1": true, "N": false, "0": false]
        result.allowsNesting = facts.text("sys/module/kvm_intel/parameters/nested").or(
            facts.text("sys/module/kvm_amd/parameters/nested")
        ).map { answers[$0] }
        return result
    }

    func thermalZones() -> Observed<[ObservedHost.ThermalZone]> {
        let folder = "sys/class/thermal"
        return facts.names(folder).map { names in
            FactReader.numbers(in: names, after: "thermal_zone").map { number in
                let base = "\(folder)/thermal_zone\(number)"
                return ObservedHost.ThermalZone(
                    name: "thermal_zone\(number)", kind: facts.text("\(base)/type"),
                    temperature: facts.text("\(base)/temp").map { text in
                        // Below absolute zero there is no temperature, only a broken sensor.
                        Int64(text).flatMap {
                            (-273_150...1_000_000).contains($0) ? Celsius(millidegrees: $0) : nil
                        }
                    })
            }
        }
    }
}
