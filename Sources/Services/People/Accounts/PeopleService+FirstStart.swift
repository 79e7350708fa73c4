import GatewayModel
import SQLDatabase
import Storage
package import Telemetry
package import WebUI

extension PeopleService {
    /// How long the link of the first start is good; another start makes another one.
    package static let setupLinkTime = Duration.seconds(3600)
    private static let linkKind = "setup"

    /// The link that makes the first operator, to be printed at the start; nothing when there is a user. Earlier ones end.
    package func firstStartLink() async throws(PeopleError) -> Secret<WebAddress>? {
        let isEmpty = try await asking { (stores) async throws(SQLError) in try await stores.users.isEmpty() }
        guard isEmpty else { return nil }
        let secret = try FreshSecret()
        let link = StoredLink(digest: secret.digest, kind: Self.linkKind, endsAt: now() + Self.setupLinkTime)
        try await asking { (stores) async throws(SQLError) in try await stores.links.keep(link, replacing: true) }
        return Secret(WebAddress(path: ["setup"], query: [("token", secret.secret.exposed)]))
    }

    /// Whether a link can still be used.
    func isSetupLink(_ token: String) async throws(PeopleError) -> Bool {
        guard token.utf8.count <= 256 else { return false }
        let digest = try FreshSecret.digest(of: token)
        return try await asking { (stores) async throws(SQLError) in
            guard try await stores.links.link(digest, kind: Self.linkKind) != nil else { return false }
            return try await stores.users.isEmpty()
        }
    }

    /// Makes the first operator and uses the link up.
    func setUp(token: String, name: UserName, password: Password) async throws(PeopleError) -> StoredUser {
        // Asked before the password is hashed, so that made-up links cost no more than a look-up.
        guard try await isSetupLink(token) else { throw .linkUsed }
        let user = try newUser(
            name: name, role: .operator, groups: GroupNames([]), hash: try await passwords.hash(of: password))
        let digest = try FreshSecret.digest(of: token)
        let addition = try await asking { (stores) async throws(SQLError) in
            try await stores.users.addFirst(user, using: digest, kind: Self.linkKind)
        }
        guard addition == .added else { throw .linkUsed }
        return user
    }

    /// A user who is not in the store yet.
    func newUser(name: UserName, role: UserRole, groups: GroupNames, hash: String?) throws(PeopleError) -> StoredUser {
        StoredUser(
            id: try FreshSecret.identifier(prefix: "u_"), name: name.text, foldedName: name.folded, passwordHash: hash,
            role: role, groups: groups.names, createdAt: now(), changedAt: now())
    }
}
