/// A capacity drive, by its server and its number there; both count from 1, as people call them.
public struct DrivePosition: Sendable, Hashable {
    /// The server, from 1.
    public let server: Int
    /// The drive within the server, from 1.
    public let drive: Int

    /// A place; whether a cluster has it, ``ClusterFailures`` and ``SlabPlacement`` say.
    public init(server: Int, drive: Int) {
        self.server = server
        self.drive = drive
    }
}

extension DrivePosition: Comparable {
    /// By server, then by drive.
    public static func < (left: DrivePosition, right: DrivePosition) -> Bool {
        (left.server, left.drive) < (right.server, right.drive)
    }
}

extension DrivePosition: CustomStringConvertible {
    /// `drive 2 of server 3`.
    public var description: String { "drive \(drive) of server \(server)" }
}
