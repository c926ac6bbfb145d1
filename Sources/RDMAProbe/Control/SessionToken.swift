/// A secret of 16 bytes that ties an RDMA connection request to the session that was agreed on the control
/// connection. Good once, for a short time, from one address.
struct SessionToken: Sendable, Hashable {
    let bytes: [UInt8]

    static let byteCount = 16

    /// A new token from the system's random source.
    init() {
        var generator = SystemRandomNumberGenerator()
        bytes = [0, 1].flatMap { _ in
            let number = CurrentOutside.replaced?.randomNumber() ?? generator.next()
            return (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
        }
    }

    init?(bytes: [UInt8]) {
        guard bytes.count == SessionToken.byteCount else { return nil }
        self.bytes = bytes
    }

    /// Reads 32 hexadecimal digits.
    init?(hexadecimal text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 2 * SessionToken.byteCount else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = SessionToken.value(digits[index]), let low = SessionToken.value(digits[index + 1]) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        self.bytes = bytes
    }

    /// 32 hexadecimal digits.
    var hexadecimal: String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

/// What a connection request carries, 24 of the 56 bytes that there are: `RDPQ`, the version, the length of what
/// follows, the token; numbers big endian.
///
/// The transport may pad it with zeros and report the padded length, so the length is stated inside.
struct RequestData: Sendable, Hashable {
    var token: SessionToken

    private static let magic: [UInt8] = Array("RDPQ".utf8)

    init(token: SessionToken) { self.token = token }

    var bytes: [UInt8] {
        RequestData.magic + [0, UInt8(ControlFrame.version), 0, UInt8(SessionToken.byteCount)] + token.bytes
    }

    /// Reads what a request carried; `nil` where it is not ours.
    init?(bytes: [UInt8]) {
        let header = RequestData.magic + [0, UInt8(ControlFrame.version), 0, UInt8(SessionToken.byteCount)]
        guard bytes.count >= header.count + SessionToken.byteCount, bytes.starts(with: header),
            let token = SessionToken(bytes: Array(bytes[header.count..<header.count + SessionToken.byteCount]))
        else { return nil }
        self.token = token
    }
}
