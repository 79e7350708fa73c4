package import WebUI

extension PeopleService {
    /// A session that nobody uses for so long ends.
    package static let sessionTime = Duration.seconds(8 * 3600)
    /// Its end is moved this often at most, so that reading pages does not write to the store each time.
    static let extensionPause = Duration.seconds(300)

    /// Ends the session of a browser.
    package func signOut(session cookie: String) async throws(PeopleError) {
        try await store.end(FreshSecret.digest(of: cookie))
    }

    /// Ends all sessions of a user in all browsers.
    package func signOutEverywhere(user: String) async throws(PeopleError) {
        try await store.endSessions(of: user)
    }
}

extension PeopleService: BrowserSessionReading {
    /// Role, groups and state are those of now, not those of the sign-in.
    package func person(session cookie: String) async throws(WebProblem) -> SignedInPerson? {
        do throws(PeopleError) {
            let digest = try FreshSecret.digest(of: cookie)
            let time = now()
            guard let session = try await store.session(digest), session.until > time else { return nil }
            guard let user = try await store.user(id: session.user), !user.isDisabled else { return nil }
            let until = time + Self.sessionTime
            if until - session.until >= Self.extensionPause { try await store.extend(digest, until: until) }
            return SignedInPerson(
                user: user.id, name: user.name.text, role: user.role, groups: user.groups, session: digest)
        } catch {
            throw .unavailable(error.sentence)
        }
    }
}
