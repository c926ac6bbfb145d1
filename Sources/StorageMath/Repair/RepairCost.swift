public import ClusterCore

/// What it costs to rebuild one lost byte.
public struct RepairCost: Sendable, Hashable {
    /// Bytes read from drives for one lost byte.
    public let reads: Fraction
    /// Bytes that cross the network for one lost byte.
    public let transfers: Fraction
    /// What was taken for granted because no source says it.
    public let assumptions: [String]

    /// A cost; an error where one of the numbers is below zero or above 256, the most symbols of a code.
    public init(reads: Fraction, transfers: Fraction, assumptions: [String] = []) throws(StorageMathError) {
        for (quantity, value) in [("reads per lost byte", reads), ("transfers per lost byte", transfers)] {
            guard value >= .zero, value <= Fraction(256) else {
                throw StorageMathError(
                    quantity, value.description, bound: "0 to 256", remedy: "a code has at most 256 symbols")
            }
        }
        self.init(unchecked: reads, transfers, assumptions)
    }

    init(unchecked reads: Fraction, _ transfers: Fraction, _ assumptions: [String] = []) {
        self.reads = reads
        self.transfers = transfers
        self.assumptions = assumptions
    }

    /// One copy is read and sent: a mirror.
    public static let copy = RepairCost(unchecked: .one, .one)
}

/// What is lost at once and rebuilt.
public enum RepairScope: String, Sendable, Hashable, Codable, CaseIterable {
    /// One drive.
    case drive
    /// A server with all its drives.
    case server
}

extension Code {
    /// What it costs to rebuild a byte of this code, or `nil` where there is nothing to rebuild it from: one copy.
    ///
    /// A mirror reads 1, RS `k`, LRC what its symbols take on average (``ErasureLayout/averageRepairReads``). Symbols
    /// lie in different fault domains, so all that is read crosses the network; only the second copy or the parity
    /// within a server of a nested type does not.
    public func repairCost(of scope: RepairScope) -> RepairCost? {
        switch (self, scope) {
        case (.copies(let count), _): count > 1 ? .copy : nil
        case (.erasure(let layout), _):
            RepairCost(unchecked: layout.averageRepairReads, layout.averageRepairReads)
        case (.nestedCopies, .server), (.nestedParity, .server): .copy
        case (.nestedCopies, .drive):
            RepairCost(unchecked: .one, .zero, ["a nested mirror's lost drive is copied within its server"])
        case (.nestedParity(let columns), .drive):
            RepairCost(
                unchecked: Fraction(Int64(columns - 1)), .zero,
                ["nested parity's lost drive is rebuilt from the parity within its server"])
        }
    }
}

extension Layout {
    /// What it costs to rebuild a byte that a lost drive or server held.
    ///
    /// Parts of a volume are weighed by the bytes that they store, share × overhead, since that is what a drive holds
    /// of them: mirror-accelerated parity reads (3*m* + *p*·(1 − *m*)/*e*) / (3*m* + (1 − *m*)/*e*) bytes for one, with
    /// mirror share *m*, parity efficiency *e* and its reads *p*.
    ///
    /// - Throws: where a part has one copy only, or the exact fractions do not fit.
    public func repairCost(of scope: RepairScope) throws(StorageMathError) -> RepairCost {
        var (reads, transfers, stored) = (Fraction.zero, Fraction.zero, Fraction.zero)
        var assumptions: [String] = []
        for part in parts {
            guard let cost = part.code.repairCost(of: scope) else {
                throw StorageMathError(
                    "copies", "1", bound: "2 or more", remedy: "a simple volume is restored from backup, not repaired")
            }
            do throws(UnitError) {
                let bytes = try part.share.multiplied(by: part.code.overhead)
                reads = try reads.adding(bytes.multiplied(by: cost.reads))
                transfers = try transfers.adding(bytes.multiplied(by: cost.transfers))
                stored = try stored.adding(bytes)
            } catch {
                throw StorageMathError("reads per lost byte", error)
            }
            assumptions += cost.assumptions
        }
        do throws(UnitError) {
            return RepairCost(
                unchecked: try reads.divided(by: stored), try transfers.divided(by: stored), assumptions)
        } catch {
            throw StorageMathError("reads per lost byte", error)
        }
    }
}
