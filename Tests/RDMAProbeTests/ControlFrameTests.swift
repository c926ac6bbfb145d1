import TestSupport
import Testing

@testable import RDMAProbe

/// The frame on the control connection, byte by byte.
@Suite struct `Control frames` {
    static let magic: [UInt8] = [0x52, 0x44, 0x50, 0x43]

    /// A header by hand, so that a test does not ask the encoder what the decoder should read.
    static func header(version: UInt16 = 1, kind: UInt16 = 7, length: UInt32 = 0) -> [UInt8] {
        magic + [UInt8(version >> 8), UInt8(version & 0xff), UInt8(kind >> 8), UInt8(kind & 0xff)]
            + [24, 16, 8, 0].map { UInt8(length >> UInt32($0) & 0xff) }
    }

    /// Feeds a decoder in pieces, never more than it wants, and collects what comes out.
    static func decode(_ bytes: [UInt8], pieces: (Int) -> Int) throws -> (frames: [ControlFrame], wanted: Int) {
        var decoder = ControlFrameDecoder()
        var frames: [ControlFrame] = []
        var place = 0
        while place < bytes.count {
            let count = min(max(1, pieces(place)), decoder.wanted, bytes.count - place)
            if let frame = try decoder.feed(bytes[place..<place + count]) { frames.append(frame) }
            place += count
        }
        return (frames, decoder.wanted)
    }

    @Test func `a frame is RDPC, version 1, kind, length and payload, big endian`() {
        #expect(
            ControlFrame(kind: 0x0102, payload: [0xaa, 0xbb]).encoded()
                == [0x52, 0x44, 0x50, 0x43, 0x00, 0x01, 0x01, 0x02, 0x00, 0x00, 0x00, 0x02, 0xaa, 0xbb])
        #expect(ControlFrame(kind: 6, payload: []).encoded() == Self.header(kind: 6))
        let longest = ControlFrame(kind: 1, payload: [UInt8](repeating: 7, count: 65_524)).encoded()
        #expect(longest.count == 65_536)
        #expect(Array(longest.prefix(12)) == Self.header(kind: 1, length: 65_524))
    }

    @Test func `a frame is read byte by byte as in one piece`() throws {
        let frame = ControlFrame(kind: 9, payload: Array("{\"a\":1}".utf8))
        for piece in [1, 2, 3, 5, 11, 12, 13, 100] {
            let (frames, wanted) = try Self.decode(frame.encoded()) { _ in piece }
            #expect(frames == [frame], "pieces of \(piece)")
            #expect(wanted == ControlFrame.headerLength)
        }
    }

    @Test func `frames back to back are cut where they meet, in pieces of any length`() {
        forRandom(300) { random in
            let frames = (0..<4).map { _ in
                ControlFrame(
                    kind: random.edgy(),
                    payload: (0..<random.next() % 600).map { _ in UInt8(truncatingIfNeeded: random.next()) })
            }
            let stream = frames.flatMap { $0.encoded() }
            var lengths = random
            let (read, _) = try Self.decode(stream) { _ in Int(lengths.next() % 97) + 1 }
            return read == frames
        }
    }

    @Test func `bytes beyond the frame that is being read are not taken`() throws {
        var decoder = ControlFrameDecoder()
        let two = ControlFrame(kind: 1, payload: [1]).encoded() + ControlFrame(kind: 2, payload: []).encoded()
        #expect(decoder.wanted == 12)
        #expect(try decoder.feed(two) == nil, "the header alone was wanted")
        #expect(decoder.wanted == 1)
    }

    @Test func `an incomplete frame is no frame, wherever it ends`() throws {
        let bytes = ControlFrame(kind: 3, payload: Array(0..<40)).encoded()
        for end in 0..<bytes.count {
            let (frames, wanted) = try Self.decode(Array(bytes.prefix(end))) { _ in 7 }
            #expect(frames.isEmpty, "\(end) bytes")
            #expect(wanted == (end < 12 ? 12 : bytes.count) - end, "\(end) bytes")
        }
    }

    @Test func `a first byte that is not the protocol's is refused at once`() {
        for place in 0..<4 {
            var bytes = Self.header()
            bytes[place] ^= 0x20
            var decoder = ControlFrameDecoder()
            #expect(throws: ControlFrameError.notTheProtocol, "byte \(place)") {
                _ = try decoder.feed(bytes.prefix(place + 1))
            }
        }
    }

    @Test(arguments: [0, 2, 3, 255, 256, 257, 0x0100, 0xffff] as [UInt16])
    func `another version is refused by its number, before kind and length are looked at`(version: UInt16) {
        var decoder = ControlFrameDecoder()
        #expect(throws: ControlFrameError.version(version)) {
            _ = try decoder.feed(Self.header(version: version, length: .max).prefix(6))
        }
        var whole = ControlFrameDecoder()
        #expect(throws: ControlFrameError.version(version)) {
            _ = try whole.feed(Self.header(version: version, length: .max))
        }
    }

    @Test(arguments: [65_525, 65_536, 1 << 24, 1 << 31, .max] as [UInt32])
    func `a length above 65524 is refused with the header, before any of the payload is taken`(length: UInt32) {
        var decoder = ControlFrameDecoder()
        #expect(throws: ControlFrameError.tooLong(length)) {
            _ = try decoder.feed(Self.header(length: length))
        }
    }

    @Test func `the longest payload is read`() throws {
        let frame = ControlFrame(kind: 1, payload: [UInt8](repeating: 0x20, count: 65_524))
        let (frames, _) = try Self.decode(frame.encoded()) { _ in 4096 }
        #expect(frames == [frame])
    }

    /// Half of them random, half of them a good stream with a few bytes changed, dropped or doubled.
    @Test func `100 000 random and mutated streams never trap and never give a frame beyond the limit`() {
        forRandom(100_000) { random in
            var bytes: [UInt8] = []
            if random.next() % 2 == 0 {
                bytes = (0..<random.next() % 64).map { _ in UInt8(truncatingIfNeeded: random.next()) }
                if random.next() % 2 == 0 { bytes = Self.magic + [0, 1] + bytes }
            } else {
                bytes = ControlFrame(kind: random.edgy(), payload: Array(0..<UInt8(random.next() % 32))).encoded()
                bytes += ControlFrame(kind: 2, payload: []).encoded()
                for _ in 0..<(1 + random.next() % 4) {
                    let place = Int(random.next() % UInt64(bytes.count))
                    switch random.next() % 3 {
                    case 0: bytes[place] = random.edgy()
                    case 1: bytes.remove(at: place)
                    default: bytes.insert(bytes[place], at: place)
                    }
                }
            }
            var lengths = random
            guard let (frames, wanted) = try? Self.decode(bytes, pieces: { _ in Int(lengths.next() % 40) + 1 }) else {
                return true
            }
            return frames.allSatisfy { $0.payload.count <= ControlFrame.payloadLimit } && (1...65_536).contains(wanted)
        }
    }
}
