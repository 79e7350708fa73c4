import Cryptography
import HTTPMessages
import JSONCoding

/// An authorization server and the MCP server that trusts it, on one socket; what it says can be changed member by member.
final class LittleIssuer: Sendable {
    struct Behaviour: Sendable {
        /// Where the metadata of the resource are, and whether its challenge names them.
        var resourcePaths = ["/.well-known/oauth-protected-resource/mcp"]
        var namesMetadata = true
        var challengeScope: String? = "read"
        /// Changes of the resource's document and of the issuer's.
        var resource = JSONObject()
        var metadata = JSONObject()
        var issuerPath = ""
        var metadataPaths: [String]?
        var hasDocument = true
        /// Of the token endpoint.
        var expiresIn = 3600
        var givesRefresh = true
        var refreshAnswer: Told?
        var exchangeAnswer: Told?
        var scopeAnswer: String?
        var idToken: String?
        var registrationMethod = "none"
        /// Which access tokens the MCP server takes; nothing for all that were given out and not taken back.
        var accepts: (@Sendable (String) -> Bool)?
        var refusesWith = 401
        /// Whether `initialize` is answered without a token.
        var isOpenToInitialize = false
    }

    struct Counts: Sendable {
        var tokens = 0
        var registrations = 0
        var valid: Set<String> = []
        var codes: [String: [String: String]] = [:]
        var refreshes: [String: String] = [:]
        var revoked: [String] = []
    }

    let behaviour = Box(Behaviour())
    let counts = Box(Counts())
    private let own = Box<LittleServer?>(nil)
    /// Runs before the answer to a refresh.
    let beforeRefresh = Box<(@Sendable () async -> Void)?>(nil)

    static func start() async throws -> LittleIssuer {
        let issuer = LittleIssuer()
        let server = try await LittleServer { [unowned issuer] in await issuer.answer($0) }
        issuer.own.change { $0 = server }
        return issuer
    }

    var server: LittleServer {
        guard let server = own.value else { preconditionFailure("it was started") }
        return server
    }
    var origin: String { server.origin }
    var issuer: String { origin + behaviour.value.issuerPath }

    private func answer(_ asked: Asked) async -> Told {
        let behaviour = behaviour.value
        if behaviour.resourcePaths.contains(asked.path) { return Told(body: .object(resourceDocument(behaviour))) }
        let places = behaviour.metadataPaths ?? ["/.well-known/oauth-authorization-server" + behaviour.issuerPath]
        if behaviour.hasDocument, places.contains(asked.path) { return Told(body: .object(metadata(behaviour))) }
        switch asked.path {
        case "/mcp": return call(asked, behaviour)
        case "/token", "/as/token": return await token(asked, behaviour)
        case "/register": return register(asked, behaviour)
        case "/revoke":
            counts.change { $0.revoked.append(asked.form["token"] ?? "") }
            return Told()
        default: return .notFound
        }
    }

    private func resourceDocument(_ behaviour: Behaviour) -> JSONObject {
        var document: JSONObject = [
            "resource": .string(origin + "/mcp"), "authorization_servers": [.string(issuer)],
            "scopes_supported": ["read", "write"],
        ]
        for member in behaviour.resource.members { document[member.name] = member.value }
        return document
    }

