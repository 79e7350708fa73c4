import Cryptography
import GatewayModel
import JSONCoding
import OAuthRules

extension PendingAuthorization {
    /// As the store keeps it: nobody else reads it, and it lives half an hour.
    var text: String {
        var object: JSONObject = [
            "client": .string(request.client), "redirectURI": .string(request.redirectURI),
            "challenge": .string(request.challenge), "server": .string(request.server.text),
            "namesServer": .bool(request.namesServer), "scopes": .string(request.scopes.access.text),
            "isOffline": .bool(request.scopes.isOffline),
            "prompts": .array(request.prompts.map(\.rawValue).sorted().map { .string($0) }),
            "redirectsDigest": .string(Base64.url.encode(redirectsDigest.span)),
            "browser": .string(Base64.url.encode(browser.span)),
        ]
        if let state = request.state { object.members.append(.init(name: "state", value: .string(state))) }
        if let session = earlierSession {
            let text = Base64.url.encode(session.span)
            object.members.append(.init(name: "earlierSession", value: .string(text)))
        }
        return String(decoding: JSONWriter.bytes(of: .object(object)), as: UTF8.self)
    }

    /// Reads ``text``; nothing for what is none.
    init?(text: String, expires: Duration) {
        guard let json = try? JSONParser.parse(Array(text.utf8)), case .object(let object) = json,
            let request = AuthorizationRequest(kept: object),
            let redirectsDigest = object["redirectsDigest"]?.stringValue.flatMap(Base64.url.decode),
            let browser = object["browser"]?.stringValue.flatMap(Base64.url.decode)
        else { return nil }
        self.init(
            request: request, redirectsDigest: redirectsDigest,
            earlierSession: object["earlierSession"]?.stringValue.flatMap(Base64.url.decode), browser: browser,
            expires: expires)
    }
}

extension AuthorizationRequest {
    fileprivate init?(kept object: JSONObject) {
        guard let client = object["client"]?.stringValue, let redirectURI = object["redirectURI"]?.stringValue,
            let challenge = object["challenge"]?.stringValue,
            let server = object["server"]?.stringValue.flatMap({ try? ServerSlug($0) }),
            let namesServer = object["namesServer"]?.boolValue, let scopes = object["scopes"]?.stringValue,
            let isOffline = object["isOffline"]?.boolValue, let prompts = object["prompts"]?.arrayValue
        else { return nil }
        let access = scopes.split(separator: " ").compactMap { AccessScopes(name: $0) }
        self.init(
            client: client, redirectURI: redirectURI, state: object["state"]?.stringValue, challenge: challenge,
            server: server, namesServer: namesServer,
            scopes: ScopeRequest(access: AccessScopes(access), isOffline: isOffline),
            prompts: Set(prompts.compactMap { $0.stringValue.flatMap(Prompt.init) }))
    }
}
