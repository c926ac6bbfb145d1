import ClusterCore
import FoundationEssentials
import HostTopology

/// Replaces what names a host or an adapter by other names, each always by the same, so that a scrubbed tree still hangs
/// together: a GID that was made from a hardware address is made from the replaced one.
struct Scrubber {
    private let hostNames: [String]
    private var hardware: [[UInt8]: [UInt8]] = [:]
    private var guids: [[UInt8]: [UInt8]] = [:]
    private var addresses: [IPAddress: IPAddress] = [:]
    /// The upper halves of IPv6 addresses, which netlink tells of InfiniBand subnets.
    private var prefixes: [[UInt8]: [UInt8]] = [:]

    /// - Parameters:
    ///   - hostName: the host's name; its first label is replaced too.
    ///   - files: where the hardware addresses of the network interfaces are found, from which GUIDs are made.
    init(hostName: String?, files: [String: [UInt8]]) {
        let label = hostName.map { String($0.prefix { $0 != "." }) }
        // The longest first, so that nothing is left of it.
        hostNames = [hostName, label].compactMap(\.self).filter { !$0.isEmpty && $0 != "localhost" }
        for (path, bytes) in files.sorted(by: { $0.key < $1.key }) where path.hasSuffix("/address") {
            let words = String(decoding: bytes, as: UTF8.self).split { $0.isWhitespace }
            if let address = words.first.flatMap({ Scrubber.groups($0, of: 2) }), address.count == 6 {
                _ = replacement(forHardware: address)
            }
        }
    }

    /// How many different ones of each kind were replaced.
    var counts: [String: Int] {
        [
            "host_names": hostNames.isEmpty ? 0 : 1, "hardware_addresses": hardware.count, "guids": guids.count,
            "ip_addresses": addresses.count,
        ]
    }

    /// The tree with everything replaced, in names, links and contents.
    mutating func scrubbed(_ tree: HostCapture.Tree) -> HostCapture.Tree {
        var result = tree
        result.files = [:]
        result.links = [:]
        // Texts first: they show which hardware addresses there are, from which GUIDs are made.
        for (path, bytes) in tree.files.sorted(by: { $0.key < $1.key }) where !path.hasPrefix(RDMANetlink.captureFolder)
        {
            result.files[name(path)] = content(bytes, path: path)
        }
        for (path, bytes) in tree.files where path.hasPrefix(RDMANetlink.captureFolder) {
            result.files[name(path)] = answer(bytes)
        }
        for (path, target) in tree.links { result.links[name(path)] = name(target) }
        result.folders = Set(tree.folders.map { name($0) })
        result.unreadable = tree.unreadable.map {
            .init(path: name($0.path), errorNumber: $0.errorNumber, reason: $0.reason)
        }
        return result
    }

    // MARK: Texts

    private mutating func content(_ bytes: [UInt8], path: String) -> [UInt8] {
        guard let text = String(validating: bytes, as: UTF8.self) else { return bytes }
        if path == CalledFacts.addressesFile { return addressFile(bytes) }
        // What an administrator wrote, by default the host's name and more; what software calls itself is kept.
        if path.hasSuffix("/node_desc") {
            let description = text.split { $0.isNewline }.first.map(String.init) ?? ""
            return description.isEmpty || Scrubber.ownDescriptions.contains(description)
                ? bytes : Array("host-1\n".utf8)
        }
        return Array(words(path.hasSuffix(".json") ? text : withoutHostNames(text)).utf8)
    }

    private static let ownDescriptions: Set<String> = ["rxe", "Software iWARP stack"]

    /// A text in which the host's name, in whatever case, is another; what only contains it is left.
    private func withoutHostNames(_ text: String) -> String {
        var result = text
        for name in hostNames where name.utf8.count > 2 {
            var place = result.startIndex
            while let range = Scrubber.word(name, in: result, from: place) {
                result.replaceSubrange(range, with: Scrubber.hostName)
                place = result.index(range.lowerBound, offsetBy: Scrubber.hostName.count)
            }
        }
        return result
    }

    private static let hostName = "host-1"

    /// Where a name stands in a text with neither a letter nor a digit beside it.
    private static func word(_ name: String, in text: String, from start: String.Index) -> Range<String.Index>? {
        func isPart(_ character: Character) -> Bool { character.isLetter || character.isNumber }
        let wanted = Array(name.lowercased())
        var place = start
        while place < text.endIndex {
            let rest = text[place...].prefix(wanted.count)
            let isAtStart = place == text.startIndex || !isPart(text[text.index(before: place)])
            if isAtStart, rest.count == wanted.count, zip(rest, wanted).allSatisfy({ $0.lowercased() == String($1) }),
                rest.endIndex == text.endIndex || !isPart(text[rest.endIndex])
            {
                return place..<rest.endIndex
            }
            place = text.index(after: place)
        }
        return nil
    }

