#if Tools
import ArgumentParser
import ConsoleIO
import StorageMath
import StripeFiles

/// A code's layout: `4+2`, or `12,2,1` with local parities.
struct LayoutWord: WordReadable {
    let value: ErasureLayout

    init(word: String) throws {
        func numbers(_ separator: Character) -> [Int] {
            let parts = word.split(separator: separator, omittingEmptySubsequences: false)
            let numbers = parts.compactMap { part in part.allSatisfy { ("0"..."9").contains($0) } ? Int(part) : nil }
            return numbers.count == parts.count ? numbers : []
        }
        let (plain, local) = (numbers("+"), numbers(","))
        if plain.count == 2 {
            value = try ErasureLayout(data: plain[0], globalParities: plain[1])
        } else if local.count == 3 {
            value = try ErasureLayout(data: local[0], localParities: local[1], globalParities: local[2])
        } else {
            throw StorageMathError(
                "layout", "\"\(word.prefix(64))\"", bound: "a code",
                remedy: "write 4+2 (data, parities) or 12,2,1 (data, local and global parities)")
        }
    }

    var description: String {
        value.localParities == 0
            ? "\(value.data)+\(value.globalParities)"
            : "\(value.data),\(value.localParities),\(value.globalParities)"
    }
}

/// A set's identifier: 32 hexadecimal digits.
struct SetWord: WordReadable {
    let value: SetIdentifier

    init(word: String) throws {
        guard let set = SetIdentifier(word) else {
            throw StorageMathError(
                "set", "\"\(word.prefix(64))\"", bound: "32 hexadecimal digits", remedy: "take it from `stripe verify`")
        }
        value = set
    }

    var description: String { "\(value)" }
}

/// A convention by its name, in any case: `v-pow`, `cauchy1`.
struct ConventionWord: WordReadable {
    let value: CodeConvention
    init(_ value: CodeConvention) { self.value = value }

    static let names = CodeConvention.named.map { "\($0)".lowercased() }

    init(word: String) throws {
        guard let index = ConventionWord.names.firstIndex(of: word.lowercased()) else {
            throw StorageMathError(
                "convention", "\"\(word.prefix(64))\"", bound: "one that has a name",
                remedy: "choose among \(ConventionWord.names.joined(separator: ", "))")
        }
        value = CodeConvention.named[index]
    }

    var description: String { "\(value)".lowercased() }
}
#endif
