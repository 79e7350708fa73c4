/// The languages that pages are written in.
package enum Language: String, Sendable, CaseIterable {
    /// Also for everybody who reads none of them.
    case english = "en"
    case german = "de"

    /// What its readers call it.
    package var ownName: String {
        switch self {
        case .english: "English"
        case .german: "Deutsch"
        }
    }

    /// The one that a browser likes best, by RFC 9110 section 12.5.4.
    package init(acceptedBy fields: HTTPFields) {
        var best: (language: Language, weight: Int)?
        for value in fields.values(.acceptLanguage) {
            for range in value.split(separator: ",").prefix(Self.rangesMax) {
                let parts = range.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
                guard let tag = parts.first?.lowercased() else { continue }
                let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Self.weight($0.dropFirst(2)) } ?? 1000
                guard weight > best?.weight ?? 0, let language = Self.named(tag) else { continue }
                best = (language, weight)
            }
        }
        self = best?.language ?? .english
    }

    /// More ranges than any browser sends are not read.
    private static let rangesMax = 32

    private static func named(_ tag: String) -> Language? {
        if tag == "*" { return .english }
        return allCases.first { tag == $0.rawValue || tag.hasPrefix($0.rawValue + "-") }
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
