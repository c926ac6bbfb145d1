public import ClusterCore

/// What SMB encryption takes of links and processors, and who says so (AL-66).
///
/// Sources disagree on the cost and on whether encryption is on, so neither is a constant: a value carries its source,
/// and whoever has measured writes ``init(bandwidthShare:processorShare:source:)``.
public struct EncryptionCost: Sendable, Hashable {
    /// The share of the links' payload that encryption takes: 0 or above, below 1.
    public let bandwidthShare: Fraction
    /// The share of the processor time given to a task that encryption takes: 0 or above, below 1.
    public let processorShare: Fraction
    /// Who says so.
    public let source: Reference

    /// A cost; an error where a share is below 0, or 1 or above.
    public init(
        bandwidthShare: Fraction, processorShare: Fraction, source: Reference
    ) throws(StorageMathError) {
        for (quantity, share) in [("bandwidth", bandwidthShare), ("processor", processorShare)] {
            try StorageMathError.requireShare(
                share, "\(quantity) share of encryption", zero: true, one: false,
                remedy: "write what encryption takes of the whole, such as 5%")
        }
        self.init(unchecked: bandwidthShare, processorShare, source)
    }

    private init(unchecked bandwidthShare: Fraction, _ processorShare: Fraction, _ source: Reference) {
        self.bandwidthShare = bandwidthShare
        self.processorShare = processorShare
        self.source = source
    }

    /// Encryption on, at the bound of the architecture: below 5 %, of which it does not say what it is a share of, so
    /// both are charged with all of it.
    public static let architecture = EncryptionCost(
        unchecked: .ratio(5, 100), .ratio(5, 100), Reference(architecture: [66], document: "architecture"))

    /// Encryption off: what Microsoft's Validate-DCB asks for, as encryption took RDMA away from SMB on Windows Server
    /// 2016 and 2019.
    public static let off = EncryptionCost(unchecked: .zero, .zero, Reference(document: "Microsoft, Validate-DCB"))

    /// What is left of the links: one less the share.
    public var bandwidthLeft: Fraction { bandwidthShare.complement ?? .zero }

    /// What is left of the processors: one less the share.
    public var processorLeft: Fraction { processorShare.complement ?? .zero }

    /// The cost and its source in a sentence, for results that rest on it.
    public var assumption: String {
        bandwidthShare == .zero && processorShare == .zero
            ? "SMB encryption costs nothing or is off (\(source))"
            : "SMB encryption takes \(bandwidthShare.percentText) of the links and "
                + "\(processorShare.percentText) of the processors (\(source))"
    }
}

extension EncryptionCost: Codable {
    private enum CodingKeys: String, CodingKey {
        case bandwidthShare = "bandwidth_share"
        case processorShare = "processor_share"
        case source
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let bandwidth = try container.decode(Fraction.self, forKey: .bandwidthShare)
        let processor = try container.decode(Fraction.self, forKey: .processorShare)
        let source = try container.decode(Reference.self, forKey: .source)
        do throws(StorageMathError) {
            try self.init(bandwidthShare: bandwidth, processorShare: processor, source: source)
        } catch {
            throw DecodingError.dataCorruptedError(
                forKey: .bandwidthShare, in: container, debugDescription: error.description)
        }
    }
}
