import StorageMath
import TestSupport
import Testing

/// Arithmetic in GF(2^8), against published values.
@Suite struct GaloisFieldTests {
    static let fields = [GaloisField.storage, .aes]

    @Test func `SHA-256 here is that of FIPS 180-4, example of one block`() {
        #expect(
            SHA256.digest(of: Array("abc".utf8))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test(
        arguments: [
            (0x02, 0x80, 0x1d, 0x1b), (0x57, 0x83, 0x31, 0xc1), (0x57, 0x13, 0xe0, 0xfe), (0x53, 0xca, 0x8f, 0x01),
            (0xff, 0xff, 0xe2, 0x13),
        ] as [(UInt8, UInt8, UInt8, UInt8)])
    func `products over 0x11d, and over 0x11b as FIPS 197 4_2 prints`(
        left: UInt8, right: UInt8, storage: UInt8, aes: UInt8
    ) {
        #expect(GaloisField.storage.multiply(left, right) == storage)
        #expect(GaloisField.aes.multiply(left, right) == aes)
    }

    @Test(arguments: [
        (GaloisField.storage, "003d1a609783d2740b9b3f00b0cd9e43e42c4f3eedc5ff54ec1709996d52e1e0"),
        (GaloisField.aes, "14a1e7e77ca8a30b5bb53e6310748ce0498eb9e04ab78a44dbefb6ebfac8a84b"),
    ])
    func `all 65,536 products have the digest of the known table`(field: GaloisField, digest: String) {
        var table: [UInt8] = []
        for left in 0...255 { for right in 0...255 { table.append(field.multiply(UInt8(left), UInt8(right))) } }
        #expect(SHA256.digest(of: table) == digest)
    }

    @Test func `products and powers of JavaReedSolomon GaloisTest and klauspost galois_test`() throws {
        let field = GaloisField.storage
        #expect(field.multiply(3, 4) == 12)
        #expect(field.multiply(7, 7) == 21)
        #expect(field.multiply(23, 45) == 41)
        #expect(try field.power(2, 2) == 4)
        #expect(try field.power(5, 20) == 235)
        #expect(try field.power(13, 7) == 43)
    }

    @Test func `2 generates the field of 0x11d and not that of 0x11b, which 3 does`() throws {
        #expect(try GaloisField.storage.order(of: 2) == 255)
        #expect(try GaloisField.aes.order(of: 2) == 51)
        #expect(try GaloisField.aes.order(of: 3) == 255)
        #expect(GaloisField.storage.generator == 2)
        #expect(GaloisField.aes.generator == 3)
        #expect(try GaloisField.storage.inverse(of: 2) == 0x8e)
        #expect(try GaloisField.aes.inverse(of: 2) == 0x8d)
    }

    @Test func `the powers of 2 over 0x11d begin as every table of them`() throws {
        let powers = try (0..<15).map { try GaloisField.storage.power(2, $0) }
        #expect(hexadecimal(powers) == "01020408102040801d3a74e8cd8713")
    }

    @Test(
        arguments: [
            (25, "0019322b647d56fab86dc785c31f"), (177, "00b17fcefe4f819e0306e875bd40"),
        ] as [(UInt8, String)])
    func `slices of klauspost galois_test multiplied by a constant`(constant: UInt8, expected: String) throws {
        let input: [UInt8] = [0, 1, 2, 3, 4, 5, 6, 10, 50, 100, 150, 174, 201, 255]
        var product = [UInt8](repeating: 0, count: input.count)
        var span = product.mutableSpan
        try GaloisField.storage.multiply(input.span, by: constant, addingTo: &span)
        #expect(hexadecimal(product) == expected)
    }

    @Test(
        arguments: [
            (1, 0x0102_0408_1020_4080), (2, 0x8001_8284_8810_2040), (3, 0x8103_868c_9830_60c0),
            (4, 0x4080_41c2_c488_1020), (0x1d, 0x71e2_b51b_478e_1c38), (0x8e, 0x0205_0911_2040_8001),
            (0xff, 0x5fbf_211d_65cb_972f),
        ] as [(UInt8, UInt64)])
    func `matrices of GF2P8AFFINEQB as in ISA-L gf_table_gfni`(constant: UInt8, matrix: UInt64) {
        #expect(GaloisField.storage.bitMatrix(of: constant) == matrix)
    }

    @Test(arguments: fields)
    func `a matrix of bits multiplies every byte as the field does`(field: GaloisField) {
        for constant in UInt8.min...UInt8.max {
            let matrix = field.bitMatrix(of: constant)
            for input in stride(from: 0, through: 255, by: 5).map({ UInt8($0) }) {
                let product = (0..<8).reduce(UInt8(0)) { sum, bit in
                    let row = UInt8(truncatingIfNeeded: matrix >> UInt64(8 * (7 - bit)))
                    return sum | UInt8((row & input).nonzeroBitCount & 1) << UInt8(bit)
                }
                #expect(product == field.multiply(constant, input))
            }
        }
    }

    @Test(arguments: fields)
    func `inverses, powers and logarithms agree with products for every element`(field: GaloisField) throws {
        for element in UInt8(1)...UInt8.max {
            #expect(field.multiply(element, try field.inverse(of: element)) == 1)
            #expect(try field.power(element, -1) == field.inverse(of: element))
            #expect(try field.power(field.generator, field.logarithm(of: element)) == element)
            let order = try field.order(of: element)
            let powers = try (1...255).map { try field.power(element, $0) }
            #expect(powers.firstIndex(of: 1) == order - 1)
            var product: UInt8 = 1
            for power in powers {
                product = field.multiply(product, element)
                guard product == power else {
                    Issue.record("\(element)")
                    break
                }
            }
        }
    }

    @Test(arguments: fields)
    func `a field is associative, commutative and distributive`(field: GaloisField) {
        forRandom(3_000) { random in
            let (a, b, c) = (random.edgy(UInt8.self), random.edgy(UInt8.self), random.edgy(UInt8.self))
            return field.multiply(a, field.multiply(b, c)) == field.multiply(field.multiply(a, b), c)
                && field.multiply(a, b) == field.multiply(b, a)
                && field.multiply(a, field.add(b, c)) == field.add(field.multiply(a, b), field.multiply(a, c))
                && field.multiply(a, 1) == a && field.multiply(a, 0) == 0 && field.add(a, a) == 0
        }
    }

    @Test func `what zero does not have is refused, and no exponent traps`() throws {
        let field = GaloisField.storage
        #expect(throws: StorageMathError.self) { try field.inverse(of: 0) }
        #expect(throws: StorageMathError.self) { try field.logarithm(of: 0) }
        #expect(throws: StorageMathError.self) { try field.order(of: 0) }
        #expect(throws: StorageMathError.self) { try field.power(0, -1) }
        #expect(try field.power(0, 0) == 1)
        #expect(try field.power(0, 5) == 0)
        // 2^63 - 1 = 127 and -2^63 = -128 modulo 255.
        #expect(try field.power(7, Int.max) == field.power(7, 127))
        #expect(try field.power(7, Int.min) == field.power(7, 127))
        var sum: [UInt8] = [1, 2]
        let three: [UInt8] = [1, 2, 3]
        var span = sum.mutableSpan
        do throws(StorageMathError) {
            try field.multiply(three.span, by: 2, addingTo: &span)
            Issue.record("lengths differ")
        } catch {
            #expect(error.value == "2")
        }
        #expect(sum == [1, 2])
    }
}
