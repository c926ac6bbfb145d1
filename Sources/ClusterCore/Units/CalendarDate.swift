/// A day of the Gregorian calendar, without a time or a time zone: `2026-11-24`.
///
/// For expiry dates and the dates of documents. Nothing here reads a clock: who needs today's date hands in the seconds
/// of a clock of their own, see ``init(unixSeconds:)``. In JSON it is its text.
public struct CalendarDate: Sendable, Hashable {
    /// From 1 to 9999.
    public let year: Int
    /// From 1 to 12.
    public let month: Int
    /// From 1 to the length of the month.
    public let day: Int

    /// The day, or `nil` where there is no such day in the years 1 to 9999.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= CalendarDate.length(ofMonth: month, in: year)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// The day in UTC at so many seconds after 1970-01-01T00:00:00Z, or `nil` outside the years 1 to 9999.
    public init?(unixSeconds: Int64) {
        // Rounds towards the past, so that the second before midnight of 1970 is on the day before.
        let days = unixSeconds >= 0 ? unixSeconds / 86400 : (unixSeconds + 1) / 86400 - 1
        self.init(daysSince1970: Int(clamping: days))
    }

    private static func length(ofMonth month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension CalendarDate: Comparable {
    public static func < (left: CalendarDate, right: CalendarDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }
}

extension CalendarDate: CustomStringConvertible {
    /// Reads `YYYY-MM-DD`, ten characters, nothing else.
    public init(parsing text: String) throws(UnitError) {
        func error(_ problem: UnitError.Problem) -> UnitError {
            UnitError(text, .date, problem, remedy: "write year, month and day as 2026-11-24")
        }
        let scalars = Array(text.unicodeScalars.prefix(11))
        guard !scalars.isEmpty else { throw error(.empty) }
        var values = [0, 0, 0]
        for (index, scalar) in scalars.enumerated() {
            let isDash = index == 4 || index == 7
            guard index < 10, isDash ? scalar == "-" : scalar.isDigit else {
                throw error(.unexpected(scalar, position: index + 1))
            }
            let part = index < 4 ? 0 : index < 7 ? 1 : 2
            if !isDash { values[part] = values[part] * 10 + Int(scalar.value - 48) }
        }
        guard scalars.count == 10 else { throw error(.unfinished) }
        guard let date = CalendarDate(year: values[0], month: values[1], day: values[2]) else {
            throw error(.noSuchDay)
        }
        self = date
    }

    /// `YYYY-MM-DD`.
    public var description: String {
        func padded(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: width - digits.utf8.count) + digits
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }
}

extension CalendarDate: Codable {
    public init(from decoder: any Decoder) throws {
        self = try decoder.textual { text throws(UnitError) in try CalendarDate(parsing: text) }
    }

    public func encode(to encoder: any Encoder) throws { try encoder.single(description) }
}

extension CalendarDate {
    /// Days since 1970-01-01, negative before it.
    ///
    /// The method is that of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", 2021-09-01: years start in
    /// March, so that the day that is added in leap years is the last.
    public var daysSince1970: Int {
        let marchYear = month > 2 ? year : year - 1
        let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The day so many days after 1970-01-01, or `nil` outside the years 1 to 9999. The inverse of ``daysSince1970``.
    public init?(daysSince1970 days: Int) {
        // From 0001-01-01 to 9999-12-31; also keeps the sums below from overflowing.
        guard (-719_162...2_932_896).contains(days) else { return nil }
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        self.init(
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
            day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    /// The day so many days later, or `nil` outside the years 1 to 9999.
    public func adding(days: Int) -> CalendarDate? {
        let (sum, overflow) = daysSince1970.addingReportingOverflow(days)
        return overflow ? nil : CalendarDate(daysSince1970: sum)
    }

    /// How many days `other` is after this day, negative where it is before.
    public func days(until other: CalendarDate) -> Int { other.daysSince1970 - daysSince1970 }
}
