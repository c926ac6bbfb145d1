import ClusterCore
import TestSupport
import Testing

@Suite struct `Powers and temperatures` {
    @Test(
        arguments: [
            ("350 W", 350_000), ("1.2kW", 1_200_000), ("500mW", 500), ("0W", 0), ("0.001 W", 1),
            ("2 MW", 2_000_000_000),
        ] as [(String, UInt64)])
    func `a written power is exact to the milliwatt`(text: String, milliwatts: UInt64) throws {
        #expect(try Watts(parsing: text).milliwatts == milliwatts)
    }

    @Test(
        arguments: [
            ("45 °C", 45000), ("45.5C", 45500), ("-10 °C", -10000), ("0C", 0), ("-0.001C", -1),
            ("-9223372036854775.808 °C", Int64.min), ("9223372036854775.807 °C", Int64.max),
        ] as [(String, Int64)])
    func `a written temperature is exact to a thousandth of a degree`(text: String, millidegrees: Int64) throws {
        #expect(try Celsius(parsing: text).millidegrees == millidegrees)
    }

    @Test func `a temperature above the largest is refused`() {
        #expect(throws: UnitError.self) { try Celsius(parsing: "9223372036854775.808 °C") }
        #expect(throws: UnitError.self) { try Celsius(parsing: "-9223372036854775.809 °C") }
        #expect(throws: UnitError.self) { try Celsius(parsing: "45") }
        #expect(throws: UnitError.self) { try Watts(parsing: "-1W") }
    }

    @Test func `every value reads back from its description`() {
        forRandom(10_000) { random in
            let watts = Watts(milliwatts: random.edgy())
            let celsius = Celsius(millidegrees: random.edgy())
            return try Watts(parsing: watts.description) == watts && Celsius(parsing: celsius.description) == celsius
        }
    }

    @Test func `descriptions carry the unit`() {
        #expect(Watts(milliwatts: 1_200_000).description == "1.2 kW")
        #expect(Watts(milliwatts: 0).description == "0 W")
        #expect(Celsius(millidegrees: -500).description == "-0.5 °C")
    }
}
