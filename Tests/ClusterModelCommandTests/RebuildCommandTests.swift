import Foundation
import TestSupport
import Testing

@Suite struct `clustermodel rebuild` {
    private let call = [
        "rebuild", "--servers", "4", "--drives", "10x2TB", "--type", "three-way-mirror", "--used", "100%",
        "--drive-rate",
        "200MB/s", "--link-rate", "25GbE", "--share", "50%", "--detection", "15m",
    ]

    /// Four servers hold three copies, so a lost drive is rebuilt anywhere: 2 TB over 39 drives at half of 200 MB/s are
    /// 2·10¹² / (39 · 10⁸) = 512.8 s. Eight links of 3.125 GB/s at half: 160 s.
    @Test func `AL-115 detection, then lost bytes over what the slowest part moves`() throws {
        let (document, outcome) = try ClusterModel.json(call)
        #expect(outcome.status == 0)
        #expect(document["lost_bytes"] as? Int == 2_000_000_000_000)
        let transfer = try #require(document["transfer_seconds"] as? Double)
        #expect(abs(transfer - 2e12 / 39e8) < 0.001)
        let total = try #require(document["total_seconds"] as? Double)
        #expect(abs(total - 900 - transfer) < 1e-6)
        #expect(document["limit"] as? String == "sources")
        let stages = try #require(document["stages"] as? [[String: Any]])
        let network = try #require(stages.first { $0["limit"] as? String == "network" }?["seconds"] as? Double)
        #expect(abs(network - 160) < 0.001)
        #expect(document["failures_left"] as? Int == 1)
    }

    @Test func `AL-66 encryption of the architecture's 5 % takes that much of the links`() throws {
        let (document, _) = try ClusterModel.json(call + ["--encryption", "architecture"])
        let stages = try #require(document["stages"] as? [[String: Any]])
        let network = try #require(stages.first { $0["limit"] as? String == "network" }?["seconds"] as? Double)
        #expect(abs(network - 160 / 0.95) < 0.001)
    }

    @Test func `a cluster as large as its stripes has no place but the same server`() throws {
        let three = call.map { $0 == "4" ? "3" : $0 }
        let (drive, _) = try ClusterModel.json(three)
        #expect(drive["source_drives"] as? Int == 20)
        #expect(drive["target_drives"] as? Int == 9)
        let (server, _) = try ClusterModel.json(three + ["--of", "server"])
        #expect(server["target_drives"] as? Int == 10)
        #expect(server["receiving_servers"] as? Int == 1)
        #expect((server["assumptions"] as? [String])?.first?.contains("when it is back or replaced") == true)
        let nested = call.map { $0 == "4" ? "2" : $0 == "three-way-mirror" ? "nested-two-way-mirror" : $0 }
        let (inside, _) = try ClusterModel.json(nested)
        #expect(inside["source_drives"] as? Int == 9)
        #expect(inside["target_drives"] as? Int == 9)
        let single = try ClusterModel.run([
            "rebuild", "--servers", "2", "--drives", "1x2TB", "--type", "two-way-mirror", "--drive-rate", "1GB/s",
            "--link-rate",
            "25GbE",
        ])
        #expect(single.status == 64)
        #expect(single.diagnostics.contains("replace what failed"))
    }

    @Test func `RS 2+2 reads two bytes for a lost one, a mirror one`() throws {
        #expect(try ClusterModel.json(call).document["reads_per_byte"] as? String == "1")
        let parity = call.map { $0 == "three-way-mirror" ? "dual-parity" : $0 }
        #expect(try ClusterModel.json(parity).document["reads_per_byte"] as? String == "2")
    }

    @Test func `a server of four is rebuilt by the other three`() throws {
        let (document, _) = try ClusterModel.json(call + ["--of", "server"])
        #expect(document["lost_bytes"] as? Int == 20_000_000_000_000)
        let transfer = try #require(document["transfer_seconds"] as? Double)
        #expect(abs(transfer - 20e12 / 30e8) < 0.001)
    }

    @Test func `the times for people`() throws { try ClusterModel.assertText(call, named: "rebuild.txt") }

