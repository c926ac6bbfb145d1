import ClusterCore
import TestSupport
import Testing
import Topology

@Suite struct `Allow-lists` {
    private func list(_ text: String) throws -> AllowList { try AllowList(parsing: Array(text.utf8)) }

    private func covers(_ text: String, _ address: String, reach: WildcardReach = .anyDepth) throws -> Bool {
        let endpoints = try ConnectivityNeed(features: Set(ConnectivityFeature.allCases)).endpoints()
            .filter { $0.address == address }
        let endpoint = try #require(endpoints.first, "\(address)")
        return try list(text).coverage(of: [endpoint], reach: reach).missing.isEmpty
    }

    @Test(arguments: [
        ("ocsp2.globalsign.com 80", true), ("ocsp2.globalsign.com:80", true), ("http://ocsp2.globalsign.com/", true),
        ("*.globalsign.com 443,80", true), ("*.globalsign.com;80;tcp", true), ("* any", true),
        ("*.com 1-1024/tcp", true),
        ("OCSP2.GlobalSign.com. http", true),
        // Port, protocol and path count.
        ("ocsp2.globalsign.com", false), ("ocsp2.globalsign.com 443", false), ("ocsp2.globalsign.com 80/udp", false),
        ("ocsp2.globalsign.com:80/status", false), ("globalsign.com 80", false), ("ocsp.globalsign.com 80", false),
    ])
    func `an endpoint on port 80 is covered, or not`(line: String, expected: Bool) throws {
        #expect(try covers(line, "ocsp2.globalsign.com:80") == expected)
    }

    /// Each port has a protocol of its own: what is open is neither more nor less than the line says.
    @Test(arguments: [
        ("* 443/udp,80/tcp", false), ("* 80/tcp,443/udp", false), ("* 443/tcp,80/udp", true),
        ("* 80/udp,443/tcp", true), ("* 1-65535/tcp,1-65535/udp", true), ("* 1-65535/udp,1-65535/tcp", true),
        ("* 1-65535/udp", false), ("* 443 tcp 123 udp", true), ("* 123 tcp 443 udp", false), ("* tcp 443", true),
        ("* udp 443", false), ("* 443 tcp udp", true), ("* udp tcp 443", true), ("* 80,443/tcp", true),
        ("* 443,123/udp", false), ("* 123/udp 443", false), ("*:443 123/udp", false), ("*:443/tcp", false),
        ("mcr.microsoft.com:443 80/tcp", true), ("https://mcr.microsoft.com udp", false),
        ("https://mcr.microsoft.com tcp", true), ("https://mcr.microsoft.com 8443", false),
    ])
    func `443 over TCP is let out, or not, whatever stands beside it`(line: String, expected: Bool) throws {
        #expect(try covers(line, "mcr.microsoft.com:443") == expected)
    }

    @Test func `NTP over UDP and certificates over TCP are both let out by one line`() throws {
        for line in ["* 80/tcp 123/udp", "* 123/udp 80/tcp", "* 80/tcp,123/udp,443"] {
            #expect(try covers(line, "time.windows.com:123"), "\(line)")
            #expect(try covers(line, "ocsp2.globalsign.com:80"), "\(line)")
        }
        #expect(try !covers("* 80/udp 123/tcp", "time.windows.com:123"))
    }

    @Test(arguments: [
        ("crl.microsoft.com/pkiinfra 80", true), ("crl.microsoft.com 80", true), ("http://crl.microsoft.com/*", true),
        ("crl.microsoft.com/pki 80", false), ("crl.microsoft.com/pkiinfra/x 80", false),
    ])
    func `a path covers what is below it and nothing beside it`(line: String, expected: Bool) throws {
        #expect(try covers(line, "crl.microsoft.com:80/pkiinfra") == expected)
    }

