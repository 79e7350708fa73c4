package import Storage

/// Who must hear at once when somebody may less than before: whoever remembers tokens. The store was written when this is called,
/// and the change is acknowledged when it returns.
package struct PeopleNews: Sendable {
    /// A user's role or groups are others now.
    package let userChanged: @Sendable (_ user: String) async -> Void
    /// A user who was disabled, or an API key, is over.
    package let ended: @Sendable (_ ending: Ending) async -> Void
    /// A user is gone; what they had at upstreams can be revoked there.
    package let userRemoved: @Sendable (_ removal: UserRemoval) async -> Void

    /// News for these.
    package init(
        userChanged: @escaping @Sendable (_ user: String) async -> Void,
        ended: @escaping @Sendable (_ ending: Ending) async -> Void,
        userRemoved: @escaping @Sendable (_ removal: UserRemoval) async -> Void
    ) {
        self.userChanged = userChanged
        self.ended = ended
        self.userRemoved = userRemoved
    }

    /// Nobody is listening: for commands while no gateway runs.
    package static let nobody = PeopleNews(userChanged: { _ in }, ended: { _ in }, userRemoved: { _ in })
}
