import ClusterCore
import StorageMath
import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

@Suite struct EncryptionCostTests {
    @Test func `AL-66 the architecture charges at most 5 % and Validate-DCB asks for encryption to be off`() throws {
        #expect(EncryptionCost.architecture.bandwidthShare == (try Fraction(parsing: "5%")))
        #expect(EncryptionCost.architecture.bandwidthLeft == (try Fraction(parsing: "95%")))
        #expect(EncryptionCost.architecture.source.architecture == [66])
        #expect(EncryptionCost.off.bandwidthLeft == .one)
        #expect(EncryptionCost.off.processorLeft == .one)
        #expect(EncryptionCost.off.source.document?.contains("Validate-DCB") == true)
    }

    @Test func `a measured cost is as good as a published one`() throws {
        let measured = try EncryptionCost(
            bandwidthShare: Fraction(parsing: "12.5%"), processorShare: .zero, source: Reference(document: "host h1"))
        #expect(measured.assumption.contains("12.5 %") && measured.assumption.contains("host h1"))
    }

    @Test func `shares below 0 or of all are refused`() throws {
        for share in [Fraction(-1), .one, Fraction(2)] {
            #expect(throws: StorageMathError.self) {
                try EncryptionCost(bandwidthShare: share, processorShare: .zero, source: Reference())
            }
            #expect(throws: StorageMathError.self) {
                try EncryptionCost(bandwidthShare: .zero, processorShare: share, source: Reference())
            }
        }
    }

    @Test func `a cost is read from a document as it is written, and its bounds hold there too`() throws {
        let data = try JSONEncoder().encode(EncryptionCost.architecture)
        #expect(try JSONDecoder().decode(EncryptionCost.self, from: data) == .architecture)
        let wrong = Data(#"{"bandwidth_share": "3/2", "processor_share": "0", "source": {"architecture": []}}"#.utf8)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(EncryptionCost.self, from: wrong) }
    }

    @Test func `AL-66 a profile states the cost, and another that extends it replaces one share`() throws {
        let architecture = RuleProfile(
            name: "architecture", version: "1", rules: [EncryptionCost.rule: EncryptionCost.architecture.settings])
        #expect(try EncryptionCost(profile: architecture.resolved(in: [])) == .architecture)
        let mine = try RuleProfile(
            json: Array(
                #"""
                {"name": "mine", "version": "1", "extends": "architecture",
                 "rules": {"storage.smb_encryption": {"parameters": {"bandwidth_share": "2%"},
                   "source": {"document": "measured on h1"}}}}
                """#.utf8))
        let cost = try EncryptionCost(profile: mine.resolved(in: [architecture]))
        #expect(cost.bandwidthShare == (try Fraction(parsing: "2%")))
        #expect(cost.processorShare == (try Fraction(parsing: "5%")))
        #expect(cost.source.document == "measured on h1")
    }

    @Test func `a profile without the rule or with a share of all is refused`() throws {
        #expect(throws: ProfileError.self) {
            try EncryptionCost(profile: RuleProfile(name: "empty", version: "1").resolved(in: []))
        }
        let wrong = RuleProfile(
            name: "wrong", version: "1",
            rules: [
                EncryptionCost.rule: RuleSettings(parameters: [
                    "bandwidth_share": .fraction(.one), "processor_share": .fraction(.zero),
                ])
            ])
        #expect(throws: StorageMathError.self) { try EncryptionCost(profile: wrong.resolved(in: [])) }
    }
}
