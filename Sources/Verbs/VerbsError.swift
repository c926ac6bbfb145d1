/// A call of libibverbs or librdmacm that failed.
public struct VerbsError: Error, Sendable, Hashable {
    /// The C function: `ibv_reg_mr`, `rdma_resolve_addr`.
    public var call: String
    /// The errno value that it gave.
    public var code: CInt
    /// The device or address that it was about; empty where there is none.
    public var subject: String

    public init(call: String, code: CInt, subject: String = "") {
        self.call = call
        self.code = code
        self.subject = subject
    }
}

extension VerbsError: CustomStringConvertible {
    public var description: String {
        subject.isEmpty ? "\(call) failed with errno \(code)" : "\(call) on \(subject) failed with errno \(code)"
    }
}

/// The one place where a result of CVerbs becomes an error.
func check(_ result: CInt, _ call: String, _ subject: @autoclosure () -> String = "") throws(VerbsError) {
    if result != 0 { throw VerbsError(call: call, code: result, subject: subject()) }
}
