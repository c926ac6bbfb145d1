/// A picture as a value: boxes, lines and texts on a canvas, with roles in place of colours.
///
/// A model gives a drawing and Reports renders it. Places are whole units from the upper left corner; what a unit is, the
/// one who drew decides by ``DrawingMetrics``: a point of a screen, or a character of a terminal.
public struct Drawing: Sendable, Hashable {
    /// What the picture shows, in a few words: its accessible name.
    public var title: String
    /// What it shows, in a sentence or two, for who cannot see it.
    public var summary: String
    public var width: Int
    public var height: Int
    /// Width and height of a character.
    public var cell: Extent
    /// In the order in which they are drawn: later ones lie above earlier ones.
    public var shapes: [Shape]

    public init(title: String, summary: String, width: Int, height: Int, cell: Extent, shapes: [Shape] = []) {
        self.title = title
        self.summary = summary
        self.width = width
        self.height = height
        self.cell = cell
        self.shapes = shapes
    }

    /// A width and a height.
    public struct Extent: Sendable, Hashable {
        public var width: Int
        public var height: Int

        public init(width: Int, height: Int) {
            self.width = width
            self.height = height
        }
    }

    /// A place and an extent.
    public struct Frame: Sendable, Hashable {
        public var x: Int
        public var y: Int
        public var width: Int
        public var height: Int

        public init(x: Int, y: Int, width: Int, height: Int) {
            self.x = x
            self.y = y
            self.width = width
            self.height = height
        }

        public var right: Int { x + width }
        public var bottom: Int { y + height }

        /// Whether the other lies within, edges touching or not.
        public func contains(_ other: Frame) -> Bool {
            other.x >= x && other.y >= y && other.right <= right && other.bottom <= bottom
        }

        /// Whether both have a place in common; edges that touch are none.
        public func overlaps(_ other: Frame) -> Bool {
            x < other.right && other.x < right && y < other.bottom && other.y < bottom
        }
    }

    /// A part of a picture.
    public indirect enum Shape: Sendable, Hashable {
        /// A rectangle.
        case box(Box)
        /// A line with corners.
        case line([Point], DrawingRole)
        /// A line of text.
        case text(Text)
        /// Shapes that belong together.
        case group(Group)
    }

    /// A place.
    public struct Point: Sendable, Hashable {
        public var x: Int
        public var y: Int

        public init(x: Int, y: Int) {
            self.x = x
            self.y = y
        }
    }

    /// A rectangle.
    public struct Box: Sendable, Hashable {
        public var frame: Frame
        public var role: DrawingRole

        public init(frame: Frame, role: DrawingRole) {
            self.frame = frame
            self.role = role
        }
    }

    /// A line of text from its upper left corner.
    public struct Text: Sendable, Hashable {
        public var frame: Frame
        public var words: String
        public var weight: DrawingWeight
        public var role: DrawingRole

        public init(frame: Frame, words: String, weight: DrawingWeight, role: DrawingRole) {
            self.frame = frame
            self.words = words
            self.weight = weight
            self.role = role
        }
    }

    /// Shapes that belong together, with what is told of them where one points at them.
    public struct Group: Sendable, Hashable {
        /// More than is written in the picture, or empty.
        public var hint: String
        public var shapes: [Shape]

        public init(hint: String, shapes: [Shape]) {
            self.hint = hint
            self.shapes = shapes
        }
    }
}

/// What a part of a picture stands for: a renderer gives each its colour.
public enum DrawingRole: String, Sendable, Hashable, CaseIterable {
    /// The whole, and what has no role of its own.
    case plain
    /// A NUMA node, and memory.
    case memory
    /// A package of processors.
    case package
    /// A die.
    case die
    /// A core.
    case core
    /// A core that is slower than others of the host.
    case slowCore = "slow_core"
    /// A cache.
    case cache
    /// A bridge or a bus.
    case bus
    /// A PCI device.
    case device
    /// A network interface or an RDMA device.
    case network
    /// A block device.
    case storage
    /// What is off, or beside the point.
    case faint
    /// What works, but not as it should.
    case warning
    /// What is broken.
    case critical
}

/// How strongly a text is written.
public enum DrawingWeight: String, Sendable, Hashable, CaseIterable {
    case heading, normal, faint
}
