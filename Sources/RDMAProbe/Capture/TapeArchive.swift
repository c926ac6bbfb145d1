/// An archive in the form `ustar` of POSIX.1-1988, which every `tar` reads: made whole in memory, with limits.
struct TapeArchive {
    /// Why something cannot be an entry.
    enum Refusal: Error, Hashable {
        /// The name is longer than a header holds.
        case nameTooLong
        /// The target of a link is longer than 100 bytes.
        case targetTooLong
        /// A part of the name is `..`, or empty, or the name begins with `/`.
        case unsafeName
        /// The archive would become too large.
        case archiveFull
    }

    /// The largest archive.
    static let sizeLimit = 64 << 20

    /// Seconds since 1970, of every entry.
    let modified: UInt32
    private var content: [UInt8] = []

    init(modified: UInt32) { self.modified = modified }

    /// Adds a file.
    mutating func add(file name: String, _ bytes: [UInt8]) throws(Refusal) {
        try add(name, kind: "0", size: bytes.count, mode: 0o644)
        content += bytes
        content += [UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512)
    }

    /// Adds a folder.
    mutating func add(folder name: String) throws(Refusal) { try add(name + "/", kind: "5", size: 0, mode: 0o755) }

    /// Adds a symbolic link.
    mutating func add(link name: String, to target: String) throws(Refusal) {
        guard target.utf8.count <= 100, !target.utf8.contains(0) else { throw .targetTooLong }
        try add(name, kind: "2", size: 0, mode: 0o777, target: target)
    }

    /// The archive's bytes: two empty blocks end it, and it fills whole records of 10 240 bytes.
    var bytes: [UInt8] {
        let end = content.count + 1024
        return content + [UInt8](repeating: 0, count: 1024 + (10_240 - end % 10_240) % 10_240)
    }

    private mutating func add(
        _ name: String, kind: Character, size: Int, mode: Int, target: String = ""
    ) throws(Refusal) {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard !name.utf8.contains(0), !parts.contains(".."), parts.first != "", !parts.dropLast().contains("") else {
            throw .unsafeName
        }
        guard content.count + size + 2048 <= TapeArchive.sizeLimit else { throw .archiveFull }
        let (prefix, short) = try TapeArchive.halves(of: Array(name.utf8))
        var header: [UInt8] = []
        func field(_ bytes: [UInt8], _ width: Int) {
            header += bytes.prefix(width) + [UInt8](repeating: 0, count: max(0, width - bytes.count))
        }
        func octal(_ number: Int, _ width: Int) {
            let digits = String(number, radix: 8)
            field(Array((String(repeating: "0", count: max(0, width - 1 - digits.count)) + digits).utf8), width)
        }
        field(short, 100)
        octal(mode, 8)
        octal(0, 8)
        octal(0, 8)
        octal(size, 12)
        octal(Int(modified), 12)
        field(Array("        ".utf8), 8)
        field(Array(String(kind).utf8), 1)
        field(Array(target.utf8), 100)
        field(Array("ustar\0".utf8), 6)
        field(Array("00".utf8), 2)
        field(Array("root".utf8), 32)
        field(Array("root".utf8), 32)
        octal(0, 8)
        octal(0, 8)
        field(prefix, 155)
        field([], 12)
        // The sum of all bytes, the field itself counted as spaces: six octal digits, a zero byte and a space.
        let sum = header.reduce(0) { $0 + Int($1) }
        let digits = String(sum, radix: 8)
        header.replaceSubrange(
            148..<156, with: Array((String(repeating: "0", count: 6 - digits.count) + digits + "\0 ").utf8))
        content += header
    }

    /// A name of at most 100 bytes as it is; a longer one in two parts at a slash, of at most 155 and 100 bytes.
    private static func halves(of name: [UInt8]) throws(Refusal) -> (prefix: [UInt8], name: [UInt8]) {
        if name.count <= 100 { return ([], name) }
        let slash = UInt8(ascii: "/")
        let cut = name.indices.first {
            name[$0] == slash && $0 > 0 && $0 <= 155 && (1...100).contains(name.count - $0 - 1)
        }
        guard let cut else { throw .nameTooLong }
        return (Array(name[..<cut]), Array(name[(cut + 1)...]))
    }
}
