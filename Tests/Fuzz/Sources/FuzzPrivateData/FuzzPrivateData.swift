import ClusterCore
import Fuzzing
@testable import RDMAProbe

/// What a connection request carries, a token as text, and a socket address as bytes.
///
/// Must hold: what was read is written as it came.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Input(start, count)
    let bytes = input.rest
    if let request = RequestData(bytes: bytes) {
        require(bytes.starts(with: request.bytes), "a request is not what was written")
    }
    if let token = SessionToken(hexadecimal: input.text) {
        require(token.hexadecimal == input.text.lowercased(), "a token is not what was written")
        require(RequestData(bytes: RequestData(token: token).bytes)?.token == token, "a token is lost in a request")
    }
    if let address = SocketAddress(bytes: bytes) {
        require(SocketAddress(bytes: address.bytes) == address, "\(address) is not what was written")
    }
    return 0
}
