import StorageMath

/// A layout that is measured.
struct Shape: Equatable {
    let name: String
    let data: Int
    let local: Int
    let global: Int

    static let all = [
        Shape(name: "2+2", data: 2, local: 0, global: 2),
        Shape(name: "4+2", data: 4, local: 0, global: 2),
        Shape(name: "6+2", data: 6, local: 0, global: 2),
        Shape(name: "LRC(8,2,1)", data: 8, local: 2, global: 1),
        Shape(name: "LRC(12,2,1)", data: 12, local: 2, global: 1),
        Shape(name: "10+4", data: 10, local: 0, global: 4),
        Shape(name: "17+3", data: 17, local: 0, global: 3),
    ]

    /// One of them, or a Reed-Solomon code of another shape, as in `200+3`.
    static func named(_ name: some StringProtocol) -> Shape? {
        if let shape = all.first(where: { $0.name == name }) { return shape }
        let numbers = name.split(separator: "+", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 2, let data = numbers[0], let parities = numbers[1],
            let layout = try? ErasureLayout(data: data, globalParities: parities)
        else { return nil }
        return Shape(name: "\(data)+\(parities)", data: layout.data, local: 0, global: layout.globalParities)
    }

    var parities: Int { local + global }
    var symbols: Int { data + parities }
    var isLocal: Bool { local > 0 }
    /// Where the goal against the limit holds: 2 parities at most, and the local codes.
    var isLight: Bool { isLocal || parities <= 2 }

    func reedSolomon(_ convention: CodeConvention) throws -> ReedSolomon {
        try ReedSolomon(data: data, parity: parities, convention: convention)
    }

    func localCode(_ convention: CodeConvention) throws -> LocalReconstructionCode {
        try LocalReconstructionCode(
            data: data, localParities: local, globalParities: global, convention: convention)
    }
}

/// How the streams lie to each other.
enum Buffers: String, CaseIterable {
    /// One after the other: where a fragment is a multiple of 4 KiB, all begin at one address modulo 4096.
    case slab
    /// 320 bytes from the end of one to the beginning of the next.
    case staggered

    var gap: Int { self == .slab ? 0 : 320 }
}

/// Bytes as the table writes them.
func sizeName(_ bytes: Int) -> String {
    bytes >= 1 << 20 && bytes.isMultiple(of: 1 << 20) ? "\(bytes >> 20) MiB" : "\(bytes >> 10) KiB"
}
