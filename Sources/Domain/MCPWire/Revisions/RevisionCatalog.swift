package import JSONCoding

/// Which revisions there are, and in which way each is served.
package enum RevisionCatalog {
    /// All revisions, oldest first; all of them are served.
    package static let all = Revision.allCases

    /// Those that `initialize` may agree on, oldest first.
    package static let handshake = all.filter { $0.era == .handshake }

    /// Those that an envelope may name, oldest first.
    package static let stateless = all.filter { $0.era == .stateless }

    /// What `initialize` is answered with when the offered version is not one that it may agree on (rulings 2.2).
    package static let handshakeFallback = Revision.v2025_11_25

    /// What `server/discover` and every `-32022` name: the versions that an envelope may name. The older ones are not
    /// among them, because a client that took one of them from here would put it into an envelope.
    package static var servedDates: JSONValue {
        .array(stateless.map { .string($0.date.description) })
    }

    private static let dates = JSONNames(all.map(\.date.description))

    /// The revision of a date that stands somewhere, if it is one.
    package static func revision(dated date: Span<UInt8>) -> Revision? {
        dates.index(of: date).map { all[$0] }
    }

    /// The revision of a date in a text, if it is one.
    package static func revision(dated date: String) -> Revision? {
        all.first { $0.date.description == date }
    }

    /// The revision whose date a scanned message has as a string, if it is one.
    static func revision(_ finding: JSONFinding, in message: Span<UInt8>) -> Revision? {
        finding.index(in: dates, message: message).map { all[$0] }
    }
}
