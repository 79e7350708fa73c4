import SQLDatabase
package import Storage
import Synchronization
package import Telemetry

extension PeopleService {
    /// Signs somebody in by password, in a browser with these cookies of ours; its earlier session ends.
    package func signIn(
        name text: String, password: Secret<String>, device: String?, earlier session: String?
    ) async throws(SignInRefusal) -> SignIn {
        try await signIn(try await proven(name: text, password: password, device: device), earlier: session)
    }

    /// Whose password it is; counted like every attempt on the name.
    ///
    /// The work is the same whether there is such a user or not: one look-up and one hash.
    func proven(
        name text: String, password: Secret<String>, device: String?
    ) async throws(SignInRefusal) -> StoredUser {
        // A name that cannot be anybody's is looked up like any other.
        let name = (try? UserName(text)) ?? UserName.nobodys
        let key = try attemptKey(name, device: device)
        if let delay = attempts.withLock({ $0.begin(key, now: now()) }) { throw .wait(delay) }
        let user: StoredUser?
        let isRight: Bool
        do throws(PeopleError) {
            user = try await asking { (stores) async throws(SQLError) in
                try await stores.users.user(named: name.folded)
            }
            isRight = try await passwords.isRight(password, for: user?.passwordHash)
        } catch {
            throw .unavailable(error.sentence)
        }
        guard let user, isRight, !user.isDisabled else { throw .wrong }
        attempts.withLock { $0.succeeded(key) }
        return user
    }

    /// Signs in somebody whom another way has proven: the first start's link, or a provider.
    ///
    /// A new id at each sign-in, and the end of what the browser had before: an id that somebody put there is worth nothing.
    package func signIn(_ user: StoredUser, earlier: String?) async throws(SignInRefusal) -> SignIn {
        let secret: FreshSecret
        let hasBegun: Bool
        do throws(PeopleError) {
            if let earlier { try await signOut(session: earlier) }
            let fresh = try FreshSecret()
            let time = now()
            secret = fresh
            hasBegun = try await asking { (stores) async throws(SQLError) in
                try await stores.browserSessions.begin(
                    StoredBrowserSession(
                        digest: fresh.digest, user: user.id, beganAt: time, endsAt: time + Self.sessionTime))
            }
        } catch {
            throw .unavailable(error.sentence)
        }
        // Disabled or removed meanwhile.
        guard hasBegun else { throw .wrong }
        return SignIn(user: user, session: secret, device: devices.make(for: user.foldedName))
    }

    private func attemptKey(_ name: UserName, device: String?) throws(SignInRefusal) -> AttemptLedger.Key {
        if let digest = devices.key(device, for: name.folded) { return AttemptLedger.Key(digest: digest) }
        do throws(PeopleError) {
            return AttemptLedger.Key(digest: try FreshSecret.digest(of: "name\n\(name.folded)"))
        } catch {
            throw .unavailable(error.sentence)
        }
    }
}

extension UserName {
    /// No user can have it, because it has a space.
    static let nobodys = UserName(unchecked: "no body")
}
