extension ErasureLayout {
    /// The layout of dual parity for a number of fault domains, or `nil` below 4 and above 16, where there is none.
    ///
    /// A published table and not a rule: RS 4+2 has six symbols and begins at seven fault domains, while RS 2+2 has four
    /// and begins at four (Microsoft, fault-tolerance, 2023-04).
    public static func dualParity(faultDomains: Int, media: ClusterShape.Media) -> ErasureLayout? {
        switch (faultDomains, media) {
        case (4...6, _): ErasureLayout(unchecked: 2, 0, 2)
        case (7...8, _), (9...11, .hybrid): ErasureLayout(unchecked: 4, 0, 2)
        case (9...15, .allFlash): ErasureLayout(unchecked: 6, 0, 2)
        case (12...16, .hybrid): ErasureLayout(unchecked: 8, 2, 1)
        case (16, .allFlash): ErasureLayout(unchecked: 12, 2, 1)
        default: nil
        }
    }
}
