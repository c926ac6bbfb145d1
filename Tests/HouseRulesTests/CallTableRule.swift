/// `CVerbs` calls the libraries through its table of calls alone, so that whatever can fail can be made to fail.
enum CallTableRule {
    /// The file that fills the table.
    static let table = "CShims/CVerbs/Calls.c"

    /// What has no way to fail or goes through the context: the data path and readers of fields.
    static let direct: Set<String> = [
        "ibv_get_device_name", "ibv_poll_cq", "ibv_post_recv", "ibv_post_send", "ibv_req_notify_cq", "rdma_event_str",
        "rdma_get_local_addr", "rdma_get_peer_addr", "rdma_get_src_port",
    ]

    static func offences(path: String, text: String) -> [Offence] {
        guard path.hasPrefix("CShims/CVerbs/"), path.hasSuffix(".c"), path != table else { return [] }
        return SwiftSource(path: path, text: text).codeLines.enumerated().flatMap { index, line in
            called(in: line).filter { !direct.contains($0) }.map {
                Offence(
                    path: path, line: index + 1,
                    message: "\($0) is called past the table of calls, so no test can make it fail: add it to Calls.h")
            }
        }
    }

    /// The functions of the libraries that a line of C calls.
    private static func called(in line: String) -> [String] {
        line.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "(") }.flatMap { word in
            word.split(separator: "(", omittingEmptySubsequences: false).dropLast().map(String.init)
        }
        .filter { $0.hasPrefix("ibv_") || $0.hasPrefix("rdma_") }
    }
}
