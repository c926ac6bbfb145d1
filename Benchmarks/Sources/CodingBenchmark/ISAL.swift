import CodingRivals
import Glibc

/// A libisal that was found at run time.
final class ISAL {
    /// The file, links followed.
    let path: String
    /// What its name ends with, `2.0.30` of `libisal.so.2.0.30`; `nil` where it says none.
    let version: String?
    /// The function that encodes.
    let encodeName: String
    let library: rival_library

    /// Debian's, of the package libisal2.
    static let usual = "libisal.so.2"

    init(path: String, encodeName: String) throws {
        var library = rival_library()
        var found = [CChar](repeating: 0, count: 4096)
        var problem = found
        guard rival_open(path, encodeName, &library, &found, &problem, found.count) else {
            throw Failure(String(decoding: problem.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
        self.library = library
        self.encodeName = encodeName
        let file = String(decoding: found.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        self.path = file
        let parts = file.split(separator: "/").last?.split(separator: ".") ?? []
        let marker = parts.lastIndex(of: "so") ?? parts.endIndex
        let numbers = parts.dropFirst(marker + 1)
        version = numbers.isEmpty ? nil : numbers.joined(separator: ".")
    }

    /// The whole generator of a shape, data first: as a user of ISA-L makes it.
    ///
    /// A local code's rows are those of its groups, then the rows behind the first of `gf_gen_rs_matrix`.
    func generator(_ shape: Shape, isCauchy: Bool) -> [UInt8] {
        let data = shape.data
        if !shape.isLocal {
            var rows = [UInt8](repeating: 0, count: shape.symbols * data)
            let make = isCauchy ? library.gf_gen_cauchy1_matrix : library.gf_gen_rs_matrix
            make?(&rows, Int32(shape.symbols), Int32(data))
            return rows
        }
        var powers = [UInt8](repeating: 0, count: (data + shape.global + 1) * data)
        library.gf_gen_rs_matrix(&powers, Int32(data + shape.global + 1), Int32(data))
        var rows = Array(powers[..<(data * data)])
        for group in 0..<shape.local {
            rows += (0..<data).map { $0 / (data / shape.local) == group ? 1 : 0 }
        }
        return rows + powers[((data + 1) * data)...]
    }

    /// What gives symbols back from others: rows of the inverse of what is left, as a user of ISA-L makes it.
    func decoding(_ wanted: [Int], from reads: [Int], _ generator: [UInt8], data: Int) throws -> [UInt8] {
        // Within a local group it is an exclusive or, and ISA-L is given the group alone.
        if reads.count < data { return [UInt8](repeating: 1, count: reads.count * wanted.count) }
        var left = reads.flatMap { generator[$0 * data..<($0 + 1) * data] }
        var inverse = [UInt8](repeating: 0, count: data * data)
        guard library.gf_invert_matrix(&left, &inverse, Int32(data)) == 0 else {
            throw Failure("ISA-L cannot invert the matrix of the symbols \(reads)")
        }
        return wanted.flatMap { inverse[$0 * data..<($0 + 1) * data] }
    }
}

/// Sums that ISA-L is ready to calculate: tables, sources and sums stay where they are.
final class ISALCoding {
    typealias Pointers = UnsafeMutablePointer<Stripe.Stream?>

    private let isal: ISAL
    private let tables: UnsafeMutablePointer<UInt8>
    private let sources: Pointers
    private let sums: Pointers
    private let counts: (length: Int32, sources: Int32, sums: Int32)

    init(_ isal: ISAL, rows: [UInt8], sources: [Stripe.Stream], sums: [Stripe.Stream], length: Int) {
        self.isal = isal
        let size = 32 * sources.count * sums.count
        // Aligned as ISA-L asks for its tables where it was built for that.
        tables = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64).bindMemory(
            to: UInt8.self, capacity: size)
        self.sources = Pointers.allocate(capacity: sources.count)
        for (index, stream) in sources.enumerated() { self.sources[index] = stream }
        self.sums = Pointers.allocate(capacity: sums.count)
        for (index, stream) in sums.enumerated() { self.sums[index] = stream }
        counts = (Int32(length), Int32(sources.count), Int32(sums.count))
        var rows = rows
        isal.library.ec_init_tables(counts.sources, counts.sums, &rows, tables)
    }

    deinit {
        tables.deallocate()
        sources.deallocate()
        sums.deallocate()
    }

    func encode() {
        isal.library.ec_encode_data(counts.length, counts.sources, counts.sums, tables, sources, sums)
    }

    /// Adds a stream, as the source with this number, to the sums.
    func update(_ source: Int, by stream: Stripe.Stream) {
        isal.library.ec_encode_data_update(
            counts.length, counts.sources, counts.sums, Int32(source), tables, stream, sums)
    }
}

/// Streams for the RAID calls of ISA-L: sources, then what comes of them.
final class ISALArray {
    private let pointers: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    private let count: Int
    private let length: Int

    init(_ streams: [Stripe.Stream], length: Int) {
        pointers = .allocate(capacity: streams.count)
        for (index, stream) in streams.enumerated() { pointers[index] = UnsafeMutableRawPointer(stream) }
        count = streams.count
        self.length = length
    }

    deinit { pointers.deallocate() }

    func call(_ function: @convention(c) (Int32, Int32, UnsafeMutablePointer<UnsafeMutableRawPointer?>?) -> Int32) {
        _ = function(Int32(count), Int32(length), pointers)
    }
}
