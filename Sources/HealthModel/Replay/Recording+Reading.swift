import FoundationEssentials
import StorageMath

extension Recording {
    /// Reads a whole recording; one that is foreign, damaged or cut off is refused by name and place.
    public init(_ bytes: [UInt8]) throws(RecordingError) {
        let (recording, error) = try Recording.readable(bytes)
        if let error { throw error }
        self = recording
    }

    /// Reads what precedes the first damage, and says what that is; `nil` where nothing is damaged. A recording without a
    /// header has nothing to read.
    ///
    /// What is returned ends with a moment of evaluation: samples whose evaluation was lost are left out.
    public static func readable(
        _ bytes: [UInt8]
    ) throws(RecordingError) -> (recording: Recording, damage: RecordingError?) {
        var reader = try RecordReader(bytes)
        let header = try reader.header()
        var signals: [Signal] = []
        var known: Set<SignalIdentity> = []
        var entries: [Entry] = []
        var damage: RecordingError?
        do throws(RecordingError) {
            while let (kind, payload) = try reader.next() {
                switch kind {
                case .header: throw reader.damaged("a second header")
                case .signal:
                    let signal = try reader.signal(payload)
                    guard signals.count < signalLimit, known.insert(signal.identity).inserted else {
                        throw reader.damaged("a signal that is there twice, or one too many")
                    }
                    signals.append(signal)
                case .samples: entries.append(.samples(try reader.samples(payload, signals: signals.count)))
                case .heartbeat: entries.append(try reader.heartbeat(payload))
                case .moment: entries.append(.moment(SignalTime(nanoseconds: try reader.time(payload, exactly: true))))
                case .end: try reader.finish(payload)
                }
            }
        } catch {
            damage = error
            while let last = entries.last {
                if case .moment = last { break }
                entries.removeLast()
            }
        }
        return (Recording(header: header, signals: signals, entries: entries), damage)
    }

    /// How many bytes of a recording that was cut off are whole, up to its last moment of evaluation: where a writer may go
    /// on.
    public static func wholeBytes(_ bytes: [UInt8]) throws(RecordingError) -> Int {
        var reader = try RecordReader(bytes)
        _ = try reader.header()
        var whole = reader.offset
        do throws(RecordingError) {
            while let (kind, _) = try reader.next() {
                if kind == .moment { whole = reader.offset }
                if kind == .end { break }
            }
        } catch {
            return whole
        }
        return whole
    }
}

/// Goes through the records of a recording.
private struct RecordReader {
    private let bytes: [UInt8]
    /// Where the next record begins.
    private(set) var offset = 0
    private var begin = 0
    private var record = 0
    private var isFinished = false

    init(_ bytes: [UInt8]) throws(RecordingError) {
        guard bytes.count <= Recording.byteLimit else {
            throw RecordingError(.tooLarge, offset: 0, record: 0, "\(bytes.count) bytes")
        }
        let magic = Recording.magic
        guard bytes.starts(with: magic.dropLast()) else {
            let isCut = !bytes.isEmpty && magic.starts(with: bytes)
            throw RecordingError(isCut ? .truncated : .foreign, offset: 0, record: 0, "no recording begins so")
        }
        guard bytes.count >= magic.count else {
            throw RecordingError(.truncated, offset: 0, record: 0, "it ends in its first bytes")
        }
        guard bytes[magic.count - 1] == magic[magic.count - 1] else {
            throw RecordingError(.unsupported, offset: magic.count - 1, record: 0, "version \(bytes[magic.count - 1])")
        }
        self.bytes = bytes
        offset = magic.count
    }

    func damaged(_ problem: String) -> RecordingError {
        RecordingError(.damaged, offset: begin, record: record, problem)
    }

    mutating func header() throws(RecordingError) -> Recording.Header {
        guard let (kind, payload) = try next(), kind == .header,
            let header = try? JSONDecoder().decode(Recording.Header.self, from: Data(payload)),
            header.intervalNanoseconds > 0
        else { throw damaged("no header") }
        return header
    }

    /// The next record, or `nil` behind the end.
    mutating func next() throws(RecordingError) -> (Recording.RecordKind, ArraySlice<UInt8>)? {
        if isFinished { return nil }
        if offset > Recording.magic.count { record += 1 }
        begin = offset
        guard bytes.count - offset >= 9 else {
            throw RecordingError(
                .truncated, offset: begin, record: record,
                bytes.count == offset ? "its end is missing" : "it ends in the middle of a record")
        }
        let length = Int(number(offset, 4))
        guard length <= Recording.recordLimit else { throw damaged("a record of \(length) bytes") }
        guard bytes.count - offset >= length + 9 else {
            guard !hasMoment(behind: offset) else {
                throw damaged("a record of \(length) bytes, which would reach beyond the end, and whole ones behind it")
            }
            throw RecordingError(.truncated, offset: begin, record: record, "it ends in the middle of a record")
        }
        let body = Array(bytes[(offset + 4)..<(offset + 5 + length)])
        guard CRC32C.checksum(of: body) == UInt32(number(offset + 5 + length, 4)) else {
            throw damaged("the checksum is wrong")
        }
        guard let kind = Recording.RecordKind(rawValue: body[0]) else { throw damaged("a record of kind \(body[0])") }
        offset += length + 9
        return (kind, body.dropFirst())
    }

