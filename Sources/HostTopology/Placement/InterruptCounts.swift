/// How often each interrupt fired, of `/proc/interrupts`: a column for each processor that is online, a line for each
/// interrupt (`fs/proc/interrupts.c`, `kernel/irq/proc.c`: `show_interrupts`).
///
/// Only device interrupts have numbers; lines of other names (`NMI:`, `LOC:`, `IPI0:`) are left out. The kernel counts in 32
/// bits a processor, so a count may have begun anew.
struct InterruptCounts: Sendable, Hashable, Codable {
    /// Sums over all processors, by the interrupt's number; nothing for a line that cannot be read.
    let byNumber: [Int: UInt64?]

    /// How often an interrupt fired; `nil` where its line cannot be read. One without a line has no handler and never fired.
    func count(of number: Int) -> UInt64? { byNumber[number] ?? 0 }

    /// More than a host of 1024 processors with 2048 interrupts has.
    static let fileLimit = 32 << 20

    /// Reads them of a tree; nothing where the file is absent, cut short, or none of that form.
    static func read(at root: HostRoot) -> Observed<InterruptCounts> {
        let path = "proc/interrupts"
        guard let bytes = root.bytes(of: path, limit: fileLimit) else { return .unknown(.absent, .file(path)) }
        guard bytes.count < fileLimit else { return .unknown(.beyondLimit, .file(path)) }
        guard !bytes.isEmpty else { return .unknown(.empty, .file(path)) }
        guard let counts = InterruptCounts(bytes) else { return .unknown(.malformed, .file(path)) }
        return .known(counts, .file(path))
    }

    init?(_ bytes: [UInt8]) {
        var lines = bytes.split(separator: UInt8(ascii: "\n")).makeIterator()
        guard let head = lines.next() else { return nil }
        let columns = head.split(separator: UInt8(ascii: " ")).count { $0.starts(with: "CPU".utf8) }
        guard columns > 0 else { return nil }
        var sums: [Int: UInt64?] = [:]
        while let line = lines.next() {
            let words = line.split(separator: UInt8(ascii: " "), maxSplits: columns + 1)
            guard let name = words.first, name.last == UInt8(ascii: ":"),
                let number = InterruptCounts.number(name.dropLast()).flatMap({ Int(exactly: $0) })
            else { continue }
            // A line with fewer figures than processors is cut off or of another form; its count is not known.
            let figures = words.dropFirst().prefix(columns).compactMap { InterruptCounts.number($0) }
            let sum = figures.reduce(UInt64(0)) { sum, next in
                let (sum, overflow) = sum.addingReportingOverflow(next)
                return overflow ? .max : sum
            }
            sums[number] = .some(figures.count == columns ? sum : nil)
        }
        byNumber = sums
    }

    private static func number(_ digits: some Collection<UInt8>) -> UInt64? {
        guard !digits.isEmpty, digits.count <= 19 else { return nil }
        var value: UInt64 = 0
        for digit in digits {
            guard (48...57).contains(digit) else { return nil }
            value = value * 10 + UInt64(digit - 48)
        }
        return value
    }
}
