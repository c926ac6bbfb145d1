extension BitRate {
    /// The bits of a byte rate, eight a byte; an error where they are too many to hold.
    ///
    /// Payload only: what framing adds on the wire is not in a byte rate.
    public init(_ rate: ByteRate) throws(UnitError) {
        self.init(bitsPerSecond: try rate.bytesPerSecond.checkedScale(8, 1, .exact, .bitRate) { "\(rate) as bits" })
    }
}

extension ByteRate {
    /// The bytes of a bit rate, eight bits each; an error where they are not whole and `rounding` is `exact`.
    public init(_ rate: BitRate, rounding: Rounding) throws(UnitError) {
        self.init(
            bytesPerSecond: try rate.bitsPerSecond.checkedScale(1, 8, rounding, .byteRate) { "\(rate) as bytes" })
    }
}
