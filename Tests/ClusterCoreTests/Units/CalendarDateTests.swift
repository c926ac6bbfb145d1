import ClusterCore
import TestSupport
import Testing

@Suite struct `Calendar dates` {
    @Test func `a leap day exists every fourth year, not every hundredth, but every four hundredth`() {
        #expect(CalendarDate(year: 2024, month: 2, day: 29) != nil)
        #expect(CalendarDate(year: 2025, month: 2, day: 29) == nil)
        #expect(CalendarDate(year: 1900, month: 2, day: 29) == nil)
        #expect(CalendarDate(year: 2000, month: 2, day: 29) != nil)
    }

    @Test(arguments: [
        ("2026-13-01", "there is no such day"), ("2026-00-10", "there is no such day"),
        ("2026-04-31", "there is no such day"),
        ("2026-04-00", "there is no such day"), ("0000-01-01", "there is no such day"), ("", "it is empty"),
        ("2026-1-1", "unexpected \"-\" at position 7"), ("26-11-24", "unexpected \"-\" at position 3"),
        ("2026/11/24", "unexpected \"/\" at position 5"), ("2026-11-24T00:00", "unexpected \"T\" at position 11"),
        ("2026-11-2", "it ends too early"), ("٢٠٢٦-11-24", "unexpected U+0662 at position 1"),
    ])
    func `a date that is none says why`(text: String, reason: String) {
        let error = #expect(throws: UnitError.self) { try CalendarDate(parsing: text) }
        #expect(error?.problem.description == reason)
        #expect(error?.remedy == "write year, month and day as 2026-11-24")
    }

    /// Days since 1970 of days that everybody can check.
    @Test(arguments: [
        ("1970-01-01", 0), ("1969-12-31", -1), ("2000-03-01", 11017), ("2001-09-09", 11574), ("0001-01-01", -719_162),
        ("9999-12-31", 2_932_896),
    ])
    func `days are counted from 1970`(text: String, days: Int) throws {
        let date = try CalendarDate(parsing: text)
        #expect(date.daysSince1970 == days)
        #expect(CalendarDate(daysSince1970: days) == date)
    }

    @Test func `the calendar ends with the year 9999 and begins with the year 1`() {
        #expect(CalendarDate(daysSince1970: -719_163) == nil)
        #expect(CalendarDate(daysSince1970: 2_932_897) == nil)
        #expect(CalendarDate(unixSeconds: .max) == nil)
        #expect(CalendarDate(unixSeconds: .min) == nil)
    }

    @Test func `a clock's seconds fall on the day of UTC`() {
        #expect(CalendarDate(unixSeconds: 0)?.description == "1970-01-01")
        #expect(CalendarDate(unixSeconds: 86399)?.description == "1970-01-01")
        #expect(CalendarDate(unixSeconds: 86400)?.description == "1970-01-02")
        #expect(CalendarDate(unixSeconds: -1)?.description == "1969-12-31")
        #expect(CalendarDate(unixSeconds: -86400)?.description == "1969-12-31")
        #expect(CalendarDate(unixSeconds: -86401)?.description == "1969-12-30")
        // 2001-09-09T01:46:40Z
        #expect(CalendarDate(unixSeconds: 1_000_000_000)?.description == "2001-09-09")
    }

    /// Walks every day with a calendar of its own: the next day is the next number.
    @Test func `every day of eight centuries follows the one before`() throws {
        var number = try CalendarDate(parsing: "1600-01-01").daysSince1970
        for year in 1600...2400 {
            let isLeap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)
            for (index, length) in [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].enumerated() {
                for day in 1...length {
                    guard let date = CalendarDate(year: year, month: index + 1, day: day),
                        date.daysSince1970 == number, CalendarDate(daysSince1970: number) == date
                    else {
                        Issue.record("\(year)-\(index + 1)-\(day) is not day \(number)")
                        return
                    }
                    number += 1
                }
            }
        }
    }

    @Test func `every date reads back from its description`() {
        forRandom(10_000) { random in
            guard let date = CalendarDate(daysSince1970: Int(random.next() % 3_652_059) - 719_162) else { return false }
            return try CalendarDate(parsing: date.description) == date
        }
    }

    @Test func `days are added and counted across months`() throws {
        let date = try CalendarDate(parsing: "2024-02-28")
        #expect(date.adding(days: 2)?.description == "2024-03-01")
        #expect(date.adding(days: .max) == nil)
        #expect(try date.days(until: CalendarDate(parsing: "2025-02-28")) == 366)
    }
}