    @Test func `a required wildcard needs a wildcard`() throws {
        #expect(try covers("*.blob.core.windows.net", "*.blob.core.windows.net:443"))
        #expect(try covers("*.windows.net", "*.blob.core.windows.net:443"))
        #expect(try !covers("*.windows.net", "*.blob.core.windows.net:443", reach: .oneLabel))
        #expect(try covers("*.blob.core.windows.net", "*.blob.core.windows.net:443", reach: .oneLabel))
        #expect(try !covers("a.blob.core.windows.net\nb.blob.core.windows.net", "*.blob.core.windows.net:443"))
    }

    @Test func `a host that only the user knows is covered by its domain, undetermined by one host, else missing`()
        throws
    {
        let need = ConnectivityNeed(features: [.secrets])
        func verdict(_ text: String, _ names: [OwnName: String] = [:]) throws -> ConnectivityCoverage.Verdict? {
            var asked = need
            asked.names = names
            return try list(text).coverage(of: asked.endpoints()).answers.first { $0.endpoint.feature == .secrets }?
                .verdict
        }
        #expect(try verdict("*.vault.azure.net") == .covered(line: 1))
        #expect(try verdict("contoso.vault.azure.net", [.keyVault: "Contoso"]) == .covered(line: 1))
        #expect(try verdict("fabrikam.vault.azure.net", [.keyVault: "contoso"]) == .missing(nearest: nil))
        #expect(try verdict("vault.example.com") == .missing(nearest: nil))
        guard case .undetermined = try verdict("contoso.vault.azure.net") else {
            Issue.record("a vault nobody named cannot be told from another")
            return
        }
    }

    @Test func `a list of all that is required covers it, and each line that is left out is missed`() throws {
        let endpoints = try ConnectivityNeed(
            region: .westEurope, features: Set(ConnectivityFeature.allCases), vendor: .lenovo,
            names: [.keyVault: "kv", .arcGateway: "gw", .witnessAccount: "wit"]
        ).endpoints()
        let lines = endpoints.map { "\($0.host) \($0.port)/\($0.transport.rawValue)" }
        let whole = try list(lines.joined(separator: "\n")).coverage(of: endpoints)
        #expect(whole.missing == [] && whole.undetermined == [] && whole.unneededLines == [])
        for index in lines.indices {
            var fewer = lines
            fewer.remove(at: index)
            let missing = try list(fewer.joined(separator: "\n")).coverage(of: endpoints).missing
            let isCoveredByOthers = endpoints.enumerated().contains { other in
                other.offset != index && other.element.port == endpoints[index].port
                    && other.element.host.covers(endpoints[index].host, reach: .anyDepth)
            }
            #expect(missing == (isCoveredByOthers ? [] : [endpoints[index]]), "\(endpoints[index].address)")
        }
    }

    @Test func `AL-101 without a port an entry allows 443 alone, unless it is said otherwise`() throws {
        let endpoints = try ConnectivityNeed().endpoints().filter { $0.address == "ocsp2.globalsign.com:80" }
        let entries = try list("ocsp2.globalsign.com")
        let finding = try #require(entries.coverage(of: endpoints).findings.first)
        #expect(finding.measured == .text("line 1 allows the host on port 443 alone, since it names none"))
        #expect(finding.severity == .critical)
        #expect(finding.subject == "endpoint:ocsp2.globalsign.com:80")
        #expect(entries.coverage(of: endpoints, defaultPorts: [80, 443]).findings == [])
    }

