/// Who must hear at once when somebody may less than before: whoever remembers tokens. The store was written when this is called,
/// and the change is acknowledged when it returns.
package struct PeopleNews: Sendable {
    /// Role, groups or state of a user are others now.
    package let userChanged: @Sendable (_ user: String) async -> Void
    /// A user is gone or may not come in any more; everything that they gave is over.
    package let userEnded: @Sendable (_ user: String) async -> Void
    /// An API key is over.
    package let keyEnded: @Sendable (_ key: String) async -> Void

    /// News for these.
    package init(
        userChanged: @escaping @Sendable (_ user: String) async -> Void,
        userEnded: @escaping @Sendable (_ user: String) async -> Void,
        keyEnded: @escaping @Sendable (_ key: String) async -> Void
    ) {
        self.userChanged = userChanged
        self.userEnded = userEnded
        self.keyEnded = keyEnded
    }

    /// Nobody is listening: for commands while no gateway runs.
    package static let nobody = PeopleNews(userChanged: { _ in }, userEnded: { _ in }, keyEnded: { _ in })
}
