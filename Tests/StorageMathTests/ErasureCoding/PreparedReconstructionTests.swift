import StorageMath
import Testing

@Suite struct PreparedReconstructionTests {
    @Test func `what another coder made ready is refused, and nothing is written`() throws {
        let wide = try ErasureCoder(ReedSolomon(data: 12, parity: 4, convention: .cauchy1))
        let narrow = try ErasureCoder(ReedSolomon(data: 2, parity: 2, convention: .vandermondePowers))
        let twin = try ErasureCoder(ReedSolomon(data: 2, parity: 2, convention: .cauchy1))
        let regions = try ShardRegions(count: 4, length: 8)
        for foreign in [try wide.reconstruction(of: [0]), try twin.reconstruction(of: [0])] {
            var bytes = (0..<32).map { UInt8($0) }
            let before = bytes
            #expect {
                var span = bytes.mutableSpan
                try narrow.reconstruct(foreign, in: &span, at: regions)
            } throws: {
                "\($0)".contains("another coder")
            }
            #expect(bytes == before)
        }
    }
}
