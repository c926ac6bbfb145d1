/// Where a request goes: `http://host[:port][/path[?query]]`.
public struct HTTPAddress: Sendable, Hashable, CustomStringConvertible {
    /// A name or an address; one of IPv6 without its brackets.
    public let host: String
    public let port: UInt16
    /// Path and query, beginning with a slash.
    public let path: String

    /// The longest address.
    static let lengthLimit = 2048

    /// Reads an address.
    /// - Throws: ``HTTPFailure/badAddress(_:remedy:)`` for any scheme but `http`, for credentials and for what is no
    ///   address.
    public init(_ text: String) throws(HTTPFailure) {
        func bad(_ remedy: String) -> HTTPFailure { .badAddress(String(text.prefix(200)), remedy: remedy) }
        guard text.utf8.count <= HTTPAddress.lengthLimit else {
            throw bad("write an address of at most \(HTTPAddress.lengthLimit) bytes")
        }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw bad("write letters of ASCII only, others percent-encoded")
        }
        let scheme = text.prefix { $0 != ":" }.lowercased()
        guard scheme != "https" else {
            throw bad("TLS is not spoken here: send to a local relay (stunnel, nginx) at http://127.0.0.1 that does")
        }
        guard scheme == "http", text.dropFirst(scheme.count).hasPrefix("://") else {
            throw bad("write http://host:port/path")
        }
        let rest = text.dropFirst(scheme.count + 3)
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        let (authority, tail) = (rest[..<end], rest[end...])
        guard !authority.contains("@") else {
            throw bad("take the credentials out: an address is shown in messages and logs")
        }
        guard !tail.contains("#") else { throw bad("take the fragment (#…) out: it is never sent") }
        let hostPart: Substring
        let portPart: Substring?
        if authority.hasPrefix("[") {
            guard let close = authority.firstIndex(of: "]") else { throw bad("close the bracket: http://[::1]:9093") }
            hostPart = authority[authority.index(after: authority.startIndex)..<close]
            let after = authority[authority.index(after: close)...]
            guard after.isEmpty || after.hasPrefix(":") else { throw bad("write a port as :9093") }
            portPart = after.isEmpty ? nil : after.dropFirst()
            guard hostPart.contains(":"), hostPart.allSatisfy({ $0.isHexDigit || ":.%".contains($0) || $0.isLetter })
            else { throw bad("write an IPv6 address in the brackets") }
        } else {
            let colon = authority.firstIndex(of: ":")
            hostPart = authority[..<(colon ?? authority.endIndex)]
            portPart = colon.map { authority[authority.index(after: $0)...] }
            guard hostPart.allSatisfy({ $0.isLetter || $0.isNumber || "-._".contains($0) }), hostPart.utf8.count <= 253
            else { throw bad("write a host's name or address") }
        }
        guard !hostPart.isEmpty else { throw bad("name a host") }
        if let portPart {
            guard let port = UInt16(portPart), port > 0, portPart.utf8.allSatisfy({ (48...57).contains($0) }) else {
                throw bad("write a port from 1 to 65535")
            }
            self.port = port
        } else {
            port = 80
        }
        host = String(hostPart)
        path = tail.hasPrefix("/") ? String(tail) : "/" + tail
    }

    /// What the `Host` header says.
    var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == 80 ? name : "\(name):\(port)"
    }

    /// The same host, another path below this one: `/api/v2/alerts` of `http://host:9093/alertmanager`.
    func appending(_ suffix: String) -> HTTPAddress {
        let base = path.hasSuffix("/") ? String(path.dropLast()) : path
        return HTTPAddress(host: host, port: port, path: base + suffix)
    }

    private init(host: String, port: UInt16, path: String) {
        self.host = host
        self.port = port
        self.path = path
    }

    public var description: String { "http://\(authority)\(path)" }
}
