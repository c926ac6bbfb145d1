/// The newest twenty changes between firing and not of one rule on one signal.
///
/// The score is Nagios' (base/flapping.c): of the last 21 states, the changes between neighbours are weighted from 0.75 for
/// the oldest to 1.25 for the newest, and their sum divided by twenty.
public struct ChangeRecord: Sendable, Hashable, Codable {
    /// Bit 0 is the newest.
    private var bits: UInt32 = 0
    private var isOn: Bool
    public private(set) var isFlapping = false

    /// The changes that count.
    public static let length = 20

    /// A record that begins in a state.
    public init(isOn: Bool) { self.isOn = isOn }

    /// Adds the state at one more check, and says whether flapping began (`true`) or ended (`false`).
    public mutating func add(_ isOn: Bool, _ thresholds: FlapThresholds) -> Bool? {
        bits = (bits << 1 | (isOn == self.isOn ? 0 : 1)) & 0xF_FFFF
        self.isOn = isOn
        let score = self.score
        if !isFlapping, score > thresholds.begins {
            isFlapping = true
            return true
        }
        if isFlapping, score < thresholds.ends {
            isFlapping = false
            return false
        }
        return nil
    }

    /// The weighted share of changes, 0 to 1.
    public var score: Double {
        var sum = 0.0
        for age in 0..<ChangeRecord.length where bits >> UInt32(age) & 1 == 1 {
            sum += 1.25 - Double(age) * 0.5 / 19
        }
        return sum / Double(ChangeRecord.length)
    }

    /// Whether nothing changed in all the checks that count.
    var isQuiet: Bool { bits == 0 && !isFlapping }
}
