package import JSONCoding

/// Which revisions there are, and which of them this build serves.
package enum RevisionCatalog {
    /// All revisions, oldest first.
    package static let all = Revision.allCases

    /// What clients are offered; `server/discover` and every `-32022` name exactly these.
    package static let served: [Revision] = [.v2026_07_28]

    /// The dates that clients are offered, as the member of an answer.
    package static var servedDates: JSONValue {
        .array(served.map { .string($0.date.description) })
    }

    private static let dates = JSONNames(all.map(\.date.description))

    /// The revision of a date that stands somewhere, if it is one.
    package static func revision(dated date: Span<UInt8>) -> Revision? {
        dates.index(of: date).map { all[$0] }
    }

    /// The revision whose date a scanned message has as a string, if it is one.
    static func revision(_ finding: JSONFinding, in message: Span<UInt8>) -> Revision? {
        finding.index(in: dates, message: message).map { all[$0] }
    }
}
