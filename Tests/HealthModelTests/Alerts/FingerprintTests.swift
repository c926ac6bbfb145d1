import HealthModel
import Testing

struct FingerprintTests {
    // FNV-1a of nothing, and of "a" 0xFF "b" 0xFF, computed apart from this code (Python, the published parameters).
    @Test func `a fingerprint is FNV-1a over names and values with 0xFF behind each`() {
        #expect("\(AlertFingerprint([]))" == "cbf29ce484222325")
        #expect("\(AlertFingerprint([SignalLabel("a", "b")]))" == "d2b371819297f98a")
        #expect(
            "\(AlertFingerprint([SignalLabel("severity", "critical"), SignalLabel("alertname", "NodeDown")]))"
                == "d551400cab2df1f6")
    }

    @Test func `the order in which labels come changes nothing, where a text ends does`() {
        let (one, other) = (SignalLabel("a", "1"), SignalLabel("b", "2"))
        #expect(AlertFingerprint([one, other]) == AlertFingerprint([other, one]))
        #expect(AlertFingerprint([SignalLabel("ab", "c")]) != AlertFingerprint([SignalLabel("a", "bc")]))
    }
}
