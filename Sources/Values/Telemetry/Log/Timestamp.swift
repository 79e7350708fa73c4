import Glibc

/// A moment of the wall clock, for people and for other machines; never for measuring (it can go back).
package struct Timestamp: Sendable, Hashable {
    /// Whole seconds since 1970-01-01T00:00:00Z.
    package let seconds: Int64
    /// The rest, 0 to 999.
    package let milliseconds: Int

    /// Makes a moment from its parts.
    package init(seconds: Int64, milliseconds: Int = 0) {
        self.seconds = seconds
        self.milliseconds = milliseconds
    }

    /// What the clock of this machine says.
    package static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(seconds: Int64(time.tv_sec), milliseconds: time.tv_nsec / 1_000_000)
    }

    /// Appends it as RFC 3339 in UTC with milliseconds, always 24 bytes between the years 0 and 9999.
    package func append(to line: inout [UInt8]) {
        let day = floorDivide(seconds, by: 86_400)
        let second = Int(seconds - day * 86_400)
        let (year, month, dayOfMonth) = Self.civil(day)
        line.appendDigits(year, width: 4)
        line.append(UInt8(ascii: "-"))
        line.appendDigits(month, width: 2)
        line.append(UInt8(ascii: "-"))
        line.appendDigits(dayOfMonth, width: 2)
        line.append(UInt8(ascii: "T"))
        line.appendDigits(second / 3_600, width: 2)
        line.append(UInt8(ascii: ":"))
        line.appendDigits(second / 60 % 60, width: 2)
        line.append(UInt8(ascii: ":"))
        line.appendDigits(second % 60, width: 2)
        line.append(UInt8(ascii: "."))
        line.appendDigits(milliseconds, width: 3)
        line.append(UInt8(ascii: "Z"))
    }

    /// The Gregorian date of a count of days since 1970-01-01. Years are counted from March, so that the leap day is
    /// the last of its year and the lengths of months follow one line: (153 * month + 2) / 5.
    private static func civil(_ day: Int64) -> (year: Int, month: Int, day: Int) {
        let daysPerEra: Int64 = 146_097
        let shifted = day + 719_468
        let era = floorDivide(shifted, by: daysPerEra)
        let dayOfEra = Int(shifted - era * daysPerEra)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + Int(era) * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }
}

private func floorDivide(_ value: Int64, by divisor: Int64) -> Int64 {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
}

extension [UInt8] {
    /// Appends a number that is not negative, in decimal, with zeros in front up to `width`.
    fileprivate mutating func appendDigits(_ value: Int, width: Int) {
        var divisor = 1
        for _ in 1..<width { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / divisor % 10))
            divisor /= 10
        }
    }
}
