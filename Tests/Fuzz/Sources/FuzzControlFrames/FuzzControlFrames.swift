import Fuzzing
@testable import RDMAProbe

/// A stream of bytes from a peer: cut into frames, each read as a message.
///
/// Must hold: the frames do not depend on how the stream was cut in pieces; no more than a frame is held; a message that
/// was read and is written again is the same message.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = Input(start, count)
    let step = Int(input.byte()) + 1
    let stream = input.rest
    let whole = frames(stream, inPiecesOf: .max)
    let pieces = frames(stream, inPiecesOf: step)
    require(whole.frames == pieces.frames && whole.error == pieces.error, "the frames depend on the pieces")
    for frame in whole.frames {
        guard let message = try? ControlMessage(frame), let again = try? message.frame() else { continue }
        let reread = try? ControlMessage(again)
        require(reread == message, "\(message.name) is not what was written")
    }
    return 0
}

private func frames(_ stream: [UInt8], inPiecesOf step: Int) -> (frames: [ControlFrame], error: ControlFrameError?) {
    var decoder = ControlFrameDecoder()
    var found: [ControlFrame] = []
    var rest = stream[...]
    while !rest.isEmpty {
        require((1...65_536).contains(decoder.wanted), "\(decoder.wanted) bytes are wanted")
        let piece = rest.prefix(min(decoder.wanted, step))
        rest = rest.dropFirst(piece.count)
        do throws(ControlFrameError) {
            if let frame = try decoder.feed(piece) { found.append(frame) }
        } catch {
            return (found, error)
        }
    }
    return (found, nil)
}
