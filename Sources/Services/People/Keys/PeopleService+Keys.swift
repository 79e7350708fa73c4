package import GatewayModel
import SQLDatabase
package import Storage
package import Telemetry

extension PeopleService {
    /// Bytes of what a key is called.
    package static let keyNameBytesMax = 64

    /// Makes an API key of a user for one virtual server; the secret is shown here and never again.
    package func createKey(
        of user: String, server: ServerSlug, name: String = "", scopes: AccessScopes = .all
    ) async throws(PeopleError) -> (key: StoredAPIKey, secret: Secret<String>) {
        guard name.utf8.count <= Self.keyNameBytesMax, !name.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw .keyName(bytesMax: Self.keyNameBytesMax)
        }
        let secret = try FreshSecret(prefix: "pbk_")
        let key = StoredAPIKey(
            id: try FreshSecret.identifier(prefix: "k_"), user: user, name: name, server: server, scopes: scopes,
            createdAt: now())
        let addition = try await asking { (stores) async throws(SQLError) in
            try await stores.apiKeys.add(key, digest: secret.digest)
        }
        switch addition {
        case .added: return (key, secret.secret)
        case .tooMany: throw .tooManyKeys(max: APIKeyStore.keysMax)
        case .unknownUser: throw .unknownUser(user)
        }
    }

    /// The keys of a user, oldest first, or everybody's by id.
    package func keys(of user: String? = nil) async throws(PeopleError) -> [StoredAPIKey] {
        try await asking { (stores) async throws(SQLError) in
            if let user { return try await stores.apiKeys.keys(of: user) }
            var all = try await stores.apiKeys.page()
            while let last = all.last, all.count.isMultiple(of: UserStore.pageMax) {
                let more = try await stores.apiKeys.page(after: last.id)
                if more.isEmpty { break }
                all += more
            }
            return all
        }
    }

    /// Ends a key, of this user only where one is named.
    package func revokeKey(_ id: String, of user: String? = nil) async throws(PeopleError) {
        let ending = try await asking { (stores) async throws(SQLError) in
            try await stores.apiKeys.remove(id, of: user)
        }
        guard let ending else { throw .unknownKey(id) }
        await news.ended(ending)
    }
}
