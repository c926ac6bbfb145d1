/// The field of 256 elements in which erasure codes over bytes calculate: the reference, by tables.
///
/// The tables (64 KiB of products and 1 KiB beside it) are built once for each polynomial, at first use.
public struct GaloisField: Sendable {
    /// What products are reduced by.
    public let polynomial: FieldPolynomial
    /// `products[a * 256 + b]` is the product of *a* and *b*.
    let products: [UInt8]
    /// The reciprocals; of zero, which has none, zero.
    let reciprocals: [UInt8]
    /// The powers 0 to 254 of the generator.
    let powers: [UInt8]
    /// To which power the generator is an element; of zero, which is none, zero.
    let logarithms: [UInt8]

    /// The field of a polynomial.
    public init(_ polynomial: FieldPolynomial) {
        self = polynomial == .storage ? .storage : .aes
    }

    /// The field of the storage codes, over 0x11d.
    public static let storage = GaloisField(building: .storage)
    /// The field of AES, over 0x11b.
    public static let aes = GaloisField(building: .aes)

    private init(building polynomial: FieldPolynomial) {
        var products = [UInt8](repeating: 0, count: 65_536)
        var reciprocals = [UInt8](repeating: 0, count: 256)
        for left in 0..<256 {
            for right in left..<256 {
                let product = polynomial.product(UInt8(left), UInt8(right))
                products[left << 8 | right] = product
                products[right << 8 | left] = product
                if product == 1 {
                    reciprocals[left] = UInt8(right)
                    reciprocals[right] = UInt8(left)
                }
            }
        }
        var powers: [UInt8] = []
        var logarithms = [UInt8](repeating: 0, count: 256)
        var power: UInt8 = 1
        for exponent in 0..<255 {
            powers.append(power)
            logarithms[Int(power)] = UInt8(exponent)
            power = polynomial.product(power, polynomial.generator)
        }
        self.polynomial = polynomial
        self.products = products
        self.reciprocals = reciprocals
        self.powers = powers
        self.logarithms = logarithms
    }

    /// The sum, which is also the difference: the exclusive or.
    public func add(_ left: UInt8, _ right: UInt8) -> UInt8 { left ^ right }

    /// The product.
    public func multiply(_ left: UInt8, _ right: UInt8) -> UInt8 { products[Int(left) << 8 | Int(right)] }

    /// The element by which this one gives 1; an error for zero, which has none.
    public func inverse(of element: UInt8) throws(StorageMathError) -> UInt8 {
        guard element != 0 else {
            throw StorageMathError("element to invert", "0", bound: "1 to 255", remedy: "zero has no inverse")
        }
        return reciprocals[Int(element)]
    }
}

extension GaloisField: Hashable {
    /// Fields of one polynomial are one field.
    public static func == (left: GaloisField, right: GaloisField) -> Bool { left.polynomial == right.polynomial }

    public func hash(into hasher: inout Hasher) { hasher.combine(polynomial) }
}

extension GaloisField: CustomStringConvertible {
    /// `GF(2^8) over 0x11d`.
    public var description: String { "GF(2^8) over 0x" + String(polynomial.rawValue, radix: 16) }
}
