import ClusterCore
import StorageMath
import TestSupport
import Testing

/// Microsoft, maintain-servers (2018-10-08): volumes healthy before, repair jobs finished before the next server.
@Suite struct OfflineTests {
    private typealias Server = StorageCondition.Server
    private typealias Job = StorageCondition.Job
    private typealias Volume = StorageCondition.Volume

    private var calm: StorageCondition {
        StorageCondition(
            servers: [Server(name: "s1", state: .up), Server(name: "s2", state: .up), Server(name: "s3", state: .up)],
            jobs: [Job(name: "Repair", state: .completed, processed: ByteCount(bytes: 9), total: ByteCount(bytes: 9))],
            volumes: [Volume(name: "v1", health: .healthy, failuresTolerated: 2)])
    }

    private func word(_ answer: OfflineAnswer) -> String {
        switch answer {
        case .yes: "yes"
        case .no: "no"
        case .unknown: "unknown"
        }
    }

    @Test func `AL-115 with all healthy and no repair under way a server may go`() throws {
        let answer = calm.mayGoOffline("s1")
        #expect(word(answer) == "yes")
        #expect(answer.findings.map(\.severity) == [.information])
        #expect(answer.findings.first?.reference?.architecture == [115])
    }

    @Test func `AL-115 a running repair forbids it and says how far it is`() {
        var condition = calm
        condition.jobs = [
            Job(
                name: "Repair", state: .running, processed: ByteCount(bytes: 11_477_975_040),
                total: ByteCount(bytes: 17_448_304_640))
        ]
        let answer = condition.mayGoOffline("s2")
        #expect(word(answer) == "no")
        #expect(answer.findings.first?.measured == .text("running, 65.78 % done"))
        #expect(answer.findings.first?.remedy == "wait until it has finished")
    }

    /// The page prints 65, 66 and 68; the third does not follow from its bytes.
    @Test func `progress is computed from bytes, and the page's third percentage is not what its bytes say`() throws {
        let rows: [(UInt64, UInt64, Int64)] = [
            (11_477_975_040, 17_448_304_640, 65), (15_987_900_416, 23_890_755_584, 66),
            (20_104_802_841, 22_104_819_713, 90),
        ]
        for (processed, total, percent) in rows {
            let job = Job(
                name: "Repair", state: .running, processed: ByteCount(bytes: processed), total: ByteCount(bytes: total))
            let progress = try #require(job.progress)
            #expect(Int64(progress.doubleValue * 100) == percent)
        }
    }

    @Test(arguments: [Server.State.down, .maintenance, .resyncing])
    func `another server that is away or catching up forbids it`(_ state: StorageCondition.Server.State) {
        var condition = calm
        condition.servers?[2].state = state
        #expect(word(condition.mayGoOffline("s1")) == "no")
        #expect(condition.mayGoOffline("s1").findings.first?.subject == "server:s3")
    }

    @Test(arguments: [Volume.Health.warning, .unhealthy])
    func `a volume that is not healthy forbids it`(_ health: StorageCondition.Volume.Health) {
        var condition = calm
        condition.volumes?[0].health = health
        #expect(word(condition.mayGoOffline("s1")) == "no")
    }

    @Test func `a volume that withstands no failure forbids it`() {
        var condition = calm
        condition.volumes?.append(Volume(name: "scratch", health: .healthy, failuresTolerated: 0))
        #expect(word(condition.mayGoOffline("s1")) == "no")
        #expect(condition.mayGoOffline("s1").findings.first?.subject == "volume:scratch")
    }

    @Test func `a job that claims to be completed while its bytes do not is not known to be`() {
        var condition = calm
        condition.jobs?[0].processed = ByteCount(bytes: 8)
        #expect(word(condition.mayGoOffline("s1")) == "unknown")
        condition.jobs?[0].processed = ByteCount(bytes: 10)
        #expect(word(condition.mayGoOffline("s1")) == "unknown")
    }

    @Test func `one reason against suffices, whatever else is not known`() {
        var condition = calm
        condition.servers = nil
        condition.volumes?[0].health = .unknown
        condition.jobs?[0].state = .running
        #expect(word(condition.mayGoOffline("s1")) == "no")
        #expect(condition.mayGoOffline("s1").findings.map(\.subject) == ["job:1-Repair"])
    }

    @Test func `a server that nobody knows is not let go`() {
        #expect(word(calm.mayGoOffline("s9")) == "unknown")
        #expect(word(StorageCondition(servers: [], jobs: [], volumes: []).mayGoOffline("s1")) == "unknown")
    }

    /// Every combination of states: an answer with something made unknown is never yes, and a no needs a reason that is
    /// known.
    @Test func `unknown never becomes yes`() {
        var (yes, unknown, no) = (0, 0, 0)
        for first in Server.State.allCases {
            for second in Server.State.allCases {
                for job in Job.State.allCases {
                    for health in Volume.Health.allCases {
                        for tolerated in [nil, 0, 1, 2] as [Int?] {
                            for missing in 0..<8 {
                                let condition = StorageCondition(
                                    servers: missing & 1 == 1
                                        ? nil : [Server(name: "a", state: first), Server(name: "b", state: second)],
                                    jobs: missing & 2 == 2 ? nil : [Job(name: "Repair", state: job)],
                                    volumes: missing & 4 == 4
                                        ? nil : [Volume(name: "v", health: health, failuresTolerated: tolerated)])
                                let answer = condition.mayGoOffline("a")
                                let isKnown =
                                    missing == 0 && first != .unknown && second != .unknown && job != .unknown
                                    && health != .unknown && tolerated != nil
                                switch answer {
                                case .yes:
                                    yes += 1
                                    #expect(isKnown)
                                case .unknown:
                                    unknown += 1
                                    #expect(!isKnown)
                                case .no(let findings):
                                    no += 1
                                    #expect(findings.allSatisfy { $0.severity == .critical && $0.measured != nil })
                                }
                            }
                        }
                    }
                }
            }
        }
        #expect(yes > 0 && unknown > 0 && no > 0)
    }
}
