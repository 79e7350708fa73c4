import SQLDatabase

/// Something that is over, with every token that came of it: whoever remembers tokens must hear of it.
package struct Ending: Sendable, Hashable {
    /// What can be over.
    package enum Thing: Sendable, Hashable {
        /// What a person gave a client.
        case grant(String)
        /// A client, with everything that it was given.
        case client(String)
        /// A person, with everything that they gave.
        case user(String)
        /// An API key.
        case key(String)
    }

    /// What is over.
    package let thing: Thing
    /// Since when; what was issued later is not meant, because a person or client may be back.
    package let at: Duration

    /// Something that is over since then.
    package init(_ thing: Thing, at: Duration) {
        self.thing = thing
        self.at = at
    }
}

extension Ending: StoredRow {
    init(_ row: SQLRow) throws(SQLError) {
        let (kind, id): (String, String) = (try row.value("kind"), try row.value("id"))
        let thing: Thing
        switch kind {
        case "grant": thing = .grant(id)
        case "client": thing = .client(id)
        case "user": thing = .user(id)
        case "key": thing = .key(id)
        default: throw .wrongKind(column: "kind", found: "another word")
        }
        self.init(thing, at: try row.value("ended_at"))
    }

    fileprivate var columns: (kind: String, id: String) {
        switch thing {
        case .grant(let id): ("grant", id)
        case .client(let id): ("client", id)
        case .user(let id): ("user", id)
        case .key(let id): ("key", id)
        }
    }
}

extension SQLConnection {
    /// Writes down that something is over, in the transaction that ends it.
    mutating func write(_ ending: Ending) throws(SQLError) {
        let (kind, id) = ending.columns
        try execute(
            """
            INSERT INTO endings (kind, id, ended_at) VALUES (\(kind), \(id), \(ending.at))
            ON CONFLICT (kind, id) DO UPDATE SET ended_at = excluded.ended_at
            """)
    }
}
