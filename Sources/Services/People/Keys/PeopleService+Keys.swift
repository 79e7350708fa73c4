package import GatewayModel
package import Telemetry

extension PeopleService {
    /// More keys of one person are not looked after by anybody.
    package static let keysMax = 50
    /// Bytes of what a key is called.
    package static let keyNameBytesMax = 64

    /// Makes an API key of a user for one virtual server; the secret is shown here and never again.
    package func createKey(
        of user: String, server: ServerSlug, name: String = ""
    ) async throws(PeopleError) -> (key: APIKey, secret: Secret<String>) {
        guard name.utf8.count <= Self.keyNameBytesMax, !name.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw .keyName(bytesMax: Self.keyNameBytesMax)
        }
        guard try await store.user(id: user) != nil else { throw .unknownUser(user) }
        guard try await store.keys(of: user).count < Self.keysMax else { throw .tooManyKeys(max: Self.keysMax) }
        let secret = try FreshSecret(prefix: "pbk_")
        let key = APIKey(
            id: try FreshSecret.identifier(prefix: "k_"), user: user, server: server, name: name, created: now())
        try await store.add(key, digest: secret.digest)
        return (key, secret.secret)
    }

    /// The keys of a user, or of everybody.
    package func keys(of user: String? = nil) async throws(PeopleError) -> [APIKey] {
        try await store.keys(of: user)
    }

    /// Ends a key, of this user only where one is named.
    package func revokeKey(_ id: String, of user: String? = nil) async throws(PeopleError) {
        guard try await store.removeKey(id, of: user) else { throw .unknownKey(id) }
        await news.keyEnded(id)
    }
}
