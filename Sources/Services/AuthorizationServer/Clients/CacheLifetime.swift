import HTTPMessages

/// How long a fetched document is good by its own `Cache-Control` (RFC 9111 section 5.2.2), between a floor and a ceiling of ours.
enum CacheLifetime {
    /// However short a document says to be good: its host is not asked for each request.
    static let floor = Duration.seconds(300)
    /// However long: what was changed or withdrawn is noticed within a day.
    static let ceiling = Duration.seconds(86_400)
    /// For documents that say nothing.
    static let standard = Duration.seconds(3_600)

    static func of(_ fields: HTTPFields) -> Duration {
        let directives = fields.values(.cacheControl).joined(separator: ",").lowercased()
            .split(separator: ",").map { $0.filter { $0 != " " && $0 != "\t" && $0 != "\"" } }
        if directives.contains(where: { $0 == "no-store" || $0 == "no-cache" }) { return floor }
        for name in ["s-maxage=", "max-age="] {
            guard let text = directives.first(where: { $0.hasPrefix(name) })?.dropFirst(name.count) else { continue }
            // A number too large to read is a long time.
            guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return floor }
            let age = fields.first(.age).flatMap { Int($0) } ?? 0
            let seconds = (Int(text) ?? Int.max) - max(0, age)
            return min(ceiling, max(floor, .seconds(min(seconds, 1_000_000))))
        }
        return standard
    }
}
