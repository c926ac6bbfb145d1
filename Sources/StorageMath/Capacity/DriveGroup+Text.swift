import ClusterCore

extension DriveGroup: CustomStringConvertible {
    /// Reads drives as people write them: `16x2TB`, `4x800GB:nvme`. Without a kind they are `kind`.
    public init(parsing text: String, kind: DriveKind = .ssd) throws(StorageMathError) {
        let remedy = "write how many, how large and, if need be, what: 16x2TB, 4x4TB:hdd, 2x800GB:nvme"
        func refusal(_ bound: String) -> StorageMathError {
            StorageMathError("drives", "\"\(text.prefix(64))\"", bound: bound, remedy: remedy)
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let x = parts.first?.firstIndex(where: { $0 == "x" || $0 == "×" }) else {
            throw refusal("a number of drives and a size")
        }
        guard let count = Int(parts[0][..<x]) else { throw refusal("drives in a whole number") }
        let size: ByteCount
        do throws(UnitError) { size = try ByteCount(parsing: String(parts[0][parts[0].index(after: x)...])) } catch {
            throw refusal("drives with a size (\(error))")
        }
        var named = kind
        if parts.count == 2 {
            guard let found = DriveKind(rawValue: String(parts[1])) else {
                throw refusal(
                    "drives of a kind that there is: \(DriveKind.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            named = found
        }
        try self.init(named, count: count, size: size)
    }

    /// Reads groups with commas between them: `8x4TB:hdd,4x2TB:ssd`.
    public static func list(parsing text: String, kind: DriveKind = .ssd) throws(StorageMathError) -> [DriveGroup] {
        var groups: [DriveGroup] = []
        for part in text.split(
            separator: ",", maxSplits: ClusterShape.driveRange.upperBound, omittingEmptySubsequences: false)
        {
            groups.append(try DriveGroup(parsing: String(part), kind: kind))
        }
        return groups
    }

    /// As it is read back: `16x2TB:ssd`.
    public var description: String { "\(count)x\(size.description.filter { $0 != " " }):\(kind.rawValue)" }
}
