import StorageMath
import Testing

/// Parities of one known pattern of data, which other implementations gave as well: V-pow and Cauchy1 ISA-L's
/// `ec_base.c`, zfec its `fec.c`.
@Suite struct ParityVectorTests {
    /// D[i][j] = (31 i + 17 j + 5 i j + 7) mod 256, 16 bytes a shard.
    static func data(_ count: Int) -> [[UInt8]] {
        func byte(_ i: Int, _ j: Int) -> UInt8 { UInt8((31 * i + 17 * j + 5 * i * j + 7) % 256) }
        return (0..<count).map { i in (0..<16).map { byte(i, $0) } }
    }

    @Test func `the pattern begins as printed`() {
        #expect(hexadecimal(ParityVectorTests.data(2)[0]) == "0718293a4b5c6d7e8fa0b1c2d3e4f506")
        #expect(hexadecimal(ParityVectorTests.data(2)[1]) == "263c52687e94aac0d6ec02182e445a70")
    }

    @Test(
        arguments: [
            (2, .vandermondePowers, ["21247b5235c8c7be594cb3dafda0af76", "4b608deab76924e33e65b5f28f6c41e6"]),
            (2, .cauchy1, ["64185fce81a9de7f70ff2369fd4ec2d8", "e516c522067e854ae5166eb9ad7e7e3a"]),
            (2, .backblaze, ["4550df9e21d1fe1f3d38ca6b34b9b6ea", "6474a4cc141939a1647479b1c919199c"]),
            (2, .zfec, ["4550df9e21d1fe1f3d38ca6b34b9b6ea", "8388d86f9f5b56bcf68d478d005e73c3"]),
            (4, .vandermondePowers, ["00c0a400600004f820f04470900034e8", "45a935e63a5ea2f14dd1ad39e2e6bab3"]),
            (4, .cauchy1, ["ad97c72f7d9ad2dd503ffd87b43a2b65", "f9bd8abdfca230aa9a2d73366a83f1b6"]),
            (4, .backblaze, ["83931f5f0b15500e8cd10f1d2610f2c2", "a20d9b0d63dd8f9a158739fa9cb0e5fe"]),
            (4, .jerasure, ["00c0a400600004f820f04470900034e8", "009cf6026c4046fa30b41612944066aa"]),
            (4, .raidZ, ["00c0a400600004f820f04470900034e8", "4e7452851c312ab02d0aeb26852fc900"]),
            (6, .vandermondePowers, ["21a49fd23d48fbb6793cf71a35a0535e", "6443d209e29fd64104f76e229f4d4ea6"]),
            (6, .cauchy1, ["5f093a99975f09811e3db62c375730e2", "8ae33f2cea7bcf9d35661d28a1de4fbf"]),
            (
                10, .vandermondePowers,
                [
                    "e12423920548ffae09ac3b7a3da027a6", "256184dc6cac865fc6e727978999014c",
                    "c51623c3f627121369385a6d816dae4c", "505c5b4cfefa6e072dd59911c9e830f5",
                ]
            ),
            (
                10, .backblaze,
                [
                    "20bb5841d91212d90f75ce57a6a4066e", "c1f681efed5ae6dec01546bb29045597",
                    "5c525b10294e581ff068b166a864a0dc", "bd69b642da868fdf18045b4dadc4e1c5",
                ]
            ),
        ] as [(Int, CodeConvention, [String])])
    func `parities of the known pattern`(data: Int, convention: CodeConvention, expected: [String]) throws {
        let code = try ReedSolomon(data: data, parity: expected.count, convention: convention)
        #expect(try code.encode(ParityVectorTests.data(data)).map(hexadecimal) == expected, "\(convention)")
    }

    @Test func `parities of LRC(8,2,1): P of RAID-6 split in two, and Q`() throws {
        let code = try LocalReconstructionCode(data: 8, localParities: 2, globalParities: 1)
        #expect(
            try code.encode(ParityVectorTests.data(8)).map(hexadecimal) == [
                "00c0a400600004f820f04470900034e8", "00806ce090003c08e010ccb000008cd8",
                "3747b28fe2b48e32f1e46d537b9175b6",
            ])
    }
}
