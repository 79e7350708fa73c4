import Cryptography
import GatewayModel
import HTTPMessages
import JSONCoding
import OAuthRules
import Outbound
import Reactor
import Telemetry

/// What we ask token endpoints of others.
struct TokenRequests: Sendable {
    let remote: any RemoteFetching
    let callable: CallableURLs
    let now: @Sendable () -> Int64

    /// How long a token endpoint may take.
    static let nanoseconds: UInt64 = 20_000_000_000

    /// A code becomes tokens (RFC 6749 section 4.1.3, RFC 7636 section 4.5, RFC 8707 section 2.2).
    func exchange(
        code: String, verifier: Secret<String>, redirectURI: String, at place: TokenPlace, on loop: EventLoop
    ) async throws(RemoteFailure) -> TokenAnswer {
        try await post(
            [
                ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirectURI),
                ("code_verifier", verifier.exposed),
            ] + resource(place), at: place.tokenEndpoint, as: place.client, on: loop)
    }

    /// Old tokens become new ones (section 6).
    func refresh(
        _ token: Secret<String>, at place: TokenPlace, on loop: EventLoop
    ) async throws(RemoteFailure) -> TokenAnswer {
        try await post(
            [("grant_type", "refresh_token"), ("refresh_token", token.exposed)] + resource(place),
            at: place.tokenEndpoint, as: place.client, on: loop)
    }

    /// Gives tokens back (RFC 7009); whether the server said that it took them.
    func revoke(_ tokens: ConnectionTokens, on loop: EventLoop) async -> Bool {
        guard let endpoint = tokens.place.revocationEndpoint else { return false }
        let (token, hint) = tokens.refresh.map { ($0, "refresh_token") } ?? (tokens.access, "access_token")
        do throws(RemoteFailure) {
            let answer = try await send(
                [("token", token.exposed), ("token_type_hint", hint)], at: endpoint, as: tokens.place.client, on: loop)
            return answer.status == 200
        } catch {
            return false
        }
    }

    private func resource(_ place: TokenPlace) -> [(name: String, value: String)] {
        place.resource.map { [("resource", $0)] } ?? []
    }

    private func post(
        _ pairs: [(name: String, value: String)], at url: HTTPURL, as client: ClientIdentity, on loop: EventLoop
    ) async throws(RemoteFailure) -> TokenAnswer {
        let answer = try await send(pairs, at: url, as: client, on: loop)
        return TokenAnswer(status: answer.status, body: try? JSONParser.parse(answer.body), now: now())
    }

    private func send(
        _ pairs: [(name: String, value: String)], at url: HTTPURL, as client: ClientIdentity, on loop: EventLoop
    ) async throws(RemoteFailure) -> RemoteAnswer {
        var form = pairs
        var fields = HTTPFields()
        fields.append(.accept, literal: "application/json")
        switch client.method {
        case .none: form.append(("client_id", client.id))
        case .post:
            form.append(("client_id", client.id))
            form.append(("client_secret", client.secret?.exposed ?? ""))
        case .basic:
            // RFC 6749, 3.2.1 allows the id beside Basic, and servers on the official Python SDK know no client without it.
            form.append(("client_id", client.id))
            let pair = FormWriter.escaped(client.id) + ":" + FormWriter.escaped(client.secret?.exposed ?? "")
            _ = fields.append(.authorization, "Basic " + Base64.standard.encode(Array(pair.utf8).span))
        }
        let request = RemoteRequest(
            method: .post, url: url, fields: fields, body: .form(form), isNamedByOperator: callable.isNamedHost(url))
        return try await remote.fetch(request, deadline: monotonicNanoseconds() &+ Self.nanoseconds, on: loop)
    }
}
