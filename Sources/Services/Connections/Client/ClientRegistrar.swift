import GatewayModel
import HTTPMessages
import JSONCoding
import OAuthRules
import Outbound
import Reactor
import SQLDatabase
import Telemetry
import UpstreamClients

/// How we become the client of an authorization server of others, in this order: the operator has registered us, the server takes
/// our own document, we register ourselves (protocol facts 5.6).
struct ClientRegistrar: Sendable {
    let store: any ConnectionStoring
    let seals: ConnectionSeals
    let remote: any RemoteFetching
    let documents: ClientDocuments
    let now: @Sendable () -> Int64

    /// Who we are at this server.
    func client(
        for upstream: UpstreamDefinition, _ oauth: UpstreamOAuth, at metadata: IssuerMetadata,
        callable: CallableURLs, scopes: [String], on loop: EventLoop
    ) async throws(ConnectionError) -> ClientIdentity {
        if let id = oauth.clientID {
            if oauth.tokenURL == nil { try await pin(id, of: upstream, to: metadata.issuer) }
            let method = ClientIdentity.method(hasSecret: oauth.clientSecret != nil, of: metadata.tokenMethods)
            return ClientIdentity(origin: .given, id: id, secret: oauth.clientSecret, method: method)
        }
        if metadata.takesClientDocuments, let id = documents.address(of: upstream.name) {
            return ClientIdentity(origin: .document, id: id, method: .none)
        }
        guard let endpoint = metadata.registrationEndpoint else {
            throw .noClient(upstream: upstream.name.text, issuer: metadata.issuer)
        }
        if let known = try await registered(at: metadata.issuer) { return known }
        return try await register(upstream, at: endpoint, metadata, callable, scopes, on: loop)
    }

    /// The issuer does not know us any more: the next attempt registers anew.
    func forget(_ client: ClientIdentity, at issuer: String) async throws(ConnectionError) {
        guard client.origin == .registered else { return }
        try await stored { () async throws(SQLError) in
            try await store.removeRegistration(issuer: issuer, redirectURI: documents.redirectURI)
        }
    }

    // MARK: Registered by hand

    /// A client that the operator made belongs to the issuer that it was first used at (MCP 2026-07-28, credentials are bound to
    /// their issuer): an upstream that names another one later does not get the secret sent there.
    private func pin(
        _ id: String, of upstream: UpstreamDefinition, to issuer: String
    ) async throws(ConnectionError) {
        let key = "upstream:" + upstream.name.text
        let known = try await stored { () async throws(SQLError) in
            try await store.registration(issuer: key, redirectURI: id)
        }
        if let known {
            let pinned = try seals.open(known.sealed, for: .registration(issuer: key, redirectURI: id))["issuer"]
            guard let pinned = pinned?.stringValue, pinned.utf8.elementsEqual(issuer.utf8) else {
                throw .issuerChanged(upstream: upstream.name.text, issuer: issuer)
            }
            return
        }
        try await keep(["issuer": .string(issuer)], issuer: key, redirectURI: id)
    }

    // MARK: Registered by ourselves

    private func registered(at issuer: String) async throws(ConnectionError) -> ClientIdentity? {
        let redirectURI = documents.redirectURI
        let record = try await stored { () async throws(SQLError) in
            try await store.registration(issuer: issuer, redirectURI: redirectURI)
        }
        guard let record else { return nil }
        let json = try seals.open(record.sealed, for: .registration(issuer: issuer, redirectURI: redirectURI))
        let expiresAt = json["expires"]?.integer ?? 0
        // RFC 7591 section 3.2.1: 0 is never.
        guard expiresAt == 0 || Int64(expiresAt) > now() + 60 else { return nil }
        return ClientIdentity(json["client"])
    }

    private func register(
        _ upstream: UpstreamDefinition, at endpoint: HTTPURL, _ metadata: IssuerMetadata, _ callable: CallableURLs,
        _ scopes: [String], on loop: EventLoop
    ) async throws(ConnectionError) -> ClientIdentity {
        var wish = documents.metadata
        let isPublic = metadata.tokenMethods.contains("none")
        let asked = isPublic ? .none : ClientIdentity.method(hasSecret: true, of: metadata.tokenMethods)
        wish["token_endpoint_auth_method"] = .string(asked.rawValue)
        // RFC 7591 does not know `web`, OpenID Connect does, and MCP 2026-07-28 asks for it.
        wish["application_type"] = "web"
        if !scopes.isEmpty { wish["scope"] = .string(scopes.joined(separator: " ")) }
        let request = RemoteRequest(
            method: .post, url: endpoint, fields: HTTPFields(), body: .json(JSONWriter.bytes(of: .object(wish))),
            isNamedByOperator: callable.isNamedHost(endpoint))
        let answer: RemoteAnswer
        do throws(RemoteFailure) {
            answer = try await remote.fetch(
                request, deadline: monotonicNanoseconds() &+ TokenRequests.nanoseconds, on: loop)
        } catch {
            throw .discovery(upstream: upstream.name.text, reason: error.reason, isRetryable: error.isRetryable)
        }
        let body = try? JSONParser.parse(answer.body)
        guard answer.status == 201 || answer.status == 200, let id = body?["client_id"]?.stringValue, !id.isEmpty,
            id.utf8.count <= 2_048
        else {
            let code = body?["error"]?.stringValue.map { ": \($0.prefix(100))" } ?? ""
            throw .registration(upstream: upstream.name.text, reason: "HTTP \(answer.status)\(code)")
        }
        let secret = body?["client_secret"]?.stringValue.map { Secret($0) }
        // What the server says that it registered counts, not what we asked for.
        let method =
            body?["token_endpoint_auth_method"]?.stringValue.flatMap(ClientIdentity.Method.init)
            ?? ClientIdentity.method(hasSecret: secret != nil, of: metadata.tokenMethods)
        let client = ClientIdentity(
            origin: .registered, id: id, secret: secret, method: secret == nil ? .none : method)
        let expiry = body?["client_secret_expires_at"]?.integer ?? 0
        try await keep(
            ["client": .object(client.json), "expires": .number(JSONNumber(expiry))], issuer: metadata.issuer,
            redirectURI: documents.redirectURI)
        return client
    }

    private func keep(
        _ json: JSONObject, issuer: String, redirectURI: String
    ) async throws(ConnectionError) {
        let record = RegistrationRecord(
            issuer: issuer, redirectURI: redirectURI,
            sealed: try seals.seal(json, for: .registration(issuer: issuer, redirectURI: redirectURI)),
            createdAt: now())
        try await stored { () async throws(SQLError) in try await store.keep(record) }
    }
}
