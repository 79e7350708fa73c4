package import GatewayModel

/// What the store keeps of people. Every change is on the disk when the method returns.
package protocol PeopleKeeping: Sendable {
    /// Whether there is any user; without one the first start's link is shown.
    func hasUsers() async throws(PeopleError) -> Bool
    /// The user of a folded name.
    func user(named folded: String) async throws(PeopleError) -> UserAccount?
    /// The user of an id.
    func user(id: String) async throws(PeopleError) -> UserAccount?
    /// Everybody, by name.
    func users() async throws(PeopleError) -> [UserAccount]
    /// Adds a user; `.nameTaken` when the folded name is there.
    func add(_ user: UserAccount) async throws(PeopleError)
    /// Replaces everything of a user but id and name; `false` when there is none.
    func replace(_ user: UserAccount) async throws(PeopleError) -> Bool
    /// Removes a user with everything that is theirs; `false` when there was none.
    func remove(id: String) async throws(PeopleError) -> Bool

    /// Keeps the one link that makes the first operator in place of an earlier one.
    func keepSetupLink(_ digest: [UInt8], until: Duration) async throws(PeopleError)
    /// Whether the link is good now.
    func isSetupLink(_ digest: [UInt8], now: Duration) async throws(PeopleError) -> Bool
    /// Uses the link up and adds the user, both or neither; `false` when the link is not good or there is a user already.
    func useSetupLink(_ digest: [UInt8], toAdd user: UserAccount, now: Duration) async throws(PeopleError) -> Bool

    /// Keeps a new browser session.
    func begin(_ session: BrowserSession) async throws(PeopleError)
    /// The session of a digest, whatever its end.
    func session(_ digest: [UInt8]) async throws(PeopleError) -> BrowserSession?
    /// Moves the end of a session.
    func extend(_ digest: [UInt8], until: Duration) async throws(PeopleError)
    /// Ends one session.
    func end(_ digest: [UInt8]) async throws(PeopleError)
    /// Ends all sessions of a user.
    func endSessions(of user: String) async throws(PeopleError)

    /// Keeps a new API key.
    func add(_ key: APIKey, digest: [UInt8]) async throws(PeopleError)
    /// The keys of a user, or everybody's, oldest first.
    func keys(of user: String?) async throws(PeopleError) -> [APIKey]
    /// Ends a key, of this user where one is named; `false` when there is none.
    func removeKey(_ id: String, of user: String?) async throws(PeopleError) -> Bool
}

/// A browser in which somebody is signed in.
package struct BrowserSession: Sendable, Hashable {
    /// SHA-256 of what the cookie holds.
    package let digest: [UInt8]
    /// Whose it is.
    package let user: String
    /// When it began, since 1970.
    package let began: Duration
    /// When it ends if nobody uses it.
    package var until: Duration

    /// A session of these parts.
    package init(digest: [UInt8], user: String, began: Duration, until: Duration) {
        self.digest = digest
        self.user = user
        self.began = began
        self.until = until
    }
}

/// A key of a machine, without what it is known by.
package struct APIKey: Sendable, Hashable {
    /// `k_` and 20 digits.
    package let id: String
    /// On whose behalf it calls.
    package let user: String
    /// Where it is good.
    package let server: ServerSlug
    /// What its owner calls it.
    package let name: String
    /// When it was made, since 1970.
    package let created: Duration

    /// A key of these parts.
    package init(id: String, user: String, server: ServerSlug, name: String, created: Duration) {
        self.id = id
        self.user = user
        self.server = server
        self.name = name
        self.created = created
    }
}
