package import GatewayModel

/// What the command line and later the portal do about people.
extension PeopleService {
    /// Adds a user; without a password they sign in by a provider only.
    @discardableResult
    package func addUser(
        name: UserName, role: UserRole, groups: Set<String> = [], password: Password?
    ) async throws(PeopleError) -> UserAccount {
        // Asked first, because a hash takes long; the store asks again.
        guard try await store.user(named: name.folded) == nil else { throw .nameTaken(name.text) }
        var hash: String?
        if let password { hash = try await passwords.hash(of: password) }
        let user = try UserAccount(
            id: FreshSecret.identifier(prefix: "u_"), name: name, passwordHash: hash, role: role, groups: groups,
            created: now())
        try await store.add(user)
        return user
    }

    /// Everybody, by name.
    package func users() async throws(PeopleError) -> [UserAccount] {
        try await store.users()
    }

    /// The user of a name, in whatever case.
    package func user(named name: String) async throws(PeopleError) -> UserAccount {
        let known = (try? UserName(name)) ?? UserName.nobodys
        guard let user = try await store.user(named: known.folded) else { throw .unknownUser(name) }
        return user
    }

    /// Gives a user another role; it holds for their next request.
    package func setRole(_ role: UserRole, of name: String) async throws(PeopleError) {
        var user = try await user(named: name)
        user.role = role
        try await replace(user)
        await news.userChanged(user.id)
    }

    /// Puts a user into these groups and no others.
    package func setGroups(_ groups: Set<String>, of name: String) async throws(PeopleError) {
        var user = try await user(named: name)
        try user.setGroups(groups)
        try await replace(user)
        await news.userChanged(user.id)
    }

    /// Gives a user another password; all their browsers have to sign in again.
    package func setPassword(_ password: Password, of name: String) async throws(PeopleError) {
        var user = try await user(named: name)
        user.passwordHash = try await passwords.hash(of: password)
        try await replace(user)
        try await store.endSessions(of: user.id)
    }

    /// Keeps a user out, with all that they gave others, or lets them in again.
    package func setDisabled(_ isDisabled: Bool, of name: String) async throws(PeopleError) {
        var user = try await user(named: name)
        user.isDisabled = isDisabled
        try await replace(user)
        if isDisabled {
            try await store.endSessions(of: user.id)
            await news.userEnded(user.id)
        } else {
            await news.userChanged(user.id)
        }
    }

    /// Removes a user with everything that is theirs.
    package func removeUser(_ name: String) async throws(PeopleError) {
        let user = try await user(named: name)
        guard try await store.remove(id: user.id) else { throw .unknownUser(name) }
        await news.userEnded(user.id)
    }

    private func replace(_ user: UserAccount) async throws(PeopleError) {
        guard try await store.replace(user) else { throw .unknownUser(user.name.text) }
    }
}
