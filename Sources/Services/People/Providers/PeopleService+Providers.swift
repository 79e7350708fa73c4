import GatewayModel
import SQLDatabase
import Storage

extension PeopleService {
    /// Names that are tried for a new account before digits nobody else has go behind one.
    private static let plainNames = 9

    /// The account of somebody whom a provider has proven, with the groups and the role of this sign-in. They are found by
    /// provider and subject and made at their first sign-in; an account that has the same name or address is another one.
    func account(of person: ProvidedPerson, at provider: IdentityProvider) async throws(PeopleError) -> StoredUser {
        let identity = ProviderIdentity(provider: provider.name, subject: person.subject)
        if let user = try await known(identity) { return try await update(user, person) }
        let name = person.names.lazy.compactMap(UserName.init(alike:)).first ?? UserName(unchecked: "user")
        for attempt in 1...Self.plainNames + 1 {
            let tail = attempt <= Self.plainNames ? String(attempt) : try FreshSecret.identifier(prefix: "")
            let none = try GroupNames([])
            var user = try newUser(
                name: attempt == 1 ? name : name.followed(by: tail), role: person.role ?? .member,
                groups: person.groups ?? none, hash: nil)
            user.identity = identity
            user.email = person.email
            let made = user
            let addition = try await asking { (stores) async throws(SQLError) in try await stores.users.add(made) }
            switch addition {
            case .added: return made
            case .nameTaken, .linkIsOver: continue
            case .tooMany: throw .tooManyUsers(max: UserStore.usersMax)
            case .identityTaken:
                // Two tabs at once: the other one has made it.
                guard let user = try await known(identity) else { continue }
                return try await update(user, person)
            }
        }
        throw .nameTaken(name.text)
    }

    /// Whether a sign-in is used for the first time.
    func use(_ pending: PendingSignIn) async throws(PeopleError) -> Bool {
        let digest = try pending.digest
        return try await asking { (stores) async throws(SQLError) in
            try await stores.assertions.use(digest, until: pending.ends)
        }
    }

    private func known(_ identity: ProviderIdentity) async throws(PeopleError) -> StoredUser? {
        try await asking { (stores) async throws(SQLError) in try await stores.users.user(identity) }
    }

    /// Nothing is written when nothing is new, so that whoever remembers tokens need not ask again.
    private func update(_ user: StoredUser, _ person: ProvidedPerson) async throws(PeopleError) -> StoredUser {
        var wanted = user
        if let groups = person.groups { wanted.groups = groups.names }
        if let role = person.role { wanted.role = role }
        if let email = person.email { wanted.email = email }
        guard wanted != user else { return user }
        let new = wanted
        let outcome = try await asking { (stores) async throws(SQLError) in
            try await stores.users.change(user.id) { stored in
                (stored.groups, stored.role, stored.email) = (new.groups, new.role, new.email)
            }
        }
        guard case .changed(let changed, _) = outcome else { throw .unknownUser(user.name) }
        await news.userChanged(changed.id)
        return changed
    }
}

extension UserName {
    /// A name as near to a text as names can be; nothing when nothing of it is left.
    fileprivate init?(alike text: String) {
        let words = text.split { $0.isWhitespace }.joined(separator: "-")
        var short = words
        while short.utf8.count > Self.bytesMax { short.removeLast() }
        guard let name = try? UserName(short) else { return nil }
        self = name
    }

    /// The name with something behind it that makes it another one.
    fileprivate func followed(by tail: String) -> UserName {
        var short = text
        while short.utf8.count + 1 + tail.utf8.count > Self.bytesMax { short.removeLast() }
        let longer = "\(short)-\(tail)"
        return (try? UserName(longer)) ?? UserName(unchecked: "user-\(tail)")
    }
}
