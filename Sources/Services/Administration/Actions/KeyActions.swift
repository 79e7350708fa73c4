import GatewayModel
import JSONCoding
import People
import Storage
import Telemetry

extension AdministrationAction {
    /// The answer has the secret, which is shown this once.
    static let createKey = AdministrationAction(name: "key.create") {
        (arguments, parts) async throws(AdministrationError) in
        let name = try arguments.text("user")
        let slug = try arguments.text("server")
        let label = try arguments.optionalText("name") ?? ""
        guard let server = parts.servers().first(where: { $0.slug.text == slug }) else {
            throw AdministrationError("There is no server \(slug) in the configuration.")
        }
        guard server.auth == .oauth || server.auth == .mixed else {
            throw AdministrationError(
                "The server \(slug) takes no keys of this gateway: its auth is \(server.auth.rawValue).")
        }
        let (key, secret) = try await people { () async throws(PeopleError) in
            let user = try await parts.people.user(named: name)
            return try await parts.people.createKey(of: user.id, server: server.slug, name: label)
        }
        var answer = key.json
        answer["user"] = .string(name)
        answer["secret"] = .string(secret.exposed)
        return ["key": .object(answer)]
    }

    static let listKeys = AdministrationAction(name: "key.list") {
        (arguments, parts) async throws(AdministrationError) in
        let name = try arguments.optionalText("user")
        let (keys, users) = try await people { () async throws(PeopleError) in
            let users = try await parts.people.users()
            let wanted: String? =
                if let name { try await parts.people.user(named: name).id } else { nil }
            return (try await parts.people.keys(of: wanted), users)
        }
        let names = Dictionary(users.map { ($0.id, $0.name) }) { one, _ in one }
        return [
            "keys": .array(
                keys.map { key in
                    var row = key.json
                    row["user"] = .string(names[key.user] ?? key.user)
                    return .object(row)
                })
        ]
    }

    static let revokeKey = AdministrationAction(name: "key.revoke") {
        (arguments, parts) async throws(AdministrationError) in
        let id = try arguments.text("id")
        try await people { () async throws(PeopleError) in try await parts.people.revokeKey(id) }
        return ["revoked": .string(id)]
    }
}

extension StoredAPIKey {
    fileprivate var json: JSONObject {
        [
            "id": .string(id), "user": .string(user), "server": .string(server.text), "name": .string(name),
            "created": .number(JSONNumber(createdAt.components.seconds)),
        ]
    }
}
