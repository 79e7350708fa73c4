import GatewayModel
package import Telemetry
package import WebUI

extension PeopleService {
    /// How long the link of the first start is good; another start makes another one.
    package static let setupLinkTime = Duration.seconds(3600)

    /// The link that makes the first operator, to be printed at the start; nothing when there is a user. Earlier ones end.
    package func firstStartLink() async throws(PeopleError) -> Secret<WebAddress>? {
        guard try await !store.hasUsers() else { return nil }
        let secret = try FreshSecret()
        try await store.keepSetupLink(secret.digest, until: now() + Self.setupLinkTime)
        return Secret(WebAddress(path: ["setup"], query: [("token", secret.secret.exposed)]))
    }

    /// Whether a link can still be used.
    func isSetupLink(_ token: String) async throws(PeopleError) -> Bool {
        guard token.utf8.count <= 256 else { return false }
        return try await store.isSetupLink(FreshSecret.digest(of: token), now: now())
    }

    /// Makes the first operator and uses the link up.
    func setUp(token: String, name: UserName, password: Password) async throws(PeopleError) -> UserAccount {
        // Asked before the password is hashed, so that made-up links cost no more than a look-up.
        guard try await isSetupLink(token) else { throw .linkUsed }
        let user = try UserAccount(
            id: FreshSecret.identifier(prefix: "u_"), name: name, passwordHash: try await passwords.hash(of: password),
            role: .operator, created: now())
        let digest = try FreshSecret.digest(of: token)
        guard try await store.useSetupLink(digest, toAdd: user, now: now()) else { throw .linkUsed }
        return user
    }
}