    /// Whether a whole moment of evaluation stands somewhere behind a place: then the recording was not cut off there, but a
    /// length is wrong.
    private func hasMoment(behind place: Int) -> Bool {
        let start: [UInt8] = [8, 0, 0, 0, Recording.RecordKind.moment.rawValue]
        var place = place + 1
        while place + 17 <= bytes.count {
            if bytes[place] == start[0], bytes[place..<(place + 5)].elementsEqual(start),
                CRC32C.checksum(of: Array(bytes[(place + 4)..<(place + 13)])) == UInt32(number(place + 13, 4))
            {
                return true
            }
            place += 1
        }
        return false
    }

    /// The end, behind which nothing may be.
    mutating func finish(_ payload: ArraySlice<UInt8>) throws(RecordingError) {
        guard payload.isEmpty else { throw damaged("an end that says something") }
        guard offset == bytes.count else { throw damaged("\(bytes.count - offset) bytes behind the end") }
        isFinished = true
    }

    private func number(_ start: Int, _ count: Int) -> UInt64 { RecordReader.number(bytes[start..<(start + count)]) }

    private static func number(_ slice: ArraySlice<UInt8>) -> UInt64 {
        slice.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    func time(_ payload: ArraySlice<UInt8>, exactly: Bool) throws(RecordingError) -> Int64 {
        guard exactly ? payload.count == 8 : payload.count >= 8 else {
            throw damaged("a time of \(payload.count) bytes")
        }
        return Int64(bitPattern: RecordReader.number(payload.prefix(8)))
    }

    func heartbeat(_ payload: ArraySlice<UInt8>) throws(RecordingError) -> Recording.Entry {
        let time = try time(payload, exactly: false)
        guard let component = String(validating: payload.dropFirst(8), as: UTF8.self) else {
            throw damaged("a component that is no text")
        }
        return .heartbeat(component: component, time: SignalTime(nanoseconds: time))
    }

    func samples(_ payload: ArraySlice<UInt8>, signals: Int) throws(RecordingError) -> [Recording.Sample] {
        let size = 21
        guard payload.count.isMultiple(of: size) else { throw damaged("samples of \(payload.count) bytes") }
        var samples: [Recording.Sample] = []
        samples.reserveCapacity(payload.count / size)
        var start = payload.startIndex
        while start < payload.endIndex {
            let signal = Int(RecordReader.number(payload[start..<(start + 4)]))
            let time = Int64(bitPattern: RecordReader.number(payload[(start + 4)..<(start + 12)]))
            let bits = RecordReader.number(payload[(start + 13)..<(start + 21)])
            guard signal < signals else { throw damaged("a sample of signal \(signal), which is not there") }
            let value: SignalValue
            switch payload[start + 12] {
            case 0: value = .unsigned(bits)
            case 1 where Int64(bitPattern: bits) < 0: value = .negative(Int64(bitPattern: bits))
            case 2: value = .decimal(Double(bitPattern: bits))
            default: throw damaged("a value of kind \(payload[start + 12])")
            }
            samples.append(Recording.Sample(signal: signal, time: SignalTime(nanoseconds: time), value: value))
            start += size
        }
        return samples
    }

    func signal(_ payload: ArraySlice<UInt8>) throws(RecordingError) -> Recording.Signal {
        var rest = payload
        var texts: [String] = []
        while !rest.isEmpty {
            guard rest.count >= 4 else { throw damaged("a text without a length") }
            let length = Int(RecordReader.number(rest.prefix(4)))
            rest = rest.dropFirst(4)
            guard rest.count >= length, let text = String(validating: rest.prefix(length), as: UTF8.self) else {
                throw damaged("a text that is none")
            }
            texts.append(text)
            rest = rest.dropFirst(length)
        }
        guard texts.count >= 4, let unit = SignalUnit(rawValue: texts[1]), let kind = SignalKind(rawValue: texts[2])
        else {
            throw damaged("a signal without a name, or in an unknown unit or kind")
        }
        do {
            let identity = try SignalIdentity(texts[0], LabelPairs.read(Array(texts.dropFirst(4))))
            return Recording.Signal(identity: identity, unit: unit, kind: kind, source: texts[3])
        } catch {
            throw damaged("\(error)")
        }
    }
}
