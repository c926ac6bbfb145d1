import ClusterCore

extension Volume {
    /// Reads a volume as people write it: `NAME:RESILIENCY:SIZE`, as in `data:three-way-mirror:12TB` or `logs:map:20%:4TB`.
    public init(parsing text: String) throws(StorageMathError) {
        guard let first = text.firstIndex(of: ":"), let last = text.lastIndex(of: ":"), first < last else {
            throw StorageMathError(
                "volume", "\"\(text.prefix(64))\"", bound: "a name, a resiliency and a size",
                remedy: "write NAME:RESILIENCY:SIZE, as in data:three-way-mirror:12TB")
        }
        let resiliency = try Resiliency(parsing: String(text[text.index(after: first)..<last]))
        let size: ByteCount
        do throws(UnitError) { size = try ByteCount(parsing: String(text[text.index(after: last)...])) } catch {
            throw StorageMathError(
                "volume", "\"\(text.prefix(64))\"", bound: "a volume with a size (\(error))",
                remedy: "write it last, as in 12TB")
        }
        try self.init(name: String(text[..<first]), resiliency: resiliency, size: size)
    }
}
