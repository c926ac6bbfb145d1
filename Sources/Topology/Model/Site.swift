public import ClusterCore

/// A place with racks and links of its own.
public struct Site: Sendable, Hashable, Codable {
    public var name: String
    /// The temperatures between which the air at the racks' fronts stays.
    public var ambient: TemperatureRange?
    /// Whether cold and hot air have aisles of their own.
    public var separateAisles: Bool?
    /// What of the air is measured there.
    public var monitors: [Climate]?
    public var links: SiteConnections?

    public init(name: String) { self.name = name }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name, ambient
        case separateAisles = "separate_aisles"
        case monitors, links
    }

    /// A property of the air.
    public enum Climate: String, Sendable, Hashable, Codable, CaseIterable { case temperature, humidity }
}

/// Temperatures from the lowest to the highest.
public struct TemperatureRange: Sendable, Hashable, Codable {
    public var lowest: Celsius?
    public var highest: Celsius?

    public init(lowest: Celsius? = nil, highest: Celsius? = nil) {
        self.lowest = lowest
        self.highest = highest
    }

    enum CodingKeys: String, CodingKey, CaseIterable { case lowest, highest }
}

/// How a site is linked to the world.
public struct SiteConnections: Sendable, Hashable, Codable {
    /// Whether the organization's network reaches it.
    public var corporate: Bool?
    /// Whether the Internet can be reached from it.
    public var `internet`: Bool?
    /// Whether devices are managed over a network of its own.
    public var outOfBand: Bool?
    /// What the link to the cloud carries.
    public var wan: BitRate?
    /// The round trip to the cloud's region.
    public var regionRoundTrip: Duration?

    public init() {}

    enum CodingKeys: String, CodingKey, CaseIterable {
        case corporate, `internet`
        case outOfBand = "out_of_band"
        case wan
        case regionRoundTrip = "region_round_trip"
    }
}

/// A rack, or the frame that takes its place.
public struct Rack: Sendable, Hashable, Codable {
    public var name: String
    public var site: String?
    /// The room of the site, where rooms matter.
    public var room: String?
    /// Units of height, 42 as a rule.
    public var units: Int?
    /// Which way the air goes in the rack's place.
    public var airflow: Airflow?
    /// Whether cables leave the air its way.
    public var cablesLeaveAirflow: Bool?
    /// Units kept free for growth.
    public var reservedUnits: Int?

    public init(name: String) { self.name = name }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name, site, room, units, airflow
        case cablesLeaveAirflow = "cables_leave_airflow"
        case reservedUnits = "reserved_units"
    }
}

/// Which way a device moves air.
public enum Airflow: String, Sendable, Hashable, Codable, CaseIterable {
    case frontToBack = "front_to_back"
    case backToFront = "back_to_front"
}
