import TestSupport

/// A made-up host with two packages, two NUMA nodes and a third of memory only, and a device of every class, as Linux 6.1
/// shows them. Processor 7 is off.
enum ObservedFixture {
    static func build(in tree: TemporaryTree) throws {
        try tree.unpack(text)
        for cpu in 0..<8 { try tree.unpack(processor(cpu)) }
        for (path, target) in links { try tree.link(path, to: target) }
        // Attributes, then the value.
        let variable = "8be4df61-93ca-11d2-aa0d-00e098032b8c"
        try tree.write([6, 0, 0, 0, 1], to: "sys/firmware/efi/efivars/SecureBoot-\(variable)")
        try tree.write([6, 0, 0, 0, 0], to: "sys/firmware/efi/efivars/SetupMode-\(variable)")
    }

    private static func processor(_ number: Int) -> String {
        let base = "sys/devices/system/cpu/cpu\(number)"
        let online = number == 7 ? 0 : 1
        if number == 7 { return "== \(base)/online\n0\n" }
        let package = number / 4
        let core = number % 4 / 2
        let siblings = number == 6 ? "6" : "\(number / 2 * 2)-\(number / 2 * 2 + 1)"
        let packageCPUs = package == 0 ? "0-3" : "4-6"
        let firstCache = """
            == \(base)/cache/index0/level
            1
            == \(base)/cache/index0/type
            Data
            == \(base)/cache/index0/size
            32K
            == \(base)/cache/index0/coherency_line_size
            64
            == \(base)/cache/index0/ways_of_associativity
            8
            == \(base)/cache/index0/shared_cpu_list
            \(siblings)
            == \(base)/cache/index3/level
            3
            == \(base)/cache/index3/type
            Unified
            == \(base)/cache/index3/size
            16384K
            == \(base)/cache/index3/shared_cpu_list
            \(packageCPUs)

            """
        return (number == 0 ? "" : "== \(base)/online\n\(online)\n") + """
            == \(base)/topology/physical_package_id
            \(package)
            == \(base)/topology/die_id
            0
            == \(base)/topology/core_id
            \(core)
            == \(base)/topology/core_cpus_list
            \(siblings)
            == \(base)/topology/die_cpus_list
            \(packageCPUs)
            == \(base)/topology/package_cpus_list
            \(packageCPUs)
            == \(base)/cpufreq/cpuinfo_max_freq
            3200000

            """ + firstCache
    }

    private static let nic = "sys/devices/pci0000:3a/0000:3a:00.0/0000:3b:00.0"
    private static let drive = "sys/devices/pci0000:00/0000:00:1d.0/0000:02:00.0"

    private static let links: [(String, String)] = [
        ("sys/bus/pci/devices/0000:3a:00.0", "../../../devices/pci0000:3a/0000:3a:00.0"),
        ("sys/bus/pci/devices/0000:3b:00.0", "../../../devices/pci0000:3a/0000:3a:00.0/0000:3b:00.0"),
        ("sys/bus/pci/devices/0000:3b:00.2", "../../../devices/pci0000:3a/0000:3a:00.0/0000:3b:00.2"),
        ("sys/bus/pci/devices/0000:02:00.0", "../../../devices/pci0000:00/0000:00:1d.0/0000:02:00.0"),
        ("sys/devices/pci0000:3a/0000:3a:00.0/0000:3b:00.2/physfn", "../0000:3b:00.0"),
        ("\(nic)/driver", "../../../../bus/pci/drivers/mlx5_core"),
        ("\(drive)/driver", "../../../../bus/pci/drivers/nvme"),
        ("sys/class/net/ens1f0np0", "../../devices/pci0000:3a/0000:3a:00.0/0000:3b:00.0/net/ens1f0np0"),
        ("sys/class/net/lo", "../../devices/virtual/net/lo"),
        ("\(nic)/net/ens1f0np0/device", "../../../0000:3b:00.0"),
        ("sys/class/infiniband/mlx5_0", "../../devices/pci0000:3a/0000:3a:00.0/0000:3b:00.0/infiniband/mlx5_0"),
        ("\(nic)/infiniband/mlx5_0/device", "../../../0000:3b:00.0"),
        ("sys/block/nvme0n1", "../devices/pci0000:00/0000:00:1d.0/0000:02:00.0/nvme/nvme0/nvme0n1"),
        ("\(drive)/nvme/nvme0/nvme0n1/device", "../../nvme0"),
        ("\(drive)/nvme/nvme0/device", "../../../0000:02:00.0"),
        ("sys/block/loop0", "../devices/virtual/block/loop0"),
        ("sys/class/tpm/tpm0", "../../devices/platform/MSFT0101:00/tpm/tpm0"),
        ("sys/class/iommu/dmar0", "../../devices/virtual/iommu/dmar0"),
    ]

