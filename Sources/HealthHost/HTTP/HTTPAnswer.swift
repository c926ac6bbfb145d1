/// The head of an answer of HTTP/1, and the beginning of what follows.
struct HTTPAnswer: Equatable {
    let status: Int
    /// The value of `Location`, shortened; `nil` where there is none.
    let location: String?
    /// The bytes that follow the head, if the receiver says how many.
    let length: Int?
    let isChunked: Bool
    /// Where the body begins in the bytes that were read.
    let bodyStart: Int

    /// The longest head.
    static let headLimit = 16_384

    /// Reads the head.
    /// - Returns: `nil` while it is not complete.
    init?(_ bytes: [UInt8]) throws(HTTPFailure) {
        var start = 0
        while true {
            guard let end = HTTPAnswer.headEnd(bytes, from: start) else {
                if start == 0, !HTTPAnswer.canBegin(bytes) { throw .garbled("the answer does not begin with HTTP/1") }
                if bytes.count - start > HTTPAnswer.headLimit {
                    throw .garbled("the answer's head is longer than \(HTTPAnswer.headLimit) bytes")
                }
                return nil
            }
            let lines = bytes[start..<end].split(separator: 0x0A).map { line in
                String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
            }
            let words = (lines.first ?? "").split(separator: " ", maxSplits: 2)
            guard words.count >= 2, words[0] == "HTTP/1.1" || words[0] == "HTTP/1.0", words[1].utf8.count == 3,
                let status = Int(words[1]), (100...599).contains(status)
            else { throw .garbled("its first line is \"\(printable(String((lines.first ?? "").prefix(80))))\"") }
            // 100 Continue and 103 Early Hints announce the answer and are none.
            if status < 200, status != 101 {
                start = end
                continue
            }
            var fields: [String: String] = [:]
            for line in lines.dropFirst() where !line.isEmpty {
                let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2 else { continue }
                fields[parts[0].lowercased()] = String(parts[1]).trimmingSpaces
            }
            self.status = status
            location = fields["location"].map { printable(String($0.prefix(200))) }
            length = fields["content-length"].flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
            isChunked = fields["transfer-encoding"]?.lowercased().contains("chunked") ?? false
            bodyStart = end
            return
        }
    }

    private static func canBegin(_ bytes: [UInt8]) -> Bool {
        zip(bytes, "HTTP/1.".utf8).allSatisfy { $0 == $1 }
    }

    /// The index behind the empty line that ends a head.
    private static func headEnd(_ bytes: [UInt8], from start: Int) -> Int? {
        var lineStart = start
        var index = start
        while index < bytes.count {
            if bytes[index] == 0x0A {
                let line = bytes[lineStart..<index]
                if line.isEmpty || (line.count == 1 && line.first == 0x0D) { return index + 1 }
                lineStart = index + 1
            }
            index += 1
        }
        return nil
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        var text = self[...]
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return String(text)
    }
}
