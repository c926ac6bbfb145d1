import ClusterCore
import FoundationEssentials
import TestSupport
import Testing

private func json(_ value: some Encodable) throws -> String {
    String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
}

private func read<Value: Decodable>(_ text: String, as _: Value.Type = Value.self) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(text.utf8))
}

@Suite struct `Units in documents` {
    @Test func `a quantity is a whole number of its smallest unit`() throws {
        #expect(try json([ByteCount(bytes: .max)]) == "[18446744073709551615]")
        #expect(try json([BitRate(bitsPerSecond: 10)]) == "[10]")
        #expect(try json([ByteRate(bytesPerSecond: 10)]) == "[10]")
        #expect(try json([Watts(milliwatts: 350_000)]) == "[350000]")
        #expect(try json([Celsius(millidegrees: -500)]) == "[-500]")
        #expect(try json([Fraction(2, over: 3)]) == "[\"2\\/3\"]")
        #expect(try json([CalendarDate(parsing: "2026-11-24")]) == "[\"2026-11-24\"]")
    }

    @Test func `a text with a unit is read in its place`() throws {
        #expect(try read("[\"64KiB\"]") == [ByteCount(bytes: 65536)])
        #expect(try read("[\"25GbE\"]") == [BitRate(bitsPerSecond: 25_000_000_000)])
        #expect(try read("[\"3 GB/s\"]") == [ByteRate(bytesPerSecond: 3_000_000_000)])
        #expect(try read("[\"350W\"]") == [Watts(milliwatts: 350_000)])
        #expect(try read("[\"45.5 °C\"]") == [Celsius(millidegrees: 45500)])
    }

    @Test(arguments: ["[-1]", "[1.5]", "[18446744073709551616]", "[true]", "[null]", "[\"4K\"]", "[[]]", "[{}]"])
    func `what is no size is refused`(text: String) {
        #expect(throws: DecodingError.self) { try read(text, as: [ByteCount].self) }
    }

    @Test func `the refusal of a text keeps its words`() {
        let error = #expect(throws: DecodingError.self) { try read("[\"4K\"]", as: [ByteCount].self) }
        guard case .dataCorrupted(let context) = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(
            context.debugDescription
                == "\"4K\" is not a number of bytes: the unit \"K\" has two meanings; write 4Ki or 4kB")
    }

    @Test func `every quantity survives a document`() {
        forRandom(1000) { random in
            let sizes = [ByteCount(bytes: random.edgy())]
            let temperatures = [Celsius(millidegrees: random.edgy())]
            let fractions = [try? Fraction(random.edgy(), over: random.edgy())].compactMap(\.self)
            return try read(json(sizes)) == sizes && read(json(temperatures)) == temperatures
                && read(json(fractions)) == fractions
        }
    }
}
