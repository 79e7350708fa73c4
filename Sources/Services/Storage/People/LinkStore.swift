package import SQLDatabase

/// Addresses that do one thing once.
package struct LinkStore: Sendable {
    /// Links at once; the oldest make room, because strangers can begin some of them.
    package static let linksMax = 10_000
    /// Bytes of what is kept with one.
    package static let contentsMax = 16 * 1024

    private let database: any Database
    private let now: StorageClock

    /// Keeps links in a database that has ``GatewaySchema``.
    package init(database: any Database, now: @escaping StorageClock) {
        self.database = database
        self.now = now
    }

    /// Keeps a link; with `replacing`, in place of all others of its kind and person.
    package func keep(_ link: StoredLink, replacing: Bool = false) async throws(SQLError) {
        guard link.contents.utf8.count <= Self.contentsMax else { throw .tooBig }
        try await database.write { connection throws(SQLError) -> Void in
            if replacing, let user = link.user {
                try connection.execute("DELETE FROM links WHERE kind = \(link.kind) AND user_id = \(user)")
            } else if replacing {
                try connection.execute("DELETE FROM links WHERE kind = \(link.kind) AND user_id IS NULL")
            }
            try connection.execute(
                """
                DELETE FROM links WHERE digest IN (
                    SELECT digest FROM links WHERE kind = \(link.kind)
                    ORDER BY ends_at DESC LIMIT \(.noLimit) OFFSET \(Self.linksMax - 1))
                """)
            try connection.execute(
                """
                INSERT INTO links (digest, kind, user_id, contents, ends_at)
                VALUES (\(link.digest), \(link.kind), \(link.user.sqlValue), \(link.contents), \(link.endsAt))
                """)
        }
    }

    /// A link that is still good; it stays so.
    package func link(_ digest: [UInt8], kind: String) async throws(SQLError) -> StoredLink? {
        let time = now()
        return try await database.read { connection throws(SQLError) in
            try connection.first(
                "SELECT * FROM links WHERE digest = \(digest) AND kind = \(kind) AND ends_at > \(time)")
        }
    }

    /// Uses a link up: of two at once, one gets it.
    package func take(_ digest: [UInt8], kind: String) async throws(SQLError) -> StoredLink? {
        let time = now()
        return try await database.write { connection throws(SQLError) in
            try connection.takeLink(digest, kind: kind, now: time)
        }
    }
}

extension SQLConnection {
    /// Uses a link up, and gives it back if it was still good.
    mutating func takeLink(_ digest: [UInt8], kind: String, now: Duration) throws(SQLError) -> StoredLink? {
        let link: StoredLink? = try first("DELETE FROM links WHERE digest = \(digest) AND kind = \(kind) RETURNING *")
        guard let link, link.endsAt > now else { return nil }
        return link
    }
}
