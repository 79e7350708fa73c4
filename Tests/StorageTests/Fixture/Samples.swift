import GatewayModel
import OAuthRules
import Storage

/// Something of each kind, as a test wants it.
extension TemporaryStore {
    func user(
        _ number: Int, name: String? = nil, identity: ProviderIdentity? = nil, role: UserRole = .member,
        groups: Set<String> = []
    ) -> StoredUser {
        let name = name ?? "Person \(number)"
        return StoredUser(
            id: "u_\(number)", name: name, foldedName: name.lowercased(), passwordHash: nil, identity: identity,
            role: role, groups: groups, createdAt: now, changedAt: now)
    }

    func client(_ id: String, kind: StoredClient.Kind = .registered) -> StoredClient {
        StoredClient(id: id, kind: kind, metadata: #"{"client_name":"A"}"#, createdAt: now, usedAt: now)
    }

    func grant(_ number: Int, user: Int = 1, client: String = "c_1", server: String = "default") throws -> StoredGrant {
        StoredGrant(
            id: "g_\(number)", user: "u_\(user)", client: client, server: try ServerSlug(server), scopes: .all,
            givesRefreshTokens: true, createdAt: now)
    }

    func code(of grant: StoredGrant) -> CodeUse.Code {
        CodeUse.Code(
            client: grant.client, redirectURI: "https://client.example/back", challenge: "challenge",
            server: grant.server, expires: now + CodeUse.lifetime, usedAt: nil, isGrantEnded: false)
    }

    func connection(
        _ upstream: String, owner: String, state: StoredConnection.State = .connected, version: Int64 = 1
    ) -> StoredConnection {
        StoredConnection(
            upstream: upstream, owner: owner, sealed: [1, 2, 3], state: state, account: "anna@there", problem: nil,
            connectedAt: now, version: version)
    }

    func request(_ number: UInt8, lives time: Duration = .seconds(1800)) -> StoredAuthorizationRequest {
        StoredAuthorizationRequest(digest: digest(number), contents: "{}", endsAt: now + time)
    }
}

/// A digest that is only like itself.
func digest(_ number: UInt8) -> [UInt8] { [UInt8](repeating: number, count: 32) }

/// A digest for each of many.
func digest(many number: Int) -> [UInt8] {
    (0..<32).map { UInt8(truncatingIfNeeded: (number &* 2_654_435_761) >> ($0 % 8 * 4)) ^ UInt8($0) }
}

extension CodeUse.Attempt {
    /// The one that a code of the samples was made for.
    static func right(_ grant: StoredGrant, challenge: String = "challenge") -> CodeUse.Attempt {
        CodeUse.Attempt(client: grant.client, redirectURI: nil, challenge: challenge, server: nil)
    }
}

extension RefreshUse.Attempt {
    static func right(_ grant: StoredGrant) -> RefreshUse.Attempt {
        RefreshUse.Attempt(client: grant.client, server: nil, scopes: nil)
    }
}

extension GatewayStores {
    /// A person, a grant of theirs, and its first refresh token.
    func begin(_ place: TemporaryStore, grant: StoredGrant, token: [UInt8]) async throws {
        _ = try await users.add(place.user(1))
        let begun = try await grants.begin(grant, code: place.code(of: grant), digest: digest(200))
        guard begun == .begun(ended: []) else { throw NotBegun(what: begun) }
        let use = try await grants.use(code: digest(200), .right(grant), refreshToken: token)
        guard use.verdict == .accept else { throw NotBegun(what: begun) }
    }
}

struct NotBegun: Error {
    let what: GrantBeginning
}
