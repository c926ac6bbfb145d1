import StorageMath

extension StripeSet {
    /// Puts the file together again, from whatever shards are left.
    ///
    /// Parities are read only where data is lost. A file is there whole or not at all; a stream has got all before the
    /// place of an error. A new file has the permissions of the shards.
    ///
    /// - Parameter replaces: whether a file that is there may be replaced; a shard that is read never is.
    ///
    /// An error where there are shards of several files and none was chosen, too much of a stripe is lost, the content is not what was striped, or the output cannot be
    /// written.
    public func decode(
        to output: StripeOutput, replacing replaces: Bool = false, run: StripeRun = StripeRun()
    ) throws(StripeError) -> DecodedFile {
        if let ambiguity { throw ambiguity }
        let stripes = geometry.stripes
        if readableStripes < stripes {
            throw loss(of: Set(0..<striping.layout.symbols), in: readableStripes)
        }
        let code = try provenCode()
        let writer = try OutputWriter(output, replaces: replaces, mode: mode, apartFrom: statuses, run)
        let account = try SetScan(self, code, for: .decoding(writer), run).scan()
        guard account.isContentRight(of: self) == true else { throw wrongContent }
        try run.checkStop(place)
        try writer.finish()
        return DecodedFile(length: length, rebuiltUnits: account.rebuiltUnits)
    }
}

/// A file that was put together.
public struct DecodedFile: Sendable, Hashable {
    /// Bytes of the file.
    public let length: Int
    /// Units of data that were lost and calculated from others.
    public let rebuiltUnits: Int
}
