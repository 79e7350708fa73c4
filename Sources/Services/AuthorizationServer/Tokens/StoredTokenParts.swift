import SQLDatabase
package import Storage

/// The house's store as the one that tokens ask about people and keys.
package struct StoredTokenPeople: TokenPeople {
    private let users: UserStore
    private let keys: APIKeyStore

    /// Asks these.
    package init(users: UserStore, keys: APIKeyStore) {
        self.users = users
        self.keys = keys
    }

    /// A person who may come in.
    package func person(_ id: String) async throws(AccessTokenProblem) -> TokenPerson? {
        do throws(SQLError) {
            guard let user = try await users.user(id), !user.isDisabled else { return nil }
            return TokenPerson(groups: user.groups, role: user.role)
        } catch {
            throw AccessTokenProblem(reason: error.sentence)
        }
    }

    /// A key that is good.
    package func apiKey(_ digest: [UInt8]) async throws(AccessTokenProblem) -> TokenKey? {
        do throws(SQLError) {
            return try await keys.key(digest).map { key in
                TokenKey(
                    id: key.id, user: key.user, server: key.server, scopes: key.scopes,
                    expires: key.endsAt.map { Int($0.components.seconds) })
            }
        } catch {
            throw AccessTokenProblem(reason: error.sentence)
        }
    }
}

/// The house's store as the one of the keys that sign tokens.
package struct StoredSigningKeys: SigningKeyKeeping {
    private let store: SigningKeyStore

    /// Keeps keys here.
    package init(_ store: SigningKeyStore) {
        self.store = store
    }

    /// All that are kept.
    package func signingKeys() async throws(AccessTokenProblem) -> [KeptSigningKey] {
        do throws(SQLError) {
            return try await store.keys().map { key in
                KeptSigningKey(
                    id: key.id, sealed: key.sealed, made: Int(key.madeAt.components.seconds),
                    signsFrom: Int(key.signsFrom.components.seconds))
            }
        } catch {
            throw AccessTokenProblem(reason: error.sentence)
        }
    }

    /// Keeps one; its private part is sealed already.
    package func keep(_ key: KeptSigningKey) async throws(AccessTokenProblem) {
        do throws(SQLError) {
            try await store.keep(
                StoredSigningKey(
                    id: key.id, sealed: key.sealed, madeAt: .seconds(key.made), signsFrom: .seconds(key.signsFrom)))
        } catch {
            throw AccessTokenProblem(reason: error.sentence)
        }
    }

    /// Forgets one.
    package func forget(signingKey id: String) async throws(AccessTokenProblem) {
        do throws(SQLError) {
            try await store.forget(id)
        } catch {
            throw AccessTokenProblem(reason: error.sentence)
        }
    }
}
