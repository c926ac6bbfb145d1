extension GaloisField {
    /// The smallest element whose powers are all elements but zero: 2 over 0x11d, 3 over 0x11b.
    public var generator: UInt8 { polynomial.generator }

    /// An element to a power: 1 for the power 0, also of zero; a negative power is one of the inverse. An error for
    /// zero to a negative power.
    public func power(_ base: UInt8, _ exponent: Int) throws(StorageMathError) -> UInt8 {
        guard base != 0 || exponent >= 0 else {
            throw StorageMathError("power of zero", "\(exponent)", bound: "0 or above", remedy: "zero has no inverse")
        }
        return raise(base, to: exponent)
    }

    /// ``power(_:_:)`` where the base is not zero or the exponent not negative.
    func raise(_ base: UInt8, to exponent: Int) -> UInt8 {
        guard exponent != 0 else { return 1 }
        guard base != 0 else { return 0 }
        // The powers of every element repeat after 255.
        let turn = (exponent % 255 + 255) % 255
        return powers[Int(logarithms[Int(base)]) * turn % 255]
    }

    /// The power of the ``generator`` that an element is, 0 to 254; an error for zero, which is none.
    public func logarithm(of element: UInt8) throws(StorageMathError) -> Int {
        guard element != 0 else {
            throw StorageMathError("logarithm of", "0", bound: "1 to 255", remedy: "no power of the generator is zero")
        }
        return Int(logarithms[Int(element)])
    }

    /// The smallest positive power of an element that is 1; an error for zero, of which none is.
    public func order(of element: UInt8) throws(StorageMathError) -> Int {
        var (rest, divisor) = (255, try logarithm(of: element))
        while divisor != 0 { (rest, divisor) = (divisor, rest % divisor) }
        return 255 / rest
    }

    /// The product with a constant as a matrix of bits, in the form in which the instruction GF2P8AFFINEQB takes it:
    /// byte 7 − *i* masks the bits of the input whose parity is bit *i* of the product.
    ///
    /// Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2, GF2P8AFFINEQB. Unlike GF2P8MULB, which
    /// knows 0x11b only, it serves every polynomial.
    public func bitMatrix(of constant: UInt8) -> UInt64 {
        var matrix: UInt64 = 0
        for input in 0..<8 {
            let product = multiply(constant, 1 << UInt8(input))
            for output in 0..<8 where product >> UInt8(output) & 1 == 1 {
                matrix |= 1 << UInt64(8 * (7 - output) + input)
            }
        }
        return matrix
    }
}
