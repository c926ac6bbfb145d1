import StorageMath

extension ShardHeader {
    /// Where the fields lie.
    private enum Field {
        static let version = 8
        static let byteCount = 10
        static let kind = 12
        static let convention = 13
        static let data = 14
        static let localParities = 16
        static let globalParities = 18
        static let index = 20
        static let unit = 24
        static let length = 32
        static let set = 40
        static let checksum = 60
        /// Bytes that are zero.
        static let reserved = Array(22..<24) + Array(28..<32) + Array(56..<60)
    }

    /// The header as it stands in a file.
    public var bytes: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: ShardHeader.byteCount)
        func put(_ value: UInt64, _ count: Int, at offset: Int) {
            for place in 0..<count { bytes[offset + place] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(place))) }
        }
        bytes.replaceSubrange(0..<8, with: ShardHeader.magic)
        put(UInt64(ShardHeader.version), 2, at: Field.version)
        put(UInt64(ShardHeader.byteCount), 2, at: Field.byteCount)
        bytes[Field.kind] = ShardHeader.number(of: striping.layout)
        bytes[Field.convention] = ShardHeader.number(of: striping.convention)
        put(UInt64(striping.layout.data), 2, at: Field.data)
        put(UInt64(striping.layout.localParities), 2, at: Field.localParities)
        put(UInt64(striping.layout.globalParities), 2, at: Field.globalParities)
        put(UInt64(index), 2, at: Field.index)
        put(UInt64(striping.unit), 4, at: Field.unit)
        put(UInt64(length), 8, at: Field.length)
        put(set.high, 8, at: Field.set)
        put(set.low, 8, at: Field.set + 8)
        put(UInt64(CRC32C.checksum(of: Array(bytes[..<Field.checksum]))), 4, at: Field.checksum)
        return bytes
    }

    /// Reads the header with which a file begins.
    /// - Parameters:
    ///   - bytes: the first bytes of the file; those beyond the header count for nothing.
    ///   - file: what errors call it.
    public init(_ bytes: [UInt8], of file: String) throws(StripeError) {
        let magic = ShardHeader.magic
        guard bytes.prefix(magic.count) == magic.prefix(bytes.count) else {
            throw StripeError(
                .notAShard, file, at: 0, found: "it does not begin as a shard does", remedy: "leave it out")
        }
        guard bytes.count >= ShardHeader.byteCount else {
            throw StripeError(
                .truncated, file, at: bytes.count,
                found: "it ends within the header, which has \(ShardHeader.byteCount) bytes",
                remedy: "it counts as lost: repair writes it anew")
        }
        func number(_ count: Int, at offset: Int) -> UInt64 {
            (0..<count).reduce(0) { $0 | UInt64(bytes[offset + $1]) << (8 * UInt64($1)) }
        }
        // Before the version: every version has it in this place, so that a flipped bit makes no other version.
        let kept = number(4, at: Field.checksum)
        let checksum = UInt64(CRC32C.checksum(of: Array(bytes[..<Field.checksum])))
        guard kept == checksum else {
            throw StripeError(
                .damagedHeader, file, at: Field.checksum,
                found: "the header's checksum is 0x\(String(checksum, radix: 16)), not 0x\(String(kept, radix: 16))",
                remedy: "it counts as lost: repair writes it anew")
        }
        let version = number(2, at: Field.version)
        guard version == ShardHeader.version else {
            throw StripeError(
                .otherVersion, file, at: Field.version,
                found: "version \(version) of the format, where \(ShardHeader.version) is read",
                remedy: "read it with the release that wrote it")
        }
        func impossible(_ offset: Int, _ what: String) -> StripeError {
            StripeError(
                .impossibleHeader, file, at: offset, found: "the header has its checksum, and \(what)",
                remedy: "no release wrote it so: leave it out")
        }
        guard number(2, at: Field.byteCount) == UInt64(ShardHeader.byteCount) else {
            throw impossible(Field.byteCount, "calls itself \(number(2, at: Field.byteCount)) bytes long")
        }
        if let offset = Field.reserved.first(where: { bytes[$0] != 0 }) {
            throw impossible(offset, "a reserved byte is not zero")
        }
        guard let convention = ShardHeader.convention(numbered: bytes[Field.convention]) else {
            throw impossible(Field.convention, "convention \(bytes[Field.convention]) is none of 1 to 7")
        }
        let length = number(8, at: Field.length)
        guard length <= UInt64(StripeGeometry.lengthLimit) else {
            throw impossible(Field.length, "the file's length is beyond \(StripeGeometry.lengthLimit)")
        }
        do throws(StorageMathError) {
            let layout = try ErasureLayout(
                data: Int(number(2, at: Field.data)), localParities: Int(number(2, at: Field.localParities)),
                globalParities: Int(number(2, at: Field.globalParities)))
            let striping = try Striping(layout, convention: convention, unit: Int(number(4, at: Field.unit)))
            try self.init(
                striping: striping, index: Int(number(2, at: Field.index)), length: Int(length),
                set: SetIdentifier(high: number(8, at: Field.set), low: number(8, at: Field.set + 8)))
        } catch {
            throw impossible(Field.data, "\(error.quantity) are \(error.value), not \(error.bound)")
        }
        guard bytes[Field.kind] == ShardHeader.number(of: striping.layout) else {
            throw impossible(Field.kind, "kind of code \(bytes[Field.kind]) is not that of \(striping.layout)")
        }
    }
}