    private func metadata(_ behaviour: Behaviour) -> JSONObject {
        var document: JSONObject = [
            "issuer": .string(issuer), "authorization_endpoint": .string(origin + "/authorize"),
            "token_endpoint": .string(origin + "/token"), "registration_endpoint": .string(origin + "/register"),
            "revocation_endpoint": .string(origin + "/revoke"), "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"], "scopes_supported": ["read", "write", "offline_access"],
            "token_endpoint_auth_methods_supported": ["none", "client_secret_basic", "client_secret_post"],
            "authorization_response_iss_parameter_supported": true,
        ]
        for member in behaviour.metadata.members { document[member.name] = member.value.isNull ? nil : member.value }
        return document
    }

    private func call(_ asked: Asked, _ behaviour: Behaviour) -> Told {
        let token = (asked.fields.first(.authorization) ?? "").dropFirst("Bearer ".count)
        let isOpen = behaviour.isOpenToInitialize && asked.json?["method"] == "initialize"
        let isTaken = isOpen || behaviour.accepts?(String(token)) ?? counts.value.valid.contains(String(token))
        guard isTaken else {
            var challenge = "Bearer error=\"invalid_token\""
            if behaviour.namesMetadata {
                challenge += ", resource_metadata=\"\(origin + (behaviour.resourcePaths.first ?? "/none"))\""
            }
            if let scope = behaviour.challengeScope { challenge += ", scope=\"\(scope)\"" }
            if behaviour.refusesWith == 403 { challenge = "Bearer error=\"insufficient_scope\", scope=\"admin\"" }
            return Told(status: behaviour.refusesWith, body: [:], challenge: challenge)
        }
        let id = asked.json?["id"] ?? .null
        let text = "token " + token
        let result: JSONValue =
            asked.json?["method"] == "server/discover"
            ? ["resultType": "complete", "supportedVersions": ["2026-07-28"], "capabilities": ["tools": [:]]]
            : ["resultType": "complete", "content": [["type": "text", "text": .string(text)]]]
        return Told(body: ["jsonrpc": "2.0", "id": id, "result": result])
    }

    private func register(_ asked: Asked, _ behaviour: Behaviour) -> Told {
        let number = counts.change { counts in
            counts.registrations += 1
            return counts.registrations
        }
        var answer = asked.json?.objectValue ?? JSONObject()
        answer["client_id"] = .string("dcr-\(number)")
        answer["token_endpoint_auth_method"] = .string(behaviour.registrationMethod)
        if behaviour.registrationMethod != "none" { answer["client_secret"] = "s3:cret" }
        return Told(status: 201, body: .object(answer))
    }

    // MARK: Tokens

    /// What a person's browser does at the authorization endpoint: agrees, and comes back with this query.
    func agree(_ url: String, iss: String?? = .none) -> (query: [String: String], asked: [String: String]) {
        let asked = Forms.read(String(url.drop { $0 != "?" }.dropFirst()))
        let code = "code-\(asked["state"]?.prefix(8) ?? "")"
        counts.change { $0.codes[code] = asked }
        var query = ["code": code, "state": asked["state"] ?? ""]
        query["iss"] = iss ?? issuer
        return (query, asked)
    }

    private func token(_ asked: Asked, _ behaviour: Behaviour) async -> Told {
        let form = asked.form
        switch form["grant_type"] {
        case "authorization_code":
            if let answer = behaviour.exchangeAnswer { return answer }
            guard let first = counts.change({ $0.codes.removeValue(forKey: form["code"] ?? "") }),
                isRight(form, first)
            else { return Told(status: 400, body: ["error": "invalid_grant"]) }
            return give(behaviour)
        case "refresh_token":
            await beforeRefresh.value?()
            if let answer = behaviour.refreshAnswer { return answer }
            let old = counts.change { $0.refreshes.removeValue(forKey: form["refresh_token"] ?? "") }
            guard let old else { return Told(status: 400, body: ["error": "invalid_grant"]) }
            counts.change { _ = $0.valid.remove(old) }
            return give(behaviour)
        default: return Told(status: 400, body: ["error": "unsupported_grant_type"])
        }
    }

    private func isRight(_ form: [String: String], _ first: [String: String]) -> Bool {
        guard var hasher = try? SHA256Hasher() else { return false }
        let digest = hasher.digest(of: Array((form["code_verifier"] ?? "").utf8).span)
        return Base64.url.encode(digest.bytes.span) == first["code_challenge"]
            && form["redirect_uri"] == first["redirect_uri"] && form["resource"] == first["resource"]
    }

    private func give(_ behaviour: Behaviour) -> Told {
        let number = counts.change { counts in
            counts.tokens += 1
            counts.valid.insert("access-\(counts.tokens)")
            counts.refreshes["refresh-\(counts.tokens)"] = "access-\(counts.tokens)"
            return counts.tokens
        }
        var answer: JSONObject = [
            "access_token": .string("access-\(number)"), "token_type": "Bearer",
            "expires_in": .number(JSONNumber(behaviour.expiresIn)),
        ]
        if behaviour.givesRefresh { answer["refresh_token"] = .string("refresh-\(number)") }
        if let scope = behaviour.scopeAnswer { answer["scope"] = .string(scope) }
        if let idToken = behaviour.idToken { answer["id_token"] = .string(idToken) }
        return Told(body: .object(answer))
    }
}
