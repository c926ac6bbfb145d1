import ClusterCore
import Reports
import StorageMath

/// Whether cluster and pool keep their quorum: the document `clustermodel.quorum/1`.
struct QuorumDocument: Encodable {
    static let schema = "clustermodel.quorum/1"

    let servers: Int
    let witness: Bool
    let drives: Int
    /// How pool votes were counted.
    let poolReading: PoolReading
    let answers: [Answer]

    enum CodingKeys: String, CodingKey {
        case servers, witness, drives, answers
        case poolReading = "pool_reading"
    }

    struct Answer: Encodable {
        let question: String
        /// `Yes`, `No` or `50/50`.
        let cluster: String
        let pool: String
        /// The votes in sentences.
        let votes: [String]
    }

    init(_ cluster: ClusterLayout, _ reading: PoolReading, _ traces: [(String, QuorumTrace)]) {
        servers = cluster.drives.count
        witness = cluster.hasWitness
        drives = cluster.driveCount
        poolReading = reading
        answers = traces.map { question, trace in
            Answer(
                question: question, cluster: trace.cluster.description, pool: trace.pool.description,
                votes: trace.description.split(separator: "\n").map(String.init))
        }
    }

    /// The questions of the published tables, as far as the cluster has servers for them.
    init(questionsOf cluster: ClusterLayout, _ reading: PoolReading) throws(StorageMathError) {
        var traces: [(String, QuorumTrace)] = []
        for scenario in QuorumScenario.allCases where cluster.drives.count > (scenario == .oneFailure ? 1 : 2) {
            traces.append((scenario.rawValue, try cluster.quorum(in: scenario, reading: reading)))
        }
        self.init(cluster, reading, traces)
    }

    /// The answers for people, with the votes below each.
    func text() -> TextDocument {
        var document = TextDocument()
        document.add(
            .heading(
                "Quorum of \(servers) \(servers == 1 ? "server" : "servers") \(witness ? "with" : "without") a witness, \(drives) drives"
            ))
        var table = TextTable(columns: [.init("question"), .init("cluster"), .init("pool")])
        for answer in answers {
            table.add([
                .init(answer.question.words), .init(answer.cluster, tone(answer.cluster)),
                .init(answer.pool, tone(answer.pool)),
            ])
        }
        document.add(.table(table))
        if answers.isEmpty { document.add(.paragraph("One server has nobody to vote with: when it is down, all is.")) }
        for answer in answers {
            document.add(.heading("The votes: \(answer.question.words)"))
            for line in answer.votes { document.add(.paragraph(line)) }
        }
        return document
    }

    private func tone(_ answer: String) -> TextStyle.Tone { answer == "Yes" ? .good : answer == "No" ? .bad : .warning }
}

extension String {
    /// A name with spaces.
    fileprivate var words: String { split(separator: "_").joined(separator: " ") }
}
