import StorageMath
import Threads

/// Reads batches of an input, adds parities and checksums, and writes the shards.
final class EncodeJob: StripeJob {
    private let code: any StripeCoder
    private let shape: BatchShape
    private let reader: InputReader
    private let shards: [PartialFile]
    private let run: StripeRun
    private let isAtEnd = Guarded(false)
    private let summary: Guarded<Summary>

    private struct Summary {
        var length = 0
        var digest: SetDigest
    }

    init(code: any StripeCoder, shape: BatchShape, reader: InputReader, shards: [PartialFile], run: StripeRun) {
        self.code = code
        self.shape = shape
        self.reader = reader
        self.shards = shards
        self.run = run
        summary = Guarded(Summary(digest: SetDigest(shape.striping)))
    }

    /// Bytes that were read, and the identifier that follows from them.
    var outcome: (length: Int, set: SetIdentifier) {
        summary.withLock { ($0.length, $0.digest.identifier(length: $0.length)) }
    }

    func take(_ number: Int, _ batch: inout StripeBatch) throws(StripeError) -> Bool {
        try isAtEnd.withLock { isAtEnd throws(StripeError) in
            if isAtEnd { return false }
            try run.checkStop(reader.name)
            let count = try reader.fill(&batch.stream, run)
            isAtEnd = count < batch.stream.count
            batch.begin(number, fileBytes: count)
            return count > 0
        }
    }

    func work(_ batch: inout StripeBatch) throws(StripeError) {
        guard batch.first < StripeGeometry.lengthLimit / (shape.data * shape.unit) - shape.stripes else {
            throw StripeError(
                .impossibleStriping, reader.name, found: "it is longer than \(StripeGeometry.lengthLimit) bytes",
                remedy: "stripe parts of it")
        }
        batch.scatter()
        do throws(StorageMathError) {
            for stripe in 0..<batch.count {
                let regions = try batch.regions(of: stripe)
                var buffer = batch.shards.mutableSpan
                try code.encode(&buffer, at: regions)
            }
        } catch {
            throw StripeError(reader.name, error)
        }
        for stripe in 0..<batch.count { for shard in shards.indices { batch.seal(shard, stripe) } }
        let offset = StripeGeometry(shape.striping, length: 0).offset(of: batch.first)
        for (index, shard) in shards.enumerated() {
            try shard.file.write(batch.chunk(of: index), of: batch.shards, at: offset)
        }
    }

    func finish(_ batch: inout StripeBatch) throws(StripeError) {
        let done = summary.withLock { summary in
            for stripe in 0..<batch.count {
                for shard in 0..<shape.data { summary.digest.absorb(checksum: batch.keptChecksum(shard, stripe)) }
            }
            summary.length += batch.streamCount
            return summary.length
        }
        run.progress?(.init(step: .encoding, doneBytes: done, totalBytes: reader.expected))
    }
}

extension StripeError {
    /// What the arithmetic refuses, told of a file.
    init(_ file: String, _ error: StorageMathError) {
        self.init(
            .impossibleStriping, file, found: "\(error.quantity): \(error.value) is not \(error.bound)",
            remedy: error.remedy)
    }
}
