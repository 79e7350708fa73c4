/// Sizes and times as operators write them: a number with its unit, because `30` means seconds to one and minutes to another.
enum Quantity {
    /// Reads `4096`, `64KiB`, `10MiB` or `1GiB`.
    static func bytes(_ text: String) -> Int? {
        guard let (number, unit) = split(text) else { return nil }
        let factors = ["": 1, "B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30]
        guard let factor = factors[unit] else { return nil }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: factor)
        return overflow ? nil : bytes
    }

    /// Reads `250ms`, `30s`, `5m`, `2h` or `7d`.
    static func time(_ text: String) -> Duration? {
        guard let (number, unit) = split(text), number <= 1_000_000_000_000 else { return nil }
        switch unit {
        case "ms": return .milliseconds(number)
        case "s": return .seconds(number)
        case "m": return .seconds(number * 60)
        case "h": return .seconds(number * 3_600)
        case "d": return .seconds(number * 86_400)
        default: return nil
        }
    }

    /// The shortest spelling that reads back.
    static func spelled(bytes: Int) -> String {
        for (unit, factor) in [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
        where bytes >= factor && bytes % factor == 0 {
            return "\(bytes / factor)\(unit)"
        }
        return "\(bytes)"
    }

    /// The largest unit that needs no fraction; milliseconds are the finest.
    static func spelled(time: Duration) -> String {
        let (seconds, attoseconds) = time.components
        if attoseconds != 0 { return "\(seconds * 1000 + attoseconds / 1_000_000_000_000_000)ms" }
        for (unit, factor) in [("d", Int64(86_400)), ("h", 3_600), ("m", 60)] where seconds > 0 && seconds % factor == 0
        {
            return "\(seconds / factor)\(unit)"
        }
        return "\(seconds)s"
    }

    private static func split(_ text: String) -> (Int, String)? {
        let digits = text.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard let digitText = String(digits), let number = Int(digitText) else { return nil }
        return String(text.utf8.dropFirst(digits.count)).map { (number, $0) }
    }
}
