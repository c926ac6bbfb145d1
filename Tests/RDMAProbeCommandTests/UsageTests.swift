import Foundation
import TestSupport
import Testing

/// Wrong calls: status 64, nothing on standard output, and the way out on standard error.
@Suite struct `Wrong usage` {
    private static let sizes65 = [String](repeating: "64", count: 65).joined(separator: ",")

    @Test(arguments: [
        (
            ["tset"],
            "there is no command \"tset\"; choose among test, serve, selftest, devices, counters, capture, compare, explain, and see rdmaprobe --help"
        ),
        (["Test", "h"], "choose among test, serve, selftest"),
        (["test"], "Missing expected argument '<host>'"),
        (["test", ""], "<host> is empty: give a name or an address"),
        (["test", "h", "more"], "Unexpected argument 'more'"),
        (["test", "h", "--size", "4Ki"], "Did you mean '--sizes'?"),
        (["test", "h", "--sizes", "4K"], "the unit \"K\" has two meanings; write 4Ki or 4kB"),
        (["test", "h", "--sizes", "64,,4Ki"], "write values with one comma between them"),
        (["test", "h", "--sizes", ""], "\"\" has an empty place; write values with one comma between them"),
        (["test", "h", "--sizes", "0"], "a payload has 1 byte to 1 GiB"),
        (["test", "h", "--sizes", "2GiB"], "a payload has 1 byte to 1 GiB"),
        (["test", "h", "--sizes", "18446744073709551616"], "it is above the limit of 18446744073709551615"),
        (["test", "h", "--sizes", "10 Gbps"], "the unit \"Gbps\" is that of a bit rate"),
        (["test", "h", "--sizes=-1"], "write a value of zero or more"),
        (["test", "h", "--sizes", sizes65], "at most 64 sizes"),
        (["test", "h", "--sizes", "4096,64,4Ki"], "--sizes: names a size twice"),
        (
            ["test", "h", "--bandwidth", "read", "--bandwidth-sizes", "64Ki,65536"],
            "--bandwidth-sizes: names one twice"
        ),
        (["test", "h", "--operations", "sned"], "there is no operation sned: choose among send, write, read"),
        (["test", "h", "--operations", "send,send"], "names an operation twice"),
        (["test", "h", "--pattern", "ping"], "'request' and 'echo'"),
        (["test", "h", "--count", "0"], "give 1 or more"),
        (["test", "h", "--count", "ten"], "A cell (one operation at one size) ends after this many samples"),
        (["test", "h", "--duration", "5"], "the unit is missing; write one of ns, us, ms, s, m, h, d"),
        (["test", "h", "--duration=-5s"], "write a value of zero or more"),
        (["test", "h", "--duration", "0s"], "must be longer than nothing; try 5s"),
        (["test", "h", "--duration", "25h"], "at most 24h a cell"),
        (["test", "h", "--duration", "1e400s"], "exponents are not read; write the digits out"),
        (["test", "h", "--operation-timeout", "11m"], "at most 10m; try 5s"),
        (["test", "h", "--connect-timeout", "0s"], "must be longer than nothing and at most 10m; try 5s"),
        (["test", "h", "--datagrams", "8"], "--datagrams 8: a datagram has 16 bytes to 64 KiB"),
        (["test", "h", "--datagrams", "64,64"], "--datagrams: names a size twice"),
        (["test", "h", "--datagrams", "64", "--datagram-timeout", "2m"], "at most 1m; try 500ms"),
        (["test", "h", "--bandwidth", "wrte"], "there is no operation wrte: choose among"),
        (
            ["test", "h", "--bandwidth", "write,compare_and_swap"],
            "--bandwidth: there is none of compare_and_swap: choose among send, write, read"
        ),
        (["test", "h", "--bandwidth", "read,read"], "--bandwidth: names one twice"),
        (["test", "h", "--bandwidth-sizes", "0"], "a payload has 1 byte to 1 GiB"),
        (["test", "h", "--queue-pairs", "33"], "--queue-pairs 33: give 1 to 32"),
        (["test", "h", "--directions", "up"], "there is no direction up: choose among one_way, both_ways"),
        (["test", "h", "--bandwidth", "read", "--directions", "one_way,one_way"], "--directions: names one twice"),
        (
            ["test", "h", "--bandwidth", "read", "--bandwidth-duration", "25h"],
            "must be longer than nothing and at most 24h; try 5s"
        ),
        (
            ["test", "h", "--bandwidth-duration", "1s", "--directions", "one_way"],
            "--directions, --bandwidth-duration: says nothing without --bandwidth"
        ),
        (["test", "h", "--datagram-timeout", "1s"], "--datagram-timeout: says nothing without --datagrams"),
        (["test", "h", "--load", "much"], "'write_flow'"),
        (["test", "h", "--verify", "0"], "--verify 0: give 1 to 10000"),
        (["test", "h", "--dscp", "64"], "--dscp 64: give 0 to 63"),
        (["test", "h", "--traffic-class", "256"], "--traffic-class"),
        (["test", "h", "--dscp", "26", "--traffic-class", "104"], "give one of them"),
        (["test", "h", "--source", "10.0.0"], "write 10.0.0.1 or fd00::1"),
        (["test", "h", "--source", "10.0.0.01"], "write 10.0.0.1 or fd00::1"),
        (["test", "h", "--port", "0"], "give 1 to 65534"),
        (["test", "h", "--port", "65535"], "give 1 to 65534"),
        (["test", "h", "--port", "65536"], "--port <port>"),
        (["test", "h", "--completions", "interrupt"], "'auto', 'poll' or 'event'"),
        (["test", "h", "--format", "xml"], "The value 'xml' is invalid for '--format <format>'"),
        (["test", "h", "--progress", "yes"], "'auto', 'always' or 'never'"),
        (
            ["test", "h", "--profile", "architcture"],
            "no built-in profile (architecture, software) and no readable file"
        ),
        (["selftest", "h"], "Unexpected argument 'h'"),
        (["serve", "--sessions", "0"], "give 1 to 1024"),
        (["serve", "--sessions-per-peer", "2000"], "give 1 to 1024"),
        (["serve", "--port", "65535"], "give 1 to 65534"),
        (["serve", "--allow", "10.0.0.0/33"], "has a prefix longer than the 32 bits of its address"),
        (["serve", "--allow", "10.0.0.0/24/8"], "write 10.0.0.0/24"),
        (["serve", "--listen", "node1"], "write 10.0.0.1 or fd00::1"),
        (["serve", "--largest", "0"], "a payload has 1 byte to 1 GiB"),
        (["serve", "--sesions", "4"], "Did you mean '--sessions'?"),
    ])
    func `a wrong call ends with 64 and says what to write`(arguments: [String], remedy: String) throws {
        let outcome = try Executable.run(arguments)
        #expect(outcome.status == 64)
        #expect(outcome.output.isEmpty)
        #expect(outcome.diagnostics.contains(remedy), "\(outcome.diagnostics)")
        #expect(outcome.diagnostics.hasSuffix("\n"))
    }

