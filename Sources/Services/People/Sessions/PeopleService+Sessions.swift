import SQLDatabase
import Storage
package import WebUI

extension PeopleService {
    /// A session that nobody uses for so long ends.
    package static let sessionTime = Duration.seconds(8 * 3600)
    /// Its end is moved this often at most, so that reading pages does not write to the store each time; it may end so much
    /// earlier.
    static let extensionPause = Duration.seconds(300)

    /// Ends the session of a browser.
    package func signOut(session cookie: String) async throws(PeopleError) {
        let digest = try FreshSecret.digest(of: cookie)
        try await asking { (stores) async throws(SQLError) in try await stores.browserSessions.end(digest) }
    }

    /// Ends all sessions of a user in all browsers.
    package func signOutEverywhere(user: String) async throws(PeopleError) {
        _ = try await asking { (stores) async throws(SQLError) in try await stores.browserSessions.endAll(of: user) }
    }

    /// Whose session it is, with role, groups and state of now, not those of the sign-in.
    private func owner(of digest: [UInt8]) async throws(PeopleError) -> StoredUser? {
        let time = now()
        return try await asking { (stores) async throws(SQLError) in
            guard let session = try await stores.browserSessions.session(digest),
                let user = try await stores.users.user(session.user), !user.isDisabled
            else { return nil }
            let end = time + Self.sessionTime
            if end - session.endsAt >= Self.extensionPause {
                try await stores.browserSessions.extend(digest, until: end)
            }
            return user
        }
    }
}

extension PeopleService: BrowserSessionReading {
    /// Who is signed in in the browser with this cookie.
    package func person(session cookie: String) async throws(WebProblem) -> SignedInPerson? {
        do throws(PeopleError) {
            let digest = try FreshSecret.digest(of: cookie)
            return try await owner(of: digest).map { user in
                SignedInPerson(user: user.id, name: user.name, role: user.role, groups: user.groups, session: digest)
            }
        } catch {
            throw .unavailable(error.sentence)
        }
    }
}
