import Cryptography
import HTTPMessages
import HTTPTransport
import JSONCoding
import Synchronization
import WebUI

@testable import People

/// A small OpenID provider on a socket. Each test says what is odd about it.
final class TestProvider: Sendable {
    struct State: Sendable {
        /// Changes of what it says; `nil` takes a member away.
        var metadata: [String: JSONValue?] = [:]
        var claims: [String: JSONValue?] = [:]
        var header: [String: JSONValue?] = [:]
        var info: JSONObject = [:]
        /// What signs, and under which name it is published.
        var signing: SigningKey
        var published: [(id: String, key: SigningKey)]
        /// In place of a signature.
        var signature: String?
        var methods: [String]? = ["client_secret_basic", "client_secret_post"]
        var tokenAnswer: JSONValue?
        var isAway = false
        var asked: [String] = []
        var authorizations: [String] = []
        var bodies: [String] = []
        /// The requests that browsers came with, by the code that they went back with.
        var codes: [String: [String: String]] = [:]
    }

    static let accessToken = "access-token-of-the-provider"
    static let secret = "s3cret of ours:&"

    let state: Mutex<State>
    private let issuerText = Mutex("")
    private let seconds: @Sendable () -> Int

    init(seconds: @escaping @Sendable () -> Int) throws {
        let key = try SigningKey.generate()
        state = Mutex(State(signing: key, published: [("k1", key)]))
        self.seconds = seconds
    }

    var issuer: String {
        get { issuerText.withLock { $0 } }
        set { issuerText.withLock { $0 = newValue } }
    }

    func set(_ change: @Sendable (inout State) -> Void) { state.withLock { change(&$0) } }

    func asked(_ path: String) -> Int { state.withLock { state in state.asked.count { $0 == path } } }

    /// What a person who signs in there goes back with.
    func code(for parameters: [String: String]) -> String {
        state.withLock { state in
            let code = "code-\(state.codes.count)"
            state.codes[code] = parameters
            return code
        }
    }

    func answer(_ exchange: HTTPExchange) async {
        let target = String(decoding: exchange.head.targetBytes, as: UTF8.self)
        let body = (try? await exchange.body(limit: 64 * 1024)) ?? []
        let answer = try? reply(target, exchange.head.fields, String(decoding: body, as: UTF8.self))
        var fields = HTTPFields()
        fields.append(.contentType, literal: "application/json")
        exchange.respond(
            status: answer?.status ?? 500, fields: fields, body: JSONWriter.bytes(of: answer?.json ?? [:]))
    }

    private func reply(
        _ target: String, _ fields: HTTPFields, _ body: String
    ) throws -> (status: Int, json: JSONValue) {
        let issuer = issuer
        return try state.withLock { state in
            state.asked.append(target)
            if state.isAway { return (503, [:]) }
            switch target {
            case "/.well-known/openid-configuration": return (200, .object(metadata(issuer, state)))
            case "/keys": return (200, ["keys": .array(state.published.map { .object(Self.json($0.id, $0.key)) })])
            case "/userinfo":
                guard fields.first(.authorization) == "Bearer \(Self.accessToken)" else { return (401, [:]) }
                return (200, .object(state.info))
            case "/token":
                state.authorizations.append(fields.first(.authorization) ?? "")
                state.bodies.append(body)
                return try token(issuer, &state, body)
            default: return (404, [:])
            }
        }
    }

    private func metadata(_ issuer: String, _ state: State) -> JSONObject {
        var all: JSONObject = [
            "issuer": .string(issuer), "authorization_endpoint": .string(issuer + "/authorize?tenant=1"),
            "token_endpoint": .string(issuer + "/token"), "jwks_uri": .string(issuer + "/keys"),
            "userinfo_endpoint": .string(issuer + "/userinfo"),
        ]
        if let methods = state.methods {
            all["token_endpoint_auth_methods_supported"] = .array(methods.map { .string($0) })
        }
        for (name, value) in state.metadata { all[name] = value }
        return all
    }

    /// Codes are good once, and only with their verifier.
    private func token(_ issuer: String, _ state: inout State, _ body: String) throws -> (Int, JSONValue) {
        if let answer = state.tokenAnswer { return (400, answer) }
        let form = parameters(of: body)
        guard let code = form["code"], let asked = state.codes.removeValue(forKey: code),
            let verifier = form["code_verifier"],
            asked["redirect_uri"] == form["redirect_uri"]
        else { return (400, ["error": "invalid_grant"]) }
        let digest = try FreshSecret.digest(of: verifier)
        guard Base64.url.encode(digest.span) == asked["code_challenge"] else {
            return (400, ["error": "invalid_grant"])
        }
        let now = seconds()
        var claims: JSONObject = [
            "iss": .string(issuer), "sub": "subject-1", "aud": "client-of-ours", "iat": .number(JSONNumber(now)),
            "exp": .number(JSONNumber(now + 300)), "nonce": .string(asked["nonce"] ?? ""),
            "preferred_username": "Grace", "email": "grace@example.org", "email_verified": true,
            "groups": ["admins", "crew"],
        ]
        for (name, value) in state.claims { claims[name] = value }
        var header: JSONObject = ["alg": "ES256", "typ": "JWT", "kid": .string(state.published[0].id)]
        for (name, value) in state.header { header[name] = value }
        let text = "\(Self.encoded(header)).\(Self.encoded(claims))"
        let signed = try state.signing.signature(of: Array(text.utf8).span)
        let token = "\(text).\(state.signature ?? Base64.url.encode(signed.span))"
        return (200, ["access_token": .string(Self.accessToken), "token_type": "Bearer", "id_token": .string(token)])
    }

    private static func json(_ id: String, _ key: SigningKey) -> JSONObject {
        guard case .p256(let x, let y) = key.publicKey else { return [:] }
        return [
            "kty": "EC", "crv": "P-256", "kid": .string(id), "x": .string(Base64.url.encode(x.span)),
            "y": .string(Base64.url.encode(y.span)),
        ]
    }

    private static func encoded(_ object: JSONObject) -> String {
        let bytes = JSONWriter.bytes(of: .object(object))
        return Base64.url.encode(bytes.span)
    }
}

/// The parameters of a form or a query.
func parameters(of text: String) -> [String: String] {
    var all: [String: String] = [:]
    for pair in text.split(separator: "&") {
        let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        all[decoded(parts[0])] = parts.count > 1 ? decoded(parts[1]) : ""
    }
    return all
}

private func decoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "%"), rest.count >= 2 {
            bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? byte)
            rest = rest.dropFirst(2)
        } else {
            bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}
