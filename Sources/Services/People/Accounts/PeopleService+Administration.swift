package import GatewayModel
import SQLDatabase
package import Storage

/// What the command line and later the portal do about people.
extension PeopleService {
    /// Adds a user; without a password they sign in by a provider only.
    @discardableResult
    package func addUser(
        name: UserName, role: UserRole, groups: Set<String> = [], password: Password?
    ) async throws(PeopleError) -> StoredUser {
        let groups = try GroupNames(groups)
        // Asked first, because a hash takes long; the store asks again.
        guard try await known(name.text) == nil else { throw .nameTaken(name.text) }
        var hash: String?
        if let password { hash = try await passwords.hash(of: password) }
        let user = try newUser(name: name, role: role, groups: groups, hash: hash)
        let addition = try await asking { (stores) async throws(SQLError) in try await stores.users.add(user) }
        switch addition {
        case .added: return user
        case .tooMany: throw .tooManyUsers(max: UserStore.usersMax)
        case .nameTaken, .identityTaken, .linkIsOver: throw .nameTaken(name.text)
        }
    }

    /// Everybody, by name.
    package func users() async throws(PeopleError) -> [StoredUser] {
        try await asking { (stores) async throws(SQLError) in
            var all = try await stores.users.page()
            while let last = all.last, all.count.isMultiple(of: UserStore.pageMax) {
                let more = try await stores.users.page(after: last.foldedName)
                if more.isEmpty { break }
                all += more
            }
            return all
        }
    }

    /// The user of a name, in whatever case.
    package func user(named name: String) async throws(PeopleError) -> StoredUser {
        guard let user = try await known(name) else { throw .unknownUser(name) }
        return user
    }

    /// Gives a user another role; it holds for their next request.
    package func setRole(_ role: UserRole, of name: String) async throws(PeopleError) {
        try await change(name) { $0.role = role }
    }

    /// Puts a user into these groups and no others.
    package func setGroups(_ groups: Set<String>, of name: String) async throws(PeopleError) {
        let groups = try GroupNames(groups)
        try await change(name) { $0.groups = groups.names }
    }

    /// Gives a user another password; all their browsers have to sign in again.
    package func setPassword(_ password: Password, of name: String) async throws(PeopleError) {
        let user = try await user(named: name)
        let hash = try await passwords.hash(of: password)
        try await change(user.name) { $0.passwordHash = hash }
        try await signOutEverywhere(user: user.id)
    }

    /// Keeps a user out, with all that they gave others, or lets them in again.
    package func setDisabled(_ isDisabled: Bool, of name: String) async throws(PeopleError) {
        try await change(name) { $0.isDisabled = isDisabled }
    }

    /// Removes a user with everything that is theirs.
    package func removeUser(_ name: String) async throws(PeopleError) {
        let user = try await user(named: name)
        let removal = try await asking { (stores) async throws(SQLError) in try await stores.users.remove(user.id) }
        guard let removal else { throw .unknownUser(name) }
        await news.userRemoved(removal)
    }

    private func known(_ name: String) async throws(PeopleError) -> StoredUser? {
        guard let name = try? UserName(name) else { return nil }
        return try await asking { (stores) async throws(SQLError) in
            try await stores.users.user(named: name.folded)
        }
    }

    private func change(
        _ name: String, _ change: @escaping @Sendable (inout StoredUser) -> Void
    ) async throws(PeopleError) {
        let user = try await user(named: name)
        let outcome = try await asking { (stores) async throws(SQLError) in
            try await stores.users.change(user.id, change)
        }
        switch outcome {
        case .changed(_, let ending?): await news.ended(ending)
        case .changed(let changed, nil): await news.userChanged(changed.id)
        case .nameTaken: throw .nameTaken(name)
        case .unknown: throw .unknownUser(name)
        }
    }
}
