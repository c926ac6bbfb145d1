/// Texts, each kept once and known by a number: the names and label values of many signals repeat.
///
/// One array of bytes, one of ends and one open-addressed table of numbers: a text costs its bytes, 4 bytes for its end and
/// at most 16 for its places in the table. The hash is that of Swift's `Hasher`, whose seed a stranger does not know.
struct SymbolTable: Sendable {
    private var bytes: [UInt8] = []
    private var ends: [UInt32] = []
    private var places = NumberTable()

    /// The most bytes of all texts.
    static let byteLimit = 1 << 30

    var count: Int { ends.count }

    /// The number of a text, or `nil` where it is not there and does not fit any more.
    mutating func intern(_ text: some Collection<UInt8>) -> UInt32? {
        let hash = SymbolTable.hash(text)
        if let known = places.find(hash, where: { holds($0, text) }) { return known }
        guard bytes.count + text.count <= SymbolTable.byteLimit, ends.count < Int(UInt32.max) - 1 else { return nil }
        let number = UInt32(ends.count)
        bytes.makeRoom(for: text.count)
        bytes.append(contentsOf: text)
        ends.makeRoom(for: 1)
        ends.append(UInt32(bytes.count))
        if places.isFull { places = places.grown { SymbolTable.hash(self.bytes(of: $0)) } }
        places.insert(number, hash: hash)
        return number
    }

    /// The number of a text that is there.
    func find(_ text: some Collection<UInt8>) -> UInt32? {
        places.find(SymbolTable.hash(text)) { holds($0, text) }
    }

    func bytes(of number: UInt32) -> ArraySlice<UInt8> {
        let start = number == 0 ? 0 : Int(ends[Int(number) - 1])
        return bytes[start..<Int(ends[Int(number)])]
    }

    func text(of number: UInt32) -> String { String(decoding: bytes(of: number), as: UTF8.self) }

    /// Bytes that the table takes.
    var memoryBytes: Int { bytes.capacity + ends.capacity * 4 + places.memoryBytes }

    private func holds(_ number: UInt32, _ text: some Collection<UInt8>) -> Bool {
        let own = bytes(of: number)
        return own.count == text.count && own.elementsEqual(text)
    }

    private static func hash(_ text: some Collection<UInt8>) -> Int {
        var hasher = Hasher()
        let combined: Void? = text.withContiguousStorageIfAvailable {
            unsafe hasher.combine(bytes: UnsafeRawBufferPointer($0))
        }
        if combined == nil { for byte in text { hasher.combine(byte) } }
        return hasher.finalize()
    }
}

/// A set of numbers by the hash of what they stand for: open addressing, 4 bytes a place, at most half full.
struct NumberTable: Sendable {
    private var places: [UInt32] = []
    private var used = 0

    private static let free = UInt32.max

    func find(_ hash: Int, where isIt: (UInt32) -> Bool) -> UInt32? {
        guard !places.isEmpty else { return nil }
        let mask = places.count - 1
        var place = hash & mask
        while places[place] != NumberTable.free {
            if isIt(places[place]) { return places[place] }
            place = (place + 1) & mask
        }
        return nil
    }

    /// Whether one more number would fill more than half of the places.
    var isFull: Bool { (used + 1) * 2 > places.count }

    /// The same numbers in twice the places.
    func grown(_ hash: (UInt32) -> Int) -> NumberTable {
        var table = NumberTable()
        table.places = Array(repeating: NumberTable.free, count: max(16, places.count * 2))
        for number in places where number != NumberTable.free { table.insert(number, hash: hash(number)) }
        return table
    }

    /// Adds a number that is not there.
    /// - Precondition: the table is not full.
    mutating func insert(_ number: UInt32, hash: Int) {
        let mask = places.count - 1
        var place = hash & mask
        while places[place] != NumberTable.free { place = (place + 1) & mask }
        places[place] = number
        used += 1
    }

    var memoryBytes: Int { places.capacity * 4 }
}
