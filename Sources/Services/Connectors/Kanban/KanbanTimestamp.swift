/// A moment as people and models read it: RFC 3339 in UTC, to the second.
struct KanbanTimestamp: CustomStringConvertible {
    let description: String

    /// Spells the time since 1970-01-01 UTC.
    init(_ sinceEpoch: Duration) {
        let seconds = max(0, Int(sinceEpoch.components.seconds))
        let (days, second) = seconds.quotientAndRemainder(dividingBy: 86_400)
        let (year, month, day) = Self.date(days: days)
        let clock = [second / 3600, second / 60 % 60, second % 60].map { Self.padded($0, to: 2) }
        description =
            "\(Self.padded(year, to: 4))-\(Self.padded(month, to: 2))-\(Self.padded(day, to: 2))"
            + "T\(clock.joined(separator: ":"))Z"
    }

    /// The Gregorian date of a day, by counting years that begin in March, so that the leap day is a year's last.
    private static func date(days: Int) -> (year: Int, month: Int, day: Int) {
        let fromMarch0000 = days + 719_468
        let (era, dayOfEra) = fromMarch0000.quotientAndRemainder(dividingBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (
            year: era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month: month,
            day: dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        )
    }

    private static func padded(_ number: Int, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
