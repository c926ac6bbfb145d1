public import ClusterCore

/// The bounds of a model's figures: far beyond what is built, so that only a slip of the unit or the key is outside.
///
/// Whether a figure is good is a profile's business; that it can be one at all is told here, with the place where it stands.
public enum ModelRange {
    /// The largest frame: that of IPv4's least (RFC 791) to 64 KiB.
    public static let mtu = 68...65_536
    /// The sockets of a node.
    public static let sockets = 1...64
    /// The cores of a socket.
    public static let cores = 1...4096
    /// The threads of a core.
    public static let threads = 1...16
    /// The priorities of IEEE 802.1Q.
    public static let priority = 0...7
    /// A share of the whole.
    public static let share = Fraction(0)...Fraction(1)
    /// The numbers that IEEE 802.1Q has 12 bits for; 0 is none, and which others may be used is a profile's business.
    public static let vlan = 0...4095
    /// The VLANs that IEEE 802.1Q lets carry traffic: 0 is none, 4095 is kept back.
    public static let usableVLAN = 1...4094
    /// Cards of a group of adapters that has ports.
    public static let cards = 1...1024
    /// What a port carries.
    public static let portRate = BitRate(bitsPerSecond: 1_000_000)...BitRate(bitsPerSecond: 10_000_000_000_000)
    /// What a link between places carries; 0 where there is none.
    public static let linkRate = BitRate(bitsPerSecond: 0)...BitRate(bitsPerSecond: 1_000_000_000_000_000)
    /// The memory of a node or of a virtual machine.
    public static let memory = ByteCount(bytes: 1_000_000)...ByteCount(bytes: 1_000_000_000_000_000)
    /// What of a node's memory is not for workloads.
    public static let hostMemory = ByteCount.zero...memory.upperBound
    /// The air at a rack's front, in which nobody works beyond it.
    public static let ambient = Celsius(millidegrees: -60_000)...Celsius(millidegrees: 80_000)
    /// What a UPS or a PDU carries.
    public static let powerCapacity = Watts(milliwatts: 1000)...Watts(milliwatts: 100_000_000_000)
    /// What a device draws; 0 where it needs no power.
    public static let draw = Watts(milliwatts: 0)...Watts(milliwatts: 1_000_000_000)
    /// A round trip, or the way through a switch; 0 where it is less than what was measured in.
    public static let roundTrip = Duration.zero...Duration.seconds(60)
    /// How long a battery holds or a cluster shuts down; 0 where it does not, or at once.
    public static let power = Duration.zero...Duration.seconds(30 * 86400)
    /// How far back a copy lies, or how long it takes until it is back; 0 where both places are written at once.
    public static let recovery = Duration.zero...Duration.seconds(3650 * 86400)
    /// From one time to the next.
    public static let interval = Duration.seconds(1)...Duration.seconds(3650 * 86400)
    /// How long copies are kept: up to a hundred years.
    public static let retention = Duration.seconds(1)...Duration.seconds(36_525 * 86400)
    /// Machines of a group; 0 where there are none yet.
    public static let machines = 0...1_000_000
    /// Live migrations at once.
    public static let migrations = 1...1000
    /// Generations of virtual hardware.
    public static let generation = 1...2
    /// Virtual disks of a machine.
    public static let disks = 1...65_536
    /// Virtual processors of a machine.
    public static let virtualProcessors = 1...4096
}
