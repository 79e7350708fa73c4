import Synchronization
package import Telemetry

extension PeopleService {
    /// Signs somebody in by password, in a browser with these cookies of ours; its earlier session ends.
    ///
    /// The work is the same whether there is such a user or not: one look-up and one hash.
    package func signIn(
        name text: String, password: Secret<String>, device: String?, earlier session: String?
    ) async throws(SignInRefusal) -> SignIn {
        // A name that cannot be anybody's is looked up like any other.
        let name = (try? UserName(text)) ?? UserName.nobodys
        let key = try attemptKey(name, device: device)
        if let delay = attempts.withLock({ $0.begin(key, now: now()) }) { throw .wait(delay) }
        do throws(PeopleError) {
            let user = try await store.user(named: name.folded)
            let isRight = try await passwords.isRight(password, for: user?.passwordHash)
            if let user, isRight, !user.isDisabled {
                attempts.withLock { $0.succeeded(key) }
                return try await begin(user, earlier: session)
            }
        } catch {
            throw .unavailable(error.sentence)
        }
        throw .wrong
    }

    /// Signs in somebody whom another way has proven: the first start's link, or a provider.
    package func signIn(_ user: UserAccount, earlier session: String?) async throws(SignInRefusal) -> SignIn {
        guard !user.isDisabled else { throw .wrong }
        do throws(PeopleError) {
            return try await begin(user, earlier: session)
        } catch {
            throw .unavailable(error.sentence)
        }
    }

    /// A new id at each sign-in, and the end of what the browser had before: an id that somebody put there is worth nothing.
    private func begin(_ user: UserAccount, earlier: String?) async throws(PeopleError) -> SignIn {
        if let earlier { try await store.end(FreshSecret.digest(of: earlier)) }
        let secret = try FreshSecret()
        let time = now()
        try await store.begin(
            BrowserSession(digest: secret.digest, user: user.id, began: time, until: time + Self.sessionTime))
        return SignIn(user: user, session: secret, device: devices.make(for: user.name))
    }

    private func attemptKey(_ name: UserName, device: String?) throws(SignInRefusal) -> AttemptLedger.Key {
        if let digest = devices.key(device, for: name) { return AttemptLedger.Key(digest: digest) }
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