    /// The addresses of the network interfaces. Only here is dotted decimal an address: elsewhere it is a version.
    private mutating func addressFile(_ bytes: [UInt8]) -> [UInt8] {
        guard var facts = try? JSONDecoder().decode([CalledFacts.InterfaceFact].self, from: Data(bytes)) else {
            return []
        }
        for index in facts.indices {
            let parts = facts[index].address.split(separator: "/")
            guard parts.count == 2, let address = try? IPAddress(parsing: String(parts[0])) else {
                facts[index].address = "unknown"
                continue
            }
            facts[index].address = "\(replacement(for: address))/\(parts[1])"
            facts[index].interface = name(facts[index].interface)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(facts)).map { [UInt8]($0) } ?? []
    }

    /// A path, or the name of an interface or a device: hardware addresses and GUIDs can be spelled out in it.
    private mutating func name(_ path: String) -> String {
        var result = ""
        var rest = path[...]
        while let first = rest.first {
            let run = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber) }
            if run.isEmpty {
                result.append(first)
                rest = rest.dropFirst()
            } else {
                result += spelledOut(run)
                rest = rest.dropFirst(run.count)
            }
        }
        return result
    }

    /// `enx525400123456`, an interface that udev named after its hardware address, and `rocex525400c0fe123455`, an RDMA
    /// device that rdma_rename named after its GUID: the same with the address replaced. It stays as long as it is.
    private mutating func spelledOut(_ run: Substring) -> String {
        guard let end = run.firstIndex(of: "x"), (2...5).contains(run[..<end].count),
            run[..<end].allSatisfy({ $0.isLowercase }), let bytes = Scrubber.pairs(run[run.index(after: end)...])
        else { return String(run) }
        switch bytes.count {
        case 6: return run[...end] + replacement(forHardware: bytes).map(Scrubber.digits).joined()
        case 8: return run[...end] + replacement(forGUID: bytes).map(Scrubber.digits).joined()
        default: return String(run)
        }
    }

    /// A text with its words replaced: runs of hexadecimal digits and colons, and the host's name.
    private mutating func words(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let first = rest.first {
            if first.isASCII, first.isHexDigit || first == ":" || first.isLetter {
                let word = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || ":-_.".contains($0)) }
                result += self.word(word)
                rest = rest.dropFirst(word.count)
            } else {
                result.append(first)
                rest = rest.dropFirst()
            }
        }
        return result
    }

    private mutating func word(_ word: Substring) -> String {
        if let bytes = Scrubber.groups(word, of: 4) {
            if bytes.count == 16 { return GIDText.text(replacement(forGID: bytes)) }
            if bytes.count == 8 { return GIDText.text(replacement(forGUID: bytes)) }
        }
        if let bytes = Scrubber.groups(word, of: 2) {
            if bytes.count == 6 { return replacement(forHardware: bytes).map(Scrubber.digits).joined(separator: ":") }
            // IP over InfiniBand: flags, queue pair, GID.
            if bytes.count == 20 {
                return (Array(bytes.prefix(4)) + replacement(forGID: Array(bytes.suffix(16)))).map(Scrubber.digits)
                    .joined(separator: ":")
            }
        }
        if hostNames.contains(String(word)) { return Scrubber.hostName }
        return name(String(word))
    }

    // MARK: Netlink

    /// An answer of netlink with the GUIDs and names in it replaced; empty where it is no such answer, since then nobody
    /// knows what is in it.
    private mutating func answer(_ bytes: [UInt8]) -> [UInt8] {
        var result = bytes
        var offset = 0
        while offset < result.count {
            guard result.count - offset >= 16 else { return [] }
            let length = Scrubber.length(result[offset..<(offset + 4)])
            let kind = Scrubber.length(result[(offset + 4)..<(offset + 6)])
            guard length >= 16, length <= result.count - offset else { return [] }
            // The kernel's own messages, as the one that ends a dump, hold no attributes of a device.
            if kind > 15, !replaceAttributes(of: &result, in: (offset + 16)..<(offset + length)) { return [] }
            offset += (length + 3) & ~3
        }
        return result
    }

    /// Replaces what names something among the attributes of a message. Whatever is replaced keeps its length.
    /// - Returns: whether there were attributes and nothing else.
    private mutating func replaceAttributes(of bytes: inout [UInt8], in range: Range<Int>) -> Bool {
        var offset = range.lowerBound
        while offset < range.upperBound {
            guard range.upperBound - offset >= 4 else { return false }
            let length = Scrubber.length(bytes[offset..<(offset + 2)])
            guard length >= 4, length <= range.upperBound - offset else { return false }
            let place = (offset + 4)..<(offset + length)
            let value = Array(bytes[place])
            // `RDMA_NLDEV_ATTR_…` of rdma_netlink.h: numbers of 64 bits with the lowest byte first, and texts.
            switch Scrubber.length(bytes[(offset + 2)..<(offset + 4)]) & 0x3fff {
            case 6 where value.count == 8, 7 where value.count == 8:
                bytes.replaceSubrange(place, with: replacement(forGUID: value.reversed()).reversed())
            case 8 where value.count == 8:
                let prefix = Array(value.reversed())
                bytes.replaceSubrange(place, with: (prefixes[prefix] ?? Scrubber.documentation(prefix)).reversed())
            case 2, 51, 70:
                let text = Array(name(String(decoding: value, as: UTF8.self)).utf8)
                if text.count == value.count { bytes.replaceSubrange(place, with: text) }
            default: break
            }
            offset += (length + 3) & ~3
        }
        return true
    }

    private static func length(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reversed().reduce(0) { $0 << 8 | Int($1) } }

    /// A subnet prefix that no GID has: link-local as it is, any other that of RFC 3849.
    private static func documentation(_ prefix: [UInt8]) -> [UInt8] {
        prefix.starts(with: [0xfe, 0x80]) || prefix.allSatisfy { $0 == 0 }
            ? prefix : [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0]
    }

    // MARK: Replacements

    private mutating func replacement(forHardware address: [UInt8]) -> [UInt8] {
        if address.allSatisfy({ $0 == 0 }) || address.allSatisfy({ $0 == 0xff }) { return address }
        if let known = hardware[address] { return known }
        // Locally administered.
        let new = [0x02, 0] + Scrubber.number(hardware.count + 1, bytes: 4)
        hardware[address] = new
        return new
    }

    /// A GUID or the lower half of a GID. One that was made from a hardware address, with or without the bit that says
    /// so turned, is made from the replaced one.
    private mutating func replacement(forGUID guid: [UInt8]) -> [UInt8] {
        if guid.allSatisfy({ $0 == 0 }) { return guid }
        if let known = guids[guid] { return known }
        var new = [0x02, 0, 0, 0] + Scrubber.number(guids.count + 1, bytes: 4)
        if guid[3] == 0xff, guid[4] == 0xfe {
            for turned: UInt8 in [0, 2] {
                let address = [guid[0] ^ turned, guid[1], guid[2], guid[5], guid[6], guid[7]]
                guard let own = hardware[address] else { continue }
                new = [own[0] ^ turned, own[1], own[2], 0xff, 0xfe, own[3], own[4], own[5]]
            }
        }
        guids[guid] = new
        return new
    }

    private mutating func replacement(forGID gid: [UInt8]) -> [UInt8] {
        if gid.allSatisfy({ $0 == 0 }) { return gid }
        // iWARP's is a hardware address with zeros behind it.
        if gid.suffix(10).allSatisfy({ $0 == 0 }), hardware[Array(gid.prefix(6))] != nil {
            return replacement(forHardware: Array(gid.prefix(6))) + [UInt8](repeating: 0, count: 10)
        }
        guard let address = IPAddress(bytes: gid) else { return gid }
        let new = replacement(for: address.unmapped)
        if !new.isIPv4 { prefixes[Array(gid.prefix(8))] = Array(new.bytes.prefix(8)) }
        return new.isIPv4 ? [UInt8](repeating: 0, count: 10) + [0xff, 0xff] + new.bytes : new.bytes
    }

    private mutating func replacement(for address: IPAddress) -> IPAddress {
        if address.isLoopback || address.bytes.allSatisfy({ $0 == 0 }) { return address }
        if !address.isIPv4, address.isLinkLocal {
            let lower = replacement(forGUID: Array(address.bytes.suffix(8)))
            return IPAddress(bytes: Array(address.bytes.prefix(8)) + lower) ?? address
        }
        if let known = addresses[address] { return known }
        let number = addresses.count + 1
        let new: [UInt8] =
            if !address.isIPv4 {
                // RFC 3849: for documentation.
                [0x20, 0x01, 0x0d, 0xb8] + [UInt8](repeating: 0, count: 8) + Scrubber.number(number, bytes: 4)
            } else if address.isLinkLocal {
                [169, 254] + Scrubber.number(number, bytes: 2)
            } else {
                // RFC 2544: 198.18.0.0/15, for benchmarks.
                [198, 18] + Scrubber.number(number, bytes: 2)
            }
        let replaced = IPAddress(bytes: new) ?? address
        addresses[address] = replaced
        return replaced
    }

    // MARK: Digits

    private static func number(_ value: Int, bytes: Int) -> [UInt8] {
        (0..<bytes).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    private static func digits(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }

    /// The bytes of groups of so many hexadecimal digits with colons between them.
    private static func groups(_ word: Substring, of width: Int) -> [UInt8]? {
        let parts = word.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count > 1, parts.allSatisfy({ $0.utf8.count == width }) else { return nil }
        return pairs(parts.joined()[...])
    }

    private static func pairs(_ digits: Substring) -> [UInt8]? {
        guard digits.utf8.count.isMultiple(of: 2), digits.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
            return nil
        }
        var bytes: [UInt8] = []
        var rest = digits
        while !rest.isEmpty {
            guard let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}
