/// The number of a signal in its ``SignalCatalogue``: dense from 0, so that what belongs to a signal stands in arrays.
public struct SignalIndex: Sendable, Hashable, Comparable {
    /// The place in an array.
    public let position: Int

    public init(position: Int) { self.position = position }

    public static func < (left: SignalIndex, right: SignalIndex) -> Bool { left.position < right.position }
}

/// All signals that are known, each identity kept once and known by a number from then on.
///
/// An identity is a row of 4-byte numbers, one for the name and two for a label, in one array for all signals; the texts
/// are kept once each. A signal with five labels takes 44 bytes for its row, 16 for its descriptor and at most 16 for its
/// place in the table, and the bytes of those texts that no other signal has. There is no dictionary and no object a signal.
public struct SignalCatalogue: Sendable {
    private var symbols = SymbolTable()
    private var rows: [UInt32] = []
    private var descriptors: [Descriptor] = []
    private var places = NumberTable()
    /// The most signals that are taken.
    public let limit: Int

    private struct Descriptor {
        var rowEnd: UInt32
        var source: UInt32
        var unit: SignalUnit
        var kind: SignalKind
    }

    /// An empty catalogue.
    /// - Parameter limit: the most signals that are taken; what comes after is refused.
    public init(limit: Int = 1_000_000) { self.limit = max(0, min(limit, Int(UInt32.max) - 1)) }

    /// How many signals there are; their indices are 0..<`count`.
    public var count: Int { descriptors.count }

    /// The index of a signal, which is added where it is new.
    ///
    /// An error where the catalogue is full, or where a signal comes back with another unit or kind: then one of the two is
    /// wrong, and neither may be judged by the other's rules. Where the unit is unknown, the other one holds.
    public mutating func index(
        of identity: SignalIdentity, unit: SignalUnit, kind: SignalKind, source: String = ""
    ) throws(SignalError) -> SignalIndex {
        if let known = find(identity) {
            let descriptor = descriptors[known.position]
            guard descriptor.kind == kind, descriptor.unit == unit || unit == .unknown || descriptor.unit == .unknown
            else {
                throw SignalError(
                    .contradiction, input: "\(identity)",
                    problem: "it was a \(descriptor.kind.rawValue) in \(descriptor.unit.rawValue) and comes as a "
                        + "\(kind.rawValue) in \(unit.rawValue)",
                    remedy: "give the two signals different names")
            }
            if descriptor.unit == .unknown { descriptors[known.position].unit = unit }
            return known
        }
        let full = SignalError(
            .tooLarge, input: "\(identity)", problem: "the catalogue holds \(count) signals",
            remedy: "raise the limit of \(limit) signals or take fewer")
        guard count < limit, let name = symbols.intern(identity.name.text.utf8),
            let origin = symbols.intern(source.utf8)
        else { throw full }
        let start = rows.count
        rows.makeRoom(for: 1 + 2 * identity.labels.count)
        rows.append(name)
        for label in identity.labels {
            guard let key = symbols.intern(label.name.utf8), let value = symbols.intern(label.value.utf8),
                rows.count < Int(UInt32.max) - 2
            else {
                rows.removeSubrange(start...)
                throw full
            }
            rows.append(key)
            rows.append(value)
        }
        let number = UInt32(descriptors.count)
        descriptors.makeRoom(for: 1)
        descriptors.append(Descriptor(rowEnd: UInt32(rows.count), source: origin, unit: unit, kind: kind))
        if places.isFull { places = places.grown { SignalCatalogue.hash(row($0)) } }
        places.insert(number, hash: SignalCatalogue.hash(rows[start...]))
        return SignalIndex(position: Int(number))
    }

    /// The index of the signal of a measurement, which is added where it is new.
    public mutating func index(of measurement: Measurement) throws(SignalError) -> SignalIndex {
        try index(
            of: measurement.identity, unit: measurement.unit, kind: measurement.kind, source: measurement.source)
    }

    /// The index of a signal that is there.
    public func find(_ identity: SignalIdentity) -> SignalIndex? {
        guard let name = symbols.find(identity.name.text.utf8) else { return nil }
        var wanted = [name]
        wanted.reserveCapacity(1 + 2 * identity.labels.count)
        for label in identity.labels {
            guard let key = symbols.find(label.name.utf8), let value = symbols.find(label.value.utf8) else {
                return nil
            }
            wanted.append(key)
            wanted.append(value)
        }
        return places.find(SignalCatalogue.hash(wanted[...])) { row($0) == wanted[...] }.map {
            SignalIndex(position: Int($0))
        }
    }

    /// The identity of a signal.
    /// - Precondition: the index is of this catalogue.
    public func identity(of index: SignalIndex) -> SignalIdentity {
        let row = row(UInt32(index.position))
        var labels: [SignalLabel] = []
        var next = row.startIndex + 1
        while next + 1 < row.endIndex {
            labels.append(SignalLabel(symbols.text(of: row[next]), symbols.text(of: row[next + 1])))
            next += 2
        }
        return SignalIdentity(unchecked: SignalName(unchecked: symbols.text(of: row[row.startIndex])), labels)
    }

    /// The unit of a signal's values.
    /// - Precondition: the index is of this catalogue.
    public func unit(of index: SignalIndex) -> SignalUnit { descriptors[index.position].unit }

    /// The kind of a signal.
    /// - Precondition: the index is of this catalogue.
    public func kind(of index: SignalIndex) -> SignalKind { descriptors[index.position].kind }

    /// Where a signal was first read.
    /// - Precondition: the index is of this catalogue.
    public func source(of index: SignalIndex) -> String { symbols.text(of: descriptors[index.position].source) }

    /// The bytes that the catalogue takes.
    public var memoryBytes: Int {
        symbols.memoryBytes + rows.capacity * 4 + descriptors.capacity * MemoryLayout<Descriptor>.stride
            + places.memoryBytes
    }

    private func row(_ number: UInt32) -> ArraySlice<UInt32> {
        let start = number == 0 ? 0 : Int(descriptors[Int(number) - 1].rowEnd)
        return rows[start..<Int(descriptors[Int(number)].rowEnd)]
    }

    private static func hash(_ row: ArraySlice<UInt32>) -> Int {
        var hasher = Hasher()
        for number in row { hasher.combine(number) }
        return hasher.finalize()
    }
}

extension Array {
    /// Grows by a quarter where so many elements more do not fit: half of what doubling would leave empty is too much where
    /// the memory of each series is counted. Appending stays linear in all.
    mutating func makeRoom(for more: Int) {
        guard count + more > capacity else { return }
        reserveCapacity(count + Swift.max(more, count / 4, 16))
    }
}
