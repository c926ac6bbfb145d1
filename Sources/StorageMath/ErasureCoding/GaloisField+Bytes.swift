extension GaloisField {
    /// Adds the product of each byte with a coefficient to the byte at the same place of `sum`. A coefficient of 1 is
    /// the exclusive or. An error where the lengths differ.
    public func multiply(
        _ bytes: Span<UInt8>, by coefficient: UInt8, addingTo sum: inout MutableSpan<UInt8>
    ) throws(StorageMathError) {
        guard bytes.count == sum.count else {
            throw StorageMathError(
                "bytes of the sum", "\(sum.count)", bound: "\(bytes.count), as many as there are to multiply",
                remedy: "give both the same length")
        }
        let row = Int(coefficient) << 8
        for index in bytes.indices { sum[index] ^= products[row | Int(bytes[index])] }
    }

    /// Adds `count` bytes of `source` from `start`, times the coefficient, to those of `sum` from `place`. The caller
    /// has checked the places.
    func accumulate(
        _ coefficient: UInt8, _ source: [UInt8], from start: Int, into sum: inout [UInt8], at place: Int, count: Int
    ) {
        switch coefficient {
        case 0: return
        case 1 where count < 256:
            for index in 0..<count { sum[place + index] ^= source[start + index] }
        case _ where count >= 256:
            // Long enough for a kernel's table to pay.
            let table = SpreadTable([coefficient], first: 0, self, .detected)
            unsafe source.withUnsafeBufferPointer { source in
                unsafe sum.withUnsafeMutableBufferPointer { sum in
                    guard let from = source.baseAddress, let to = sum.baseAddress else { return }
                    var offset = 0
                    unsafe table.add(nil, from + start, count, to: to, &offset, at: place)
                }
            }
        default:
            let row = Int(coefficient) << 8
            for index in 0..<count { sum[place + index] ^= products[row | Int(source[start + index])] }
        }
    }
}
