public import ClusterCore

/// Where power comes from, from the feeds to the strips in the racks.
public struct Power: Sendable, Hashable, Codable {
    /// The names of independent feeds of the building.
    public var feeds: [String]
    public var ups: [PowerUnit]?
    public var pdus: [PowerUnit]?

    public init(feeds: [String], ups: [PowerUnit]? = nil, pdus: [PowerUnit]? = nil) {
        self.feeds = feeds
        self.ups = ups
        self.pdus = pdus
    }

    enum CodingKeys: String, CodingKey, CaseIterable { case feeds, ups, pdus }
}

/// An uninterruptible supply or a distribution unit: power comes in from one source and goes out to others.
public struct PowerUnit: Sendable, Hashable, Codable {
    public var name: String
    /// A feed, a UPS or a PDU.
    public var source: String?
    /// What it carries for as long as one likes.
    public var capacity: Watts?
    /// How long the battery of a UPS holds the load.
    public var runtime: Duration?
    /// Whether a PDU tells what it carries.
    public var monitored: Bool?

    public init(name: String) { self.name = name }

    enum CodingKeys: String, CodingKey, CaseIterable { case name, source, capacity, runtime, monitored }
}

/// What a device draws.
public struct PowerDraw: Sendable, Hashable, Codable {
    public var typical: Watts?
    /// The most that it ever draws.
    public var most: Watts?

    public init(typical: Watts? = nil, most: Watts? = nil) {
        self.typical = typical
        self.most = most
    }

    enum CodingKeys: String, CodingKey, CaseIterable { case typical, most }
}