    @Test(arguments: [
        ["tset", "--format", "json"], ["test", "h", "--sizes", "4K", "--format", "json"], ["test", "--format=json"],
        ["test", "h", "--profile", "none.json", "--format", "json"], ["selftest", "--format", "json", "--count", "0"],
    ])
    func `where JSON is asked for, standard output holds one document that says the same`(arguments: [String]) throws {
        let outcome = try Executable.run(arguments)
        #expect(outcome.status == 64)
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: String])
        #expect(Set(document.keys) == ["schema", "message"])
        #expect(document["schema"] == "rdmaprobe.error/1")
        let message = try #require(document["message"])
        #expect(!message.isEmpty && outcome.diagnostics.contains(message))
        #expect(outcome.output.hasPrefix("{\n  \"schema\" :"))
    }

    // MARK: Profiles

    @Test(arguments: [
        (
            #"{"name":"mine","version":"1","extends":"architecture","rules":{"rdma.latency":{"parameters":{"requird":"1ms"}}}}"#,
            ["/rules/rdma.latency", "has no parameter \"requird\"", "required_below"]
        ),
        (
            #"{"name":"mine","version":"1","extends":"architecture","rules":{"rdma.latencyy":{"parameters":{}}}}"#,
            ["/rules/rdma.latencyy", "there is no rule rdma.latencyy"]
        ),
        (
            #"{"name":"mine","version":"1","extends":"architecture","rules":{"rdma.latency":{"parameters":{"required_below":"5 GB"}}}}"#,
            ["/rules/rdma.latency", "required_below"]
        ),
        (#"{"name":"mine","version":1}"#, ["/version: expected a text, found the number 1"]),
        (#"{"name":"mine","version":"1","extends":"architcture"}"#, ["architcture"]),
        (#"{"name":"mine""#, ["not JSON"]),
        ("", ["not JSON"]),
    ])
    func `a profile with a typo is refused with its file and its place`(json: String, words: [String]) throws {
        let tree = try TemporaryTree()
        try tree.write(json, to: "mine.json")
        let outcome = try Executable.run(["test", "127.0.0.1", "--profile", tree.absolute("mine.json")])
        #expect(outcome.status == 64)
        #expect(outcome.output.isEmpty)
        for word in words + [tree.absolute("mine.json")] {
            #expect(outcome.diagnostics.contains(word), "\(outcome.diagnostics)")
        }
    }

    @Test func `a profile that is a folder, absent or longer than one may be is refused by name`() throws {
        let tree = try TemporaryTree()
        try tree.makeFolder("folder")
        try tree.write("{" + String(repeating: " ", count: 70_000) + "}", to: "long.json")
        for (name, words) in [
            ("folder", "no readable file of this name"), ("none", "no readable file of this name"),
            ("long.json", "longer than a profile may be, 65536 bytes"),
        ] {
            let outcome = try Executable.run(["test", "127.0.0.1", "--profile", name], directory: tree.path)
            #expect(outcome.status == 64)
            #expect(outcome.diagnostics.contains("--profile \(name): "), "\(outcome.diagnostics)")
            #expect(outcome.diagnostics.contains(words), "\(outcome.diagnostics)")
        }
    }
}
