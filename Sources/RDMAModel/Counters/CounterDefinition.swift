public import ClusterCore

/// What a counter of an RDMA device means, whatever its driver calls it.
public struct CounterDefinition: Sendable, Hashable {
    /// The suite's own name: `packets_out_of_order`. Several counters of one device may have it, each for a part.
    public var name: String
    /// The names by which drivers know it: `out_of_sequence` of mlx5, `out_of_seq_request` of rxe.
    public var sources: [String]
    /// What is counted.
    public var unit: Unit
    /// How far it counts, in bits.
    public var bits: Int
    /// What it does at the end: stay there, or begin anew.
    public var saturates: Bool
    /// How much a rise during a measurement matters.
    public var severity: Severity
    /// What a rise says, as a sentence.
    public var meaning: String
    /// What to do about a rise; `nil` where nothing needs doing.
    public var remedy: String?

    /// What is counted.
    public enum Unit: String, Sendable, Hashable, Codable, CaseIterable {
        case events, packets, bytes, messages
        /// 4 bytes each, as InfiniBand's performance management counts data.
        case words
        /// Objects that exist now: a gauge, which may fall.
        case objects
        /// Time, in units that only the device knows.
        case ticks
        case microseconds
    }

    init(
        _ name: String, _ sources: [String], _ unit: Unit = .events, bits: Int = 64, saturates: Bool = false,
        severity: Severity = .information, meaning: String, remedy: String? = nil
    ) {
        self.name = name
        self.sources = sources
        self.unit = unit
        self.bits = bits
        self.saturates = saturates
        self.severity = severity
        self.meaning = meaning
        self.remedy = remedy
    }

    /// The largest value.
    public var maximum: UInt64 { bits >= 64 ? .max : (1 << UInt64(max(0, bits))) - 1 }

    /// Whether a counter that saturates stands at its end. Where the performance management is old, counters of 64 bits
    /// have 32.
    func isEnd(_ value: UInt64) -> Bool { value == maximum || (bits >= 64 && value == UInt64(UInt32.max)) }

    /// The definition of a counter by its driver's name; `nil` for one that the dictionary does not have.
    public static func named(_ source: String) -> CounterDefinition? { bySource[source] }

    /// What stands before the name of a counter that the network driver keeps, which may be that of an RDMA counter.
    public static let ethernetFolder = "ethtool/"

    /// Names in a folder of counters that are settings and no counters.
    public static let settings: Set<String> = ["lifespan"]

    private static let bySource: [String: CounterDefinition] = {
        var table: [String: CounterDefinition] = [:]
        for definition in dictionary {
            for source in definition.sources {
                var own = definition
                if narrow.contains(source) {
                    own.bits = 32
                    // Those of another function that a switch on the adapter shows (a representor).
                    table["vport_" + source] = own
                }
                table[source] = own
            }
        }
        return table
    }()

    /// The counters that mlx5 keeps for a queue in 32 bits (drivers/infiniband/hw/mlx5/counters.c). rxe has
    /// `duplicate_request`, too, and newer kernels' bnxt_re many of them, in 64 bits: theirs do not fall, so that nothing is
    /// taken for a new beginning.
    private static let narrow: Set<String> = [
        "rx_write_requests", "rx_read_requests", "rx_atomic_requests", "out_of_buffer", "out_of_sequence",
        "duplicate_request", "rnr_nak_retry_err", "packet_seq_err", "implied_nak_seq_err", "local_ack_timeout_err",
        "resp_local_length_error", "resp_cqe_error", "req_cqe_error", "req_remote_invalid_request",
        "req_remote_access_errors", "resp_remote_access_errors", "resp_cqe_flush_error", "req_cqe_flush_error",
        "req_transport_retries_exceeded", "req_rnr_retries_exceeded", "rx_dct_connect", "roce_adp_retrans",
        "roce_adp_retrans_to", "roce_slow_restart", "roce_slow_restart_cnps", "roce_slow_restart_trans",
    ]
}
