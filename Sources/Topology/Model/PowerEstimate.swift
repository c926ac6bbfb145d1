public import ClusterCore

/// What a node draws, estimated from its parts.
///
/// P = (S · T · (0.4 + 0.6 · c / C) + 4 W · D + 8 W · F + 12 W · H + 16 W + G + 100 W) / 0.96 with sockets S, thermal design
/// power T of a processor, cores in use c of C, memory modules D of 32 GB, flash drives F, hard disks H and graphics G; 16 W
/// are the system's drives, 100 W fans and board, 0.96 the supply's efficiency. Source: Azure/odinforazurelocal v0.23.01, a
/// planning heuristic and no rule of support; a figure of the vendor or a measured one is better. It is an estimate to write
/// into a model, by which no rule is told.
public struct PowerEstimate: Sendable, Hashable {
    /// Processors of the node.
    public var sockets: Int
    /// Thermal design power of each.
    public var processor: Watts
    /// Cores in use as a share of all.
    public var coreShare: Fraction
    public var memory: ByteCount
    public var flashDrives: Int
    public var hardDisks: Int
    /// Accelerators of the node.
    public var graphics: Watts

    public init(
        sockets: Int, processor: Watts, coreShare: Fraction = Fraction(1), memory: ByteCount, flashDrives: Int = 0,
        hardDisks: Int = 0, graphics: Watts = .zero
    ) {
        self.sockets = sockets
        self.processor = processor
        self.coreShare = coreShare
        self.memory = memory
        self.flashDrives = flashDrives
        self.hardDisks = hardDisks
        self.graphics = graphics
    }

    /// The draw of the node, to the nearest watt.
    /// - Throws: where a sum does not fit, or the share of cores is below zero.
    public func node() throws(UnitError) -> Watts {
        func watts(_ count: Int, _ each: UInt64) throws(UnitError) -> Watts {
            try Watts(milliwatts: each * 1000).multiplied(by: UInt64(max(0, count)))
        }
        let load = try Fraction.ratio(2, 5).adding(Fraction.ratio(3, 5).multiplied(by: coreShare))
        let modules = Int(clamping: (memory.bytes / 32_000_000_000) + (memory.bytes % 32_000_000_000 == 0 ? 0 : 1))
        var sum = try processor.multiplied(by: UInt64(max(0, sockets)))
        sum = try PowerEstimate.share(load, of: sum)
        for part in [
            try watts(modules, 4), try watts(flashDrives, 8), try watts(hardDisks, 12), try watts(1, 116), graphics,
        ] { sum = try sum.adding(part) }
        let drawn = try PowerEstimate.share(.ratio(100, 96), of: sum)
        return Watts(milliwatts: (drawn.milliwatts + 500) / 1000 * 1000)
    }

    /// What a switch at the top of a rack draws, 250 W (Azure/odinforazurelocal v0.23.01).
    public static let topOfRackSwitch = Watts(milliwatts: 250_000)
    /// What a switch for management draws, 150 W (Azure/odinforazurelocal v0.23.01).
    public static let managementSwitch = Watts(milliwatts: 150_000)

    /// The heat of a draw in British thermal units an hour, to the nearest: 3.412 for each watt, which is the definition of
    /// the unit (1055.056 J) to four digits, and the factor of Azure/odinforazurelocal v0.23.01.
    public static func heatUnitsPerHour(of draw: Watts) -> UInt64 {
        let (high, low) = draw.milliwatts.multipliedFullWidth(by: 3412)
        guard high < 1_000_000 else { return .max }
        return UInt64(1_000_000).dividingFullWidth((high, low)).quotient
            + (UInt64(1_000_000).dividingFullWidth((high, low)).remainder >= 500_000 ? 1 : 0)
    }

    private static func share(_ share: Fraction, of draw: Watts) throws(UnitError) -> Watts {
        let exact = try Fraction(Int64(clamping: draw.milliwatts)).multiplied(by: share)
        return Watts(milliwatts: UInt64(clamping: exact.numerator / exact.denominator))
    }
}
