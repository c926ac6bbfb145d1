/// A drive as `smartctl --json` describes it (format version 1): what is there is kept, what is not is `nil`.
///
/// Every key is optional, since releases of smartmontools, drives and controllers differ in all of them. An exit status says
/// in its low bits that nothing or not all could be read: then nothing missing is "fine".
public struct DriveReport: Sendable, Hashable {
    /// What was read, as the caller named it.
    public let source: String
    /// The device as it was opened, as in `/dev/sda`.
    public let device: String?
    /// The protocol that the drive speaks.
    public let family: Family
    /// Vendor and model.
    public let model: String?
    /// The serial number.
    public let serial: String?
    /// The firmware's version.
    public let firmware: String?
    /// The world wide name or logical unit, where the drive tells one: the same drive by two paths has the same.
    public let unitName: String?
    /// What smartctl itself says of its run, or `nil` where it does not.
    public let exit: ExitStatus?
    /// When the report was made, by the clock of its host.
    public let time: SignalTime?
    /// Whether the drive passes its own test of itself, or `nil` where it does not say.
    public let passed: Bool?
    /// Temperature in degrees Celsius.
    public let temperature: Int?
    /// The temperature at which a SCSI drive stops.
    public let tripTemperature: Int?
    /// Hours that the drive was on.
    public let powerOnHours: UInt64?
    /// How often it was switched on.
    public let powerCycles: UInt64?
    /// Bytes that it holds.
    public let capacityBytes: UInt64?
    /// Turns a minute; 0 where nothing turns.
    public let rotationRate: UInt64?
    /// Endurance used in percent, of whatever protocol: may be above 100, and alone says nothing of a failure.
    public let enduranceUsedPercent: UInt64?
    /// Errors in the log of an ATA drive, over its life.
    public let errorLogCount: UInt64?
    /// The attributes of an ATA drive.
    public let attributes: [DriveAttribute]
    /// The health log of an NVMe drive.
    public let nvme: NVMeHealth?
    /// Defects that a SCSI drive found since it left its factory.
    public let grownDefects: UInt64?
    /// The error counters of a SCSI drive, by operation: `read`, `write`, `verify`.
    public let errorCounters: [String: SCSIErrorCounter]

    /// The protocol of a drive.
    public enum Family: String, Sendable, Hashable, CaseIterable {
        case ata = "ATA"
        case nvme = "NVMe"
        case scsi = "SCSI"
        /// The report does not say, or says another one.
        case unknown
    }

    /// What the exit status of smartctl says; only the low three bits say that something could not be read.
    public struct ExitStatus: OptionSet, Sendable, Hashable {
        public let rawValue: UInt8

        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// The command line was not understood.
        public static let commandLine = ExitStatus(rawValue: 1 << 0)
        /// The device could not be opened, or sleeps and was left asleep.
        public static let notOpened = ExitStatus(rawValue: 1 << 1)
        /// A command to the drive failed, or a checksum was wrong.
        public static let commandFailed = ExitStatus(rawValue: 1 << 2)
        /// The drive says that it fails.
        public static let failing = ExitStatus(rawValue: 1 << 3)
        /// Attributes that foretell a failure are at or below their threshold.
        public static let belowThreshold = ExitStatus(rawValue: 1 << 4)
        /// Attributes were at or below their threshold some time ago.
        public static let wasBelowThreshold = ExitStatus(rawValue: 1 << 5)
        /// The error log has entries, of whatever age.
        public static let errorLog = ExitStatus(rawValue: 1 << 6)
        /// The log of self-tests has errors.
        public static let selfTestLog = ExitStatus(rawValue: 1 << 7)

        /// Whether the drive could not be read at all: nothing is known of it.
        public var isNoReading: Bool { !isDisjoint(with: [.commandLine, .notOpened]) }
    }
}

/// An attribute of an ATA drive.
public struct DriveAttribute: Sendable, Hashable {
    /// Its number, 1 to 254.
    public let id: Int
    /// Its name by the drive database, which may be wrong for the drive.
    public let name: String
    /// The normalised value, where it has a meaning.
    public let value: UInt64?
    /// The lowest normalised value so far.
    public let worst: UInt64?
    /// The threshold; 0 never fails.
    public let threshold: UInt64?
    /// Whether it is or was at its threshold, as smartctl says; `nil` where it does not say.
    public let failed: Failure?
    /// The raw value, all 48 bits as they are.
    public let raw: UInt64?
    /// The raw value as the drive database writes it.
    public let rawText: String?

    /// When an attribute failed.
    public enum Failure: String, Sendable, Hashable, CaseIterable {
        case never = ""
        case past
        case now
    }

    /// Attributes whose raw value vendors fill with more than a count: error rates.
    public static let packed: Set<Int> = [1, 7, 195]

    /// What the raw value counts, where that is known: the number that the drive database shows first.
    ///
    /// `nil` for error rates, whose raw value is the vendor's own, and where nothing is shown. Command timeouts (188) of
    /// Seagate are three counts in 16 bits each, of which the lowest is the total.
    public var count: UInt64? {
        guard !DriveAttribute.packed.contains(id), let rawText else { return nil }
        let digits = rawText.prefix { $0.isASCII && $0.isNumber }
        let rest = rawText.dropFirst(digits.count)
        guard let count = UInt64(digits), rest.isEmpty || rest.first == " " || rest.first == "/" else { return nil }
        return id == 188 && count > 0xFFFF ? count & 0xFFFF : count
    }

    /// Whether the normalised value is at or below its threshold, by the rule of the ATA standard: a threshold of 0 never
    /// fails. `nil` where value or threshold is not known.
    public var isAtThreshold: Bool? {
        guard let value, let threshold else { return nil }
        return threshold != 0 && value <= threshold
    }
}

/// The health log of an NVMe drive (NVM Express base specification, log page 02h).
public struct NVMeHealth: Sendable, Hashable {
    /// Bits: 0 spare below its threshold, 1 temperature, 2 reliability degraded, 3 read-only, 4 backup of volatile memory
    /// failed, 5 persistent memory unreliable.
    public let criticalWarning: UInt64?
    /// Spare capacity in percent.
    public let sparePercent: UInt64?
    /// The spare capacity in percent below which the drive warns.
    public let spareThresholdPercent: UInt64?
    /// Endurance used in percent; may be above 100, and says nothing of a failure.
    public let usedPercent: UInt64?
    /// Units of 512 000 bytes that were read.
    public let unitsRead: UInt64?
    /// Units of 512 000 bytes that were written.
    public let unitsWritten: UInt64?
    /// Read commands.
    public let hostReads: UInt64?
    /// Write commands.
    public let hostWrites: UInt64?
    /// Errors of the medium that were not corrected.
    public let mediaErrors: UInt64?
    /// Entries that the error log ever had.
    public let errorLogEntries: UInt64?
    /// Switched off without being told.
    public let unsafeShutdowns: UInt64?
}

/// What a SCSI drive counts of one operation.
public struct SCSIErrorCounter: Sendable, Hashable {
    /// Errors that were corrected.
    public let corrected: UInt64?
    /// Errors that were not.
    public let uncorrected: UInt64?
    /// Gigabytes (10⁹ bytes) that were processed.
    public let gigabytes: Double?
}
