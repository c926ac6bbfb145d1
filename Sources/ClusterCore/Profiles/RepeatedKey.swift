/// Looks for a key that an object of a JSON document has twice. Readers of JSON keep one of the two and say nothing, so
/// half of what somebody wrote would not count.
///
/// For documents that a reader of JSON has accepted: nothing else is checked. Keys are compared as they are written.
struct RepeatedKey {
    let path: DocumentPath
    let key: String

    /// The first repeated key, or `nil` where there is none. Takes one pass; its memory is that of the keys that are
    /// open.
    static func find(in bytes: [UInt8]) -> RepeatedKey? {
        struct Level {
            var keys: Set<ArraySlice<UInt8>> = []
            var isObject: Bool
            /// The last key, or the number of items so far.
            var step = ""
            var count = 0
        }
        var levels: [Level] = []
        var expectsKey = false
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "{"):
                levels.append(Level(isObject: true))
                expectsKey = true
            case UInt8(ascii: "["):
                levels.append(Level(isObject: false, step: "0"))
                expectsKey = false
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                _ = levels.popLast()
                expectsKey = false
            case UInt8(ascii: ","):
                guard let last = levels.indices.last else { return nil }
                expectsKey = levels[last].isObject
                if !levels[last].isObject {
                    levels[last].count += 1
                    levels[last].step = String(levels[last].count)
                }
            case UInt8(ascii: "\""):
                let start = index + 1
                index = start
                while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
                    index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
                }
                guard expectsKey, let last = levels.indices.last, index < bytes.count else { break }
                expectsKey = false
                let key = String(decoding: bytes[start..<index], as: UTF8.self)
                guard levels[last].keys.insert(bytes[start..<index]).inserted else {
                    let path = levels[..<last].reduce(DocumentPath()) { $0.appending($1.step) }
                    return RepeatedKey(path: path, key: key)
                }
                levels[last].step = key
            default: break
            }
            index += 1
        }
        return nil
    }
}
