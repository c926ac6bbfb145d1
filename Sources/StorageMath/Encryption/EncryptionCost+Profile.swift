public import ClusterCore

extension EncryptionCost {
    /// The rule under which a profile states the cost, with the parameters `bandwidth_share` and `processor_share`.
    public static let rule: RuleID = "storage.smb_encryption"

    private static let bandwidth = "bandwidth_share"
    private static let processor = "processor_share"

    /// This cost as a profile states it.
    public var settings: RuleSettings {
        RuleSettings(
            parameters: [
                EncryptionCost.bandwidth: .fraction(bandwidthShare),
                EncryptionCost.processor: .fraction(processorShare),
            ], source: source)
    }

    /// The cost that a profile states under ``rule``. Where the profile names no source, the profile is the source.
    /// - Throws: `ProfileError` where a share is missing or no share, ``StorageMathError`` where it is out of bounds.
    public init(profile: ResolvedProfile) throws {
        try self.init(
            bandwidthShare: profile.fraction(EncryptionCost.rule, EncryptionCost.bandwidth),
            processorShare: profile.fraction(EncryptionCost.rule, EncryptionCost.processor),
            source: profile.source(EncryptionCost.rule, EncryptionCost.bandwidth)
                ?? Reference(document: "profile \(profile.name)"))
    }
}
