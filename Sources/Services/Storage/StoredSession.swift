import JSONCoding
import SQLDatabase

/// What is stored of one handshake session; the rest of it stands in its sealed id.
package struct StoredSession: Sendable, Hashable {
    /// What a store may know of a session's id.
    package let digest: [UInt8]
    /// The client has ended it.
    package let isEnded: Bool
    /// The level of `logging/setLevel`.
    package let logLevel: String?
    /// The URIs of `resources/subscribe`, in the order of subscribing.
    package let subscriptions: [String]

    /// A session with these parts.
    package init(digest: [UInt8], isEnded: Bool, logLevel: String?, subscriptions: [String]) {
        self.digest = digest
        self.isEnded = isEnded
        self.logLevel = logLevel
        self.subscriptions = subscriptions
    }

    init(_ row: SQLRow) throws(SQLError) {
        let text: String = try row.value("subscriptions")
        guard let list = try? JSONParser.parse(Array(text.utf8)), let items = list.arrayValue else {
            throw .wrongKind(column: "subscriptions", found: "text that is no list")
        }
        self.init(
            digest: try row.value("digest"), isEnded: try row.value("is_ended"), logLevel: try row.value("log_level"),
            subscriptions: items.compactMap(\.stringValue))
    }

    /// The subscriptions as they stand in their column.
    var subscriptionText: String {
        String(decoding: JSONWriter.bytes(of: .array(subscriptions.map { .string($0) })), as: UTF8.self)
    }
}