    private static let text = """
        == proc/sys/kernel/hostname
        node1
        == proc/sys/kernel/osrelease
        6.1.0-56-amd64
        == proc/self/status
        Name:	x
        Cpus_allowed_list:	0-6
        == proc/cpuinfo
        processor	: 0
        vendor_id	: GenuineIntel
        model name	: Intel(R) Xeon(R) Gold 6444Y
        flags		: fpu vme nx vmx ept
        == proc/meminfo
        MemTotal:       28311552 kB
        MemFree:        100 kB
        == sys/devices/system/cpu/online
        0-6
        == sys/devices/system/cpu/possible
        0-15
        == sys/devices/system/cpu/present
        0-7
        == sys/devices/system/node/online
        0-2
        == sys/devices/system/node/node0/cpulist
        0-3
        == sys/devices/system/node/node0/meminfo
        Node 0 MemTotal:       8388608 kB
        Node 0 MemFree:        1024 kB
        == sys/devices/system/node/node0/distance
        10 21 17
        == sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages
        512
        == sys/devices/system/node/node1/cpulist
        4-6
        == sys/devices/system/node/node1/meminfo
        Node 1 MemTotal:       16777216 kB
        == sys/devices/system/node/node1/distance
        21 10 28
        == sys/devices/system/node/node2/cpulist

        == sys/devices/system/node/node2/meminfo
        Node 2 MemTotal:       4194304 kB
        == sys/devices/system/node/node2/distance
        17 28 10
        == sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages
        512
        == sys/devices/system/edac/mc/mc0/dimm0/size
        16384
        == sys/devices/system/edac/mc/mc0/dimm0/dimm_label
        CPU_SrcID#0_MC#0_Chan#0_DIMM#0
        == sys/devices/system/edac/mc/mc0/dimm0/dimm_mem_type
        Registered-DDR5
        == sys/devices/system/edac/mc/mc0/dimm0/dimm_edac_mode
        SECDED
        == sys/devices/system/edac/mc/mc0/dimm0/dimm_ce_count
        3
        == sys/devices/system/edac/mc/mc0/dimm0/dimm_ue_count
        0
        == sys/devices/pci0000:3a/0000:3a:00.0/class
        0x060400
        == sys/devices/pci0000:3a/0000:3a:00.0/vendor
        0x8086
        == sys/devices/pci0000:3a/0000:3a:00.0/device
        0x347a
        == \(nic)/class
        0x020000
        == \(nic)/vendor
        0x15b3
        == \(nic)/device
        0x101d
        == \(nic)/subsystem_vendor
        0x15b3
        == \(nic)/subsystem_device
        0x0016
        == \(nic)/numa_node
        1
        == \(nic)/local_cpulist
        4-6
        == \(nic)/current_link_speed
        8.0 GT/s PCIe
        == \(nic)/max_link_speed
        16.0 GT/s PCIe
        == \(nic)/current_link_width
        8
        == \(nic)/max_link_width
        16
        == \(nic)/sriov_totalvfs
        8
        == \(nic)/sriov_numvfs
        1
        == sys/devices/pci0000:3a/0000:3a:00.0/0000:3b:00.2/class
        0x020000
        == sys/devices/pci0000:3a/0000:3a:00.0/0000:3b:00.2/numa_node
        -1
        == sys/devices/pci0000:3a/0000:3a:00.0/0000:3b:00.2/current_link_speed
        Unknown
        == sys/devices/pci0000:3a/0000:3a:00.0/0000:3b:00.2/current_link_width
        0
        == \(drive)/class
        0x010802
        == \(drive)/numa_node
        0
        == sys/bus/pci/slots/7/address
        0000:3b:00
        == \(nic)/net/ens1f0np0/ifindex
        2
        == \(nic)/net/ens1f0np0/type
        1
        == \(nic)/net/ens1f0np0/address
        0c:42:a1:2b:3c:4d
        == \(nic)/net/ens1f0np0/mtu
        9000
        == \(nic)/net/ens1f0np0/speed
        100000
        == \(nic)/net/ens1f0np0/duplex
        full
        == \(nic)/net/ens1f0np0/flags
        0x1003
        == \(nic)/net/ens1f0np0/carrier
        1
        == \(nic)/net/ens1f0np0/operstate
        up
        == \(nic)/net/ens1f0np0/dev_port
        0
        == sys/devices/virtual/net/lo/ifindex
        1
        == sys/devices/virtual/net/lo/speed
        -1
        == sys/class/net/bonding_masters
        == \(nic)/infiniband/mlx5_0/node_type
        1: CA
        == \(nic)/infiniband/mlx5_0/fw_ver
        22.36.1010
        == \(nic)/infiniband/mlx5_0/node_guid
        0c42:a103:002b:3c4d
        == \(nic)/infiniband/mlx5_0/ports/1/state
        4: ACTIVE
        == \(nic)/infiniband/mlx5_0/ports/1/link_layer
        Ethernet
        == \(nic)/infiniband/mlx5_0/ports/1/rate
        100 Gb/sec (4X EDR)
        == \(nic)/infiniband/mlx5_0/ports/1/lid
        0x0
        == \(nic)/infiniband/mlx5_0/ports/1/gid_attrs/ndevs/0
        ens1f0np0
        == \(drive)/nvme/nvme0/model
        INTEL SSDPE2KX040T8
        == \(drive)/nvme/nvme0/nvme0n1/size
        7814037168
        == \(drive)/nvme/nvme0/nvme0n1/ro
        0
        == \(drive)/nvme/nvme0/nvme0n1/removable
        0
        == \(drive)/nvme/nvme0/nvme0n1/queue/rotational
        0
        == \(drive)/nvme/nvme0/nvme0n1/queue/logical_block_size
        512
        == \(drive)/nvme/nvme0/nvme0n1/queue/physical_block_size
        4096
        == \(drive)/nvme/nvme0/nvme0n1/queue/nr_requests
        1023
        == sys/devices/virtual/block/loop0/size
        0
        == sys/class/dmi/id/sys_vendor
        Dell Inc.
        == sys/class/dmi/id/product_name
        PowerEdge R760
        == sys/class/dmi/id/board_name
        0NGWRC
        == sys/class/dmi/id/bios_vendor
        Dell Inc.
        == sys/class/dmi/id/bios_version
        1.5.6
        == sys/class/dmi/id/bios_date
        07/20/2023
        == sys/devices/platform/MSFT0101:00/tpm/tpm0/tpm_version_major
        2
        == sys/devices/virtual/iommu/dmar0/intel-iommu/version
        5:0
        == sys/kernel/iommu_groups/0/type
        DMA
        == sys/kernel/iommu_groups/1/type
        DMA
        == sys/module/kvm_intel/parameters/nested
        Y
        == sys/class/thermal/thermal_zone0/type
        x86_pkg_temp
        == sys/class/thermal/thermal_zone0/temp
        41000

        """
}
