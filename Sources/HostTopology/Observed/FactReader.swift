#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Reads single facts of a host's files.
struct FactReader {
    let root: HostRoot

    /// Whether the running kernel is asked.
    var isLive: Bool { root == .live }

    /// The bytes of a file, which may be none.
    func bytes(_ path: String, limit: Int = HostRoot.fileLimit) -> Observed<[UInt8]> {
        switch root.content(of: path, limit: limit) {
        case .success(let bytes): .known(bytes, .file(path))
        case .failure(let failure): .unknown(FactReader.reason(failure.code), .file(path))
        }
    }

    /// A file's text without the space around it.
    func text(_ path: String) -> Observed<String> {
        switch root.content(of: path) {
        case .success(let bytes):
            guard let text = HostRoot.text(bytes) else { return .unknown(.malformed, .file(path)) }
            return text.isEmpty ? .unknown(.empty, .file(path)) : .known(text, .file(path))
        case .failure(let failure): return .unknown(FactReader.reason(failure.code), .file(path))
        }
    }

    /// A whole number that is zero or more: the kernel's -1 says that it does not know.
    func count(_ path: String) -> Observed<UInt64> {
        refine(text(path)) { text in
            guard let number = Int64(text) else { return UInt64(text).map { .value($0) } ?? .reason(.malformed) }
            return number >= 0 ? .value(UInt64(number)) : .reason(.notTold)
        }
    }

    /// A whole number that is zero or more and numbers something.
    func number(_ path: String) -> Observed<Int> {
        refine(text(path)) { text in
            guard let number = Int(text) else { return .reason(.malformed) }
            return number >= 0 ? .value(number) : .reason(.notTold)
        }
    }

    /// `0` or `1`.
    func flag(_ path: String) -> Observed<Bool> { text(path).map { ["0": false, "1": true][$0] } }

    /// A list of numbers, which is empty where the file holds nothing but a line end.
    func list(_ path: String) -> Observed<NumberSet> { set(path) { NumberSet(listBytes: $0) } }

    /// A mask of numbers.
    func mask(_ path: String) -> Observed<NumberSet> { set(path) { NumberSet(maskBytes: $0) } }

    private func set(_ path: String, _ parse: ([UInt8]) -> NumberSet?) -> Observed<NumberSet> {
        switch root.content(of: path) {
        case .success(let bytes):
            if bytes.isEmpty { return .unknown(.empty, .file(path)) }
            guard bytes.count < HostRoot.fileLimit, let set = parse(bytes) else {
                return .unknown(.malformed, .file(path))
            }
            return .known(set, .file(path))
        case .failure(let failure): return .unknown(FactReader.reason(failure.code), .file(path))
        }
    }

    /// The names in a folder.
    func names(_ path: String) -> Observed<[String]> {
        switch root.listing(of: path) {
        case .success(let names):
            names.count < HostRoot.directoryLimit
                ? .known(names, .file(path)) : .unknown(.beyondLimit, .file(path))
        case .failure(let failure): .unknown(FactReader.reason(failure.code), .file(path))
        }
    }

    /// Whether a name is one of a file, in a folder that has a folder for each device.
    func isFile(_ path: String) -> Bool {
        guard case .failure(let failure) = root.listing(of: path) else { return false }
        return failure.code == ENOTDIR
    }

    /// The last part of what a link points to.
    func linkedName(_ path: String) -> Observed<String> {
        guard let name = root.linkedName(of: path) else {
            return .unknown(root.exists(path) ? .unreadable : .absent, .file(path))
        }
        return .known(name, .file(path))
    }

    /// What a value becomes, or why it becomes nothing.
    enum Refined<Value> {
        case value(Value)
        case reason(UnknownReason)
    }

    func refine<Before, After>(_ fact: Observed<Before>, _ body: (Before) -> Refined<After>) -> Observed<After> {
        switch fact {
        case .known(let value, let source):
            switch body(value) {
            case .value(let result): .known(result, source)
            case .reason(let reason): .unknown(reason, source)
            }
        case .unknown(let reason, let source): .unknown(reason, source)
        }
    }

    /// Why a file could not be read. What sysfs has no answer to is an error of reading.
    static func reason(_ code: CInt) -> UnknownReason {
        switch code {
        case ENOENT, ENOTDIR: .absent
        case EINVAL, ENODATA, EOPNOTSUPP, ENODEV, EAGAIN: .notTold
        default: .unreadable
        }
    }

    /// The numbers of folders such as `cpu17`, in order.
    static func numbers(in names: [String], after prefix: String) -> [Int] {
        names.compactMap { name in
            let digits = name.dropFirst(prefix.utf8.count)
            guard name.hasPrefix(prefix), (1...7).contains(digits.utf8.count),
                digits.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }),
                digits.utf8.count == 1 || digits.utf8.first != UInt8(ascii: "0"), let number = Int(digits),
                number < NumberSet.limit
            else { return nil }
            return number
        }.sorted()
    }
}
