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

    /// - Parameters:
    ///   - hostName: the host's name; its first label is replaced too.
    ///   - files: where the hardware addresses of the network interfaces are found, from which GUIDs are made.
    init(hostName: String?, files: [String: [UInt8]]) {
        let label = hostName.map { String($0.prefix { $0 != "." }) }
        hostNames = [hostName, label].compactMap(\.self).filter { !$0.isEmpty }
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
        // Texts first: they show which GUIDs there are, which netlink's answers hold as numbers.
        for (path, bytes) in tree.files.sorted(by: { $0.key < $1.key }) where !path.hasPrefix(RDMANetlink.captureFolder)
        {
            result.files[name(path)] = content(bytes, path: path)
        }
        for (path, bytes) in tree.files where path.hasPrefix(RDMANetlink.captureFolder) {
            result.files[name(path)] = binary(bytes)
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
        return Array(words(text).utf8)
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

    /// A name of a file or an interface: only the host's name and hardware addresses can be in it.
    private mutating func name(_ path: String) -> String {
        path.split(separator: "/", omittingEmptySubsequences: false).map { part in
            // `enx525400123456`: an interface that is named after its hardware address.
            guard part.hasPrefix("enx"), part.utf8.count == 15, let address = Scrubber.pairs(part.dropFirst(3)) else {
                return String(part)
            }
            return "enx" + replacement(forHardware: address).map(Scrubber.digits).joined()
        }.joined(separator: "/")
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
        if hostNames.contains(String(word)) { return "host-1" }
        return name(String(word))
    }

    // MARK: Netlink

    /// An answer of netlink holds GUIDs as numbers of 64 bits, lowest byte first.
    private func binary(_ bytes: [UInt8]) -> [UInt8] {
        var result = bytes
        for (old, new) in guids {
            let (from, to) = (Array(old.reversed()), Array(new.reversed()))
            var index = 0
            while index + 8 <= result.count {
                if Array(result[index..<(index + 8)]) == from {
                    result.replaceSubrange(index..<(index + 8), with: to)
                    index += 8
                } else {
                    index += 1
                }
            }
        }
        return result
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