    @Test func `the nearest miss is named`() throws {
        func nearest(_ text: String, _ address: String) throws -> String? {
            let endpoints = try ConnectivityNeed().endpoints().filter { $0.address == address }
            guard case .missing(let words) = try #require(list(text).coverage(of: endpoints).answers.first).verdict
            else {
                return nil
            }
            return words
        }
        #expect(
            try nearest("*.mcr.microsoft.com", "mcr.microsoft.com:443")?.contains("not mcr.microsoft.com itself")
                == true)
        #expect(
            try nearest("blob.core.windows.net", "*.blob.core.windows.net:443")?.contains("not the names below it")
                == true)
        #expect(try nearest("time.windows.com 123/tcp", "time.windows.com:123")?.contains("over tcp alone") == true)
        #expect(
            try nearest("* 443/udp,80/tcp", "mcr.microsoft.com:443") == "line 1 allows port 443 over udp alone")
        #expect(
            try nearest("* 8000-8100/tcp,80/udp", "mcr.microsoft.com:443")
                == "line 1 allows the host on port 8000-8100/tcp,80/udp alone")
    }

    @Test func `comments, blank lines, addresses and CSV are read`() throws {
        let text = "\u{FEFF}# ours\r\n\r\nmcr.microsoft.com  443 # images\r\n10.0.0.0/8\n[fd00::1]:443\n192.0.2.1 443\n"
        let entries = try list(text)
        #expect(entries.entries.map(\.host.description) == ["mcr.microsoft.com"])
        #expect(entries.entries.map(\.line) == [3])
        #expect(entries.addressLines == [4, 5, 6])
        let csv = try list(
            "host,port,transport,path,note\r\n\"*.windows.net\",443,tcp,,\"a, b\"\r\ncrl.microsoft.com,80,tcp,pkiinfra,\r\n"
        )
        #expect(csv.entries.map(\.host.description) == ["*.windows.net", "crl.microsoft.com"])
        #expect(csv.entries.map(\.path) == [nil, "pkiinfra"])
        #expect(csv.entries[0].openings.map(\.ports) == [443...443])
        #expect(csv.entries[0].openings.map(\.transport) == [.tcp])
    }

    @Test(arguments: [
        ("a.b\nb\u{F6}se.example", "line 2"), ("a.b 70000", "line 1"), ("a.b 0", "line 1"), ("a.b 443-80", "line 1"),
        ("a.b ftp", "line 1"), ("a.*.b", "line 1"), ("a.b -1", "line 1"), ("a.b +443", "line 1"),
        ("a.b 443/tcp udp", "beside a port"), ("ht!tp://x", "ht!tp"),
        ("host,port,transport\na.b,443/udp,tcp", "line 2"),
        (String(repeating: "x", count: 3000), "2048"),
        ("a.b " + (1...65).map(String.init).joined(separator: ","), "64 ports"),
        ("host,port\n,443", "line 2"),
    ])
    func `a line that says no host with ports is named`(text: String, words: String) throws {
        let error = try #require(throws: TopologyError.self) { try list(text) }
        #expect(error.description.contains(words), "\(error)")
        #expect(error.description.utf8.count < 400)
    }

    @Test func `more than a list may have is refused`() throws {
        #expect(throws: TopologyError.self) { try AllowList(parsing: [UInt8](repeating: 65, count: (4 << 20) + 1)) }
        #expect(throws: TopologyError.self) { try list(String(repeating: "a.b\n", count: 50_001)) }
        #expect(try list(String(repeating: "a.b\n", count: 50_000)).entries.count == 50_000)
    }

    @Test func `random bytes are read or refused, never worse`() {
        forRandom(2000) { random in
            let alphabet = Array("a.*-:/# ,;\n\"\u{FC}109host".utf8)
            let bytes = (0..<Int(random.next() % 60)).map { _ in
                random.next() % 20 == 0
                    ? UInt8(truncatingIfNeeded: random.next()) : alphabet[Int(random.next() % UInt64(alphabet.count))]
            }
            _ = try? AllowList(parsing: bytes)
            return true
        }
    }

    @Test func `two lists differ in what comes, goes and changes its ports`() throws {
        let difference = EndpointDifference(
            from: try list("a.example 443\nb.example 80\nc.example"),
            to: try list("a.example 443\nb.example 80,443\nd.example"))
        #expect(difference.added == ["d.example"])
        #expect(difference.removed == ["c.example"])
        #expect(difference.changed.map(\.name) == ["b.example"])
        #expect(difference.changed.first?.to == ["ports 443, 80"])
    }
}
