/// What a browser likes to read, by RFC 9110 section 12.5.4.
package enum LanguagePreference {
    /// More ranges than any browser sends are not read.
    private static let rangesMax = 32

    /// The best liked of these tags, of which the first is for everybody who reads none of them.
    package static func best(of tags: [String], acceptedBy fields: HTTPFields) -> String {
        var best = (tag: tags[0], weight: 0)
        for value in fields.values(.acceptLanguage) {
            for range in value.split(separator: ",").prefix(rangesMax) {
                let parts = range.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
                guard let wanted = parts.first?.lowercased() else { continue }
                let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Self.weight($0.dropFirst(2)) } ?? 1000
                guard weight > best.weight, let tag = tags.first(where: { matches($0, wanted) }) else { continue }
                best = (tag, weight)
            }
        }
        return best.tag
    }

    private static func matches(_ tag: String, _ wanted: String) -> Bool {
        wanted == "*" || wanted == tag || wanted.hasPrefix("\(tag)-")
    }

    /// Thousandths; what is no weight counts as none.
    private static func weight(_ text: Substring) -> Int {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first.flatMap({ Int($0) }), (0...1).contains(whole) else { return 0 }
        guard parts.count == 2 else { return whole * 1000 }
        guard parts[1].utf8.count <= 3, parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return 0 }
        let digits = parts[1] + String(repeating: "0", count: 3 - parts[1].utf8.count)
        return min(1000, whole * 1000 + (Int(digits) ?? 0))
    }
}
