/// The recording of one host, to be judged together with those of others.
public struct RecordedHost: Sendable, Hashable {
    public private(set) var recording: Recording
    /// Whether the recording breaks off, as that of a host that failed: then the host is not known to be there any more. One
    /// that came to its end was ended, which says nothing of the host.
    public private(set) var breaksOff: Bool

    public init(_ recording: Recording, breaksOff: Bool = false) {
        self.recording = recording
        self.breaksOff = breaksOff
    }

    /// Recordings of one host as one, in order of time, and each host with names of signals that no other one has.
    ///
    /// With several hosts a signal without a label `node` gets that of its recording's source; where two hosts recorded one
    /// signal all the same, each gets a label `recorder`.
    static func separated(_ hosts: [RecordedHost]) throws(SignalError) -> [RecordedHost] {
        var order: [String] = []
        var groups: [String: [RecordedHost]] = [:]
        for host in hosts {
            let source = host.recording.header.source
            if groups[source] == nil { order.append(source) }
            groups[source, default: []].append(host)
        }
        var result: [RecordedHost] = []
        for source in order {
            let parts = (groups[source] ?? []).sorted { $0.begin < $1.begin }
            guard var whole = parts.first else { continue }
            for part in parts.dropFirst() { try whole.append(part) }
            result.append(whole)
        }
        guard result.count > 1 else { return result }
        for index in result.indices { try result[index].label("node") { $0["node"] == nil } }
        var owners: [SignalIdentity: Int] = [:]
        for host in result { for signal in host.recording.signals { owners[signal.identity, default: 0] += 1 } }
        for index in result.indices { try result[index].label("recorder") { owners[$0, default: 0] > 1 } }
        return result
    }

    private var begin: SignalTime {
        for case .moment(let time) in recording.entries { return time }
        return recording.header.begin
    }

    /// Adds a later recording of the same host.
    private mutating func append(_ later: RecordedHost) throws(SignalError) {
        var signals = recording.signals
        var numbers = Dictionary(
            signals.enumerated().map { ($0.element.identity, $0.offset) }, uniquingKeysWith: { first, _ in first })
        var renumbered: [Int] = []
        for signal in later.recording.signals {
            if let known = numbers[signal.identity] {
                guard signals[known].unit == signal.unit, signals[known].kind == signal.kind else {
                    throw SignalError(
                        .contradiction, input: recording.header.source, place: "\(signal.identity)",
                        problem: "its unit or its kind is another in a later recording",
                        remedy: "replay the recordings one by one")
                }
                renumbered.append(known)
            } else {
                numbers[signal.identity] = signals.count
                renumbered.append(signals.count)
                signals.append(signal)
            }
        }
        let entries = later.recording.entries.map { entry -> Recording.Entry in
            guard case .samples(let samples) = entry else { return entry }
            return .samples(
                samples.map { Recording.Sample(signal: renumbered[$0.signal], time: $0.time, value: $0.value) })
        }
        recording = Recording(header: recording.header, signals: signals, entries: recording.entries + entries)
        breaksOff = later.breaksOff
    }

    /// Gives signals a label with the recording's source.
    private mutating func label(_ name: String, where isMeant: (SignalIdentity) -> Bool) throws(SignalError) {
        var signals = recording.signals
        let source = recording.header.source
        for index in signals.indices where isMeant(signals[index].identity) {
            let identity = signals[index].identity
            signals[index].identity = try SignalIdentity(identity.name, identity.labels + [SignalLabel(name, source)])
        }
        recording = Recording(header: recording.header, signals: signals, entries: recording.entries)
    }
}
