/// The newest samples of one signal, in a ring whose memory is taken once and never grows.
///
/// Beside its history, of ``bytesPerSample`` a sample, a series takes 32 bytes and one allocation's head. A series has no
/// identity of its own: it is found by its ``SignalIndex``.
public struct SignalSeries: Sendable {
    private var ring: [SignalSample]
    private var head: UInt32 = 0
    /// The most samples that are kept.
    public let capacity: UInt32
    /// The newest value that is a number, kept even when the ring forgot it.
    public private(set) var lastKnown: SignalSample?

    /// Memory of a sample in the history, in bytes.
    public static let bytesPerSample = MemoryLayout<SignalSample>.stride
    /// The longest history.
    public static let capacityLimit = 1_000_000

    /// An empty series.
    /// - Parameter capacity: the most samples that are kept, taken into 1…``capacityLimit``.
    public init(capacity: Int) {
        self.capacity = UInt32(min(max(1, capacity), SignalSeries.capacityLimit))
        ring = []
    }

    /// What became of a sample.
    public enum Outcome: Sendable, Hashable, CaseIterable {
        /// It is the newest now.
        case taken
        /// The newest sample has the same time and the same value; nothing changed.
        case repeated
        /// The newest sample has the same time and another value: two sources claim one series. Nothing changed.
        case contradicted
        /// It is older than the newest sample. Nothing changed.
        case late
    }

    /// Adds the newest sample, and forgets the oldest where the ring is full.
    ///
    /// NaN is taken as what it is: a time at which the value was asked for and not known.
    @discardableResult public mutating func append(_ sample: SignalSample) -> Outcome {
        if let newest {
            if sample.time < newest.time { return .late }
            if sample.time == newest.time { return sample.value == newest.value ? .repeated : .contradicted }
        }
        if ring.count < Int(capacity) {
            if ring.isEmpty { ring.reserveCapacity(Int(capacity)) }
            ring.append(sample)
        } else {
            ring[Int(head)] = sample
            head = head + 1 == capacity ? 0 : head + 1
        }
        if !sample.value.isNaN { lastKnown = sample }
        return .taken
    }

    /// How many samples there are.
    public var count: Int { ring.count }

    /// A sample by age: 0 is the oldest that is kept.
    /// - Precondition: `position` is within 0..<``count``.
    public subscript(position: Int) -> SignalSample {
        let place = Int(head) + position
        return ring[place < ring.count ? place : place - ring.count]
    }

    /// The newest sample.
    public var newest: SignalSample? { ring.isEmpty ? nil : self[ring.count - 1] }

    /// What is known at a moment: the newest number decides, by its age. What is no number tells nothing and takes nothing
    /// away, so that a series from which samples were lost is never known where the whole one is not.
    public func state(at now: SignalTime, _ freshness: Freshness = Freshness()) -> SignalState {
        freshness.state(of: lastKnown, at: now)
    }
}