    @Test(arguments: [
        (["--share", "0%"], "repair share"), (["--used", "120%"], "share in use"),
        (["--drive-rate", "0MB/s"], "rate of a drive"),
        (["--request", "1MiB"], "--request and --latency"), (["--encryption", "lots"], "cost of encryption"),
        (["--type", "simple"], "restored from backup"), (["--links-per-server", "1000000000"], "is not 1 to 16"),
    ])
    func `a wrong call names the value and the remedy`(arguments: [String], words: String) throws {
        let outcome = try ClusterModel.run(call + arguments)
        #expect(outcome.status == 64)
        #expect(outcome.diagnostics.contains(words), "\(outcome.diagnostics)")
    }
}

@Suite struct `clustermodel forecast` {
    /// Sixty days at 200 GB a day from 40 TB, without scatter: 52 TB on the last day, so 64 TB 61 days later.
    private func line(size: Bool = true) throws -> TemporaryTree {
        let tree = try TemporaryTree()
        var text = size ? "time,used,size\n" : "time,used\n"
        for day in 0..<60 {
            let used = 40_000_000_000_000 + day * 200_000_000_000
            text += "\(1_763_942_400 + day * 86_400),\(used)\(size ? ",64TB" : "")\n"
        }
        try tree.write(text, to: "usage.csv")
        return tree
    }

    @Test func `a straight line is full when it reaches the size`() throws {
        let tree = try line()
        let (document, outcome) = try ClusterModel.json(["forecast", tree.absolute("usage.csv")])
        #expect(outcome.status == 0)
        #expect(document["outcome"] as? String == "full_between")
        let earliest = try #require(document["earliest_seconds"] as? Int)
        let latest = try #require(document["latest_seconds"] as? Int)
        // 64 − 51.8 TB at 200 GB a day are 61 days after the last sample.
        #expect(earliest <= 61 * 86_400 && latest >= 61 * 86_400)
        #expect(latest - earliest < 2 * 86_400)
        try ClusterModel.assertText(["forecast", tree.absolute("usage.csv")], named: "forecast.txt")
    }

    @Test func `room that must last longer than it does ends with 1`() throws {
        let file = try line()
        #expect(try ClusterModel.run(["forecast", file.absolute("usage.csv"), "--required-for", "90d"]).status == 1)
        #expect(try ClusterModel.run(["forecast", file.absolute("usage.csv"), "--required-for", "30d"]).status == 0)
    }

    @Test func `the size may come from the call, and without one nothing is told`() throws {
        let file = try line(size: false)
        #expect(try ClusterModel.run(["forecast", file.absolute("usage.csv"), "--size", "64TB"]).status == 0)
        let (document, outcome) = try ClusterModel.json(["forecast", file.absolute("usage.csv")])
        #expect(outcome.status == 2)
        #expect(document["outcome"] as? String == "not_enough")
    }

    @Test(arguments: [
        ("used,size\n1,2\n", "no column \"time\""),
        ("time,used\n2026-13-01,1\n", ":2:1 time: \"2026-13-01\" is no time"),
        ("time,used\n2026-11-24T12:00:00,1\n", "is no time"), ("time,used\n5,1\n4,1\n", "time of sample 2"),
        ("time,used\n5\n", "there are 1 fields and 2 columns"), ("time,used\n5,1e9\n", "exponents are not read"),
        ("", "no column"), ("time,used,size\n5,1,0\n", "size in sample 1"),
    ])
    func `a mistake in the file is told with its line`(text: String, words: String) throws {
        let tree = try TemporaryTree()
        try tree.write(text, to: "usage.csv")
        let outcome = try ClusterModel.run(["forecast", tree.absolute("usage.csv")])
        #expect(outcome.status == 64)
        #expect(outcome.diagnostics.contains(words), "\(outcome.diagnostics)")
    }

    @Test func `dates, moments and seconds are the same times`() throws {
        var texts: [String] = []
        for style in 0..<3 {
            let tree = try TemporaryTree()
            let days = [("2026-11-20", 1_795_132_800), ("2026-11-21", 1_795_219_200), ("2026-11-22", 1_795_305_600)]
            let rows = days.map { date, seconds in
                (style == 0 ? date : style == 1 ? "\(date)T00:00:00Z" : "\(seconds)") + ",1TB,2TB"
            }
            try tree.write("time,used,size\n" + rows.joined(separator: "\n"), to: "usage.csv")
            texts.append(try ClusterModel.run(["forecast", tree.absolute("usage.csv"), "--format", "json"]).output)
        }
        #expect(Set(texts).count == 1)
    }
}
