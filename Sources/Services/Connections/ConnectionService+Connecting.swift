import Cryptography
import GatewayModel
import HTTPMessages
import OAuthRules
package import Reactor
import SQLDatabase
import Telemetry

extension ConnectionService {
    // MARK: Away

    /// Where the browser goes to connect an upstream. What is needed when it comes back is made here and nowhere earlier: whoever
    /// calls this has seen the person agree (rulings 5.9).
    package func begin(_ start: ConnectStart, on loop: EventLoop) async throws(ConnectionError) -> String {
        let upstream = try connectable(start.upstream)
        try check(start.role, for: upstream)
        let login = try await upstream.logins.login(retries: true, on: loop, find(upstream, on: loop))
        var asked = login.scopes
        let owner = upstream.owner(start.user)
        asked.earlier = upstream.vault.lacking(owner)
        let client = try await registrar.client(
            for: upstream.definition, upstream.oauth, at: login.metadata, callable: upstream.callable,
            scopes: asked.all, on: loop)
        let (state, verifier) = (try RandomText.make(), try RandomText.make())
        let attempt = ConnectAttempt(
            upstream: upstream.name, owner: owner, start: start, verifier: Secret(verifier),
            place: TokenPlace(login.metadata, resource: login.resource, client: client),
            mustNameIssuer: login.metadata.namesItself, scopes: asked.all, upstreamOrigin: upstream.url.origin)
        try await keep(attempt, under: state)
        var form = FormWriter([
            ("response_type", "code"), ("client_id", client.id), ("redirect_uri", documents.redirectURI),
            ("state", state), ("code_challenge", challenge(verifier)), ("code_challenge_method", "S256"),
        ])
        if !asked.all.isEmpty { form.append("scope", asked.all.joined(separator: " ")) }
        if let resource = login.resource { form.append("resource", resource) }
        let address = login.metadata.authorizationEndpoint
        return address.description + (address.target.contains("?") ? "&" : "?") + form.text
    }

    private func check(_ role: UserRole?, for upstream: ConnectableUpstream) throws(ConnectionError) {
        guard upstream.isPerUser || role == .operator else { throw .operatorOnly(upstream.name) }
    }

    private func challenge(_ verifier: String) -> String {
        Base64.url.encode(seals.digest(of: verifier).span)
    }

    private func keep(_ attempt: ConnectAttempt, under state: String) async throws(ConnectionError) {
        let time = now()
        let record = AttemptRecord(
            digest: seals.digest(of: state), user: attempt.user,
            sealed: try seals.seal(attempt.json, for: .attempt(user: attempt.user)),
            expiresAt: time + ConnectAttempt.seconds)
        try await stored { () async throws(SQLError) in try await store.keep(record, now: time) }
    }

    // MARK: Back

    /// Takes what the browser came back with. In this order: is it ours and new, is it this person and browser, is it from whom we
    /// asked; only then what it says.
    package func finish(
        _ callback: ConnectCallback, on loop: EventLoop
    ) async throws(ConnectFailure) -> ConnectOutcome {
        let attempt: ConnectAttempt
        do throws(ConnectionError) {
            attempt = try await self.attempt(callback)
        } catch {
            throw ConnectFailure(error: error, returnTo: nil, upstream: nil)
        }
        do throws(ConnectionError) {
            let name = try await finish(attempt, callback, on: loop)
            return ConnectOutcome(upstream: name, returnTo: attempt.returnTo)
        } catch {
            throw ConnectFailure(error: error, returnTo: attempt.returnTo, upstream: attempt.upstream)
        }
    }

    private func finish(
        _ attempt: ConnectAttempt, _ callback: ConnectCallback, on loop: EventLoop
    ) async throws(ConnectionError) -> UpstreamName {
        guard let name = try? UpstreamName(attempt.upstream), let upstream = try? connectable(name) else {
            throw .unknownUpstream(attempt.upstream)
        }
        try check(callback.role, for: upstream)
        guard attempt.owner == upstream.owner(callback.user), attempt.upstreamOrigin == upstream.url.origin else {
            throw .unknownState
        }
        let place = attempt.place.refreshed(by: upstream.oauth)
        guard
            IssuerReturn.isFromIssuer(
                named: callback.issuer, expected: place.issuer, mustBeNamed: attempt.mustNameIssuer)
        else { throw .otherIssuer(upstream: attempt.upstream) }
        if let error = callback.error { throw .denied(upstream: attempt.upstream, code: Self.word(error)) }
        guard let code = callback.code, !code.isEmpty else {
            throw .denied(upstream: attempt.upstream, code: "nothing")
        }
        let received = try await exchange(code, attempt, place, upstream, on: loop)
        try await keep(received, attempt, place, upstream)
        return name
    }

    private func attempt(_ callback: ConnectCallback) async throws(ConnectionError) -> ConnectAttempt {
        guard let state = callback.state, state.utf8.count <= 128 else { throw .unknownState }
        let digest = seals.digest(of: state)
        let time = now()
        let record = try await stored { () async throws(SQLError) in
            try await store.takeAttempt(digest: digest, now: time)
        }
        guard let record else { throw .unknownState }
        guard record.user == callback.user,
            let attempt = ConnectAttempt(
                try seals.open(record.sealed, for: .attempt(user: record.user)), user: record.user),
            attempt.session == callback.session
        else { throw .otherPerson }
        return attempt
    }

    /// Error codes go into a page and into the log: only what a code may be made of (RFC 6749 section 4.1.2.1).
    private static func word(_ error: String) -> String {
        let letters = error.prefix(60).filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
        return letters.isEmpty ? "an error" : String(letters)
    }

    private func exchange(
        _ code: String, _ attempt: ConnectAttempt, _ place: TokenPlace, _ upstream: ConnectableUpstream,
        on loop: EventLoop
    ) async throws(ConnectionError) -> ReceivedTokens {
        let requests = upstream.vault.renewal.requests
        let answer: TokenAnswer
        do throws(RemoteFailure) {
            answer = try await requests.exchange(
                code: code, verifier: attempt.verifier, redirectURI: documents.redirectURI, at: place, on: loop)
        } catch {
            throw .exchange(upstream: upstream.name, reason: error.reason, isRetryable: true)
        }
        switch answer {
        case .tokens(let tokens): return tokens
        case .refused(let code, _):
            // The next attempt registers anew.
            if code == "invalid_client" { try await registrar.forget(place.client, at: place.issuer) }
            throw .exchange(upstream: upstream.name, reason: Self.word(code), isRetryable: false)
        case .unusable(let reason): throw .exchange(upstream: upstream.name, reason: reason, isRetryable: true)
        }
    }

    private func keep(
        _ received: ReceivedTokens, _ attempt: ConnectAttempt, _ place: TokenPlace, _ upstream: ConnectableUpstream
    ) async throws(ConnectionError) {
        let time = now()
        let tokens = ConnectionTokens(
            received, asked: attempt.scopes, place: place, upstreamOrigin: attempt.upstreamOrigin, now: time)
        let sealed = try seals.seal(
            tokens.json, for: .connection(upstream: attempt.upstream, owner: attempt.owner))
        // A renewal may come between reading and writing; what the person has just made wins.
        for _ in 0..<4 {
            let old = try await stored { () async throws(SQLError) in
                try await store.connection(upstream: attempt.upstream, owner: attempt.owner)
            }
            let version = old?.version ?? 0
            let record = ConnectionRecord(
                upstream: attempt.upstream, owner: attempt.owner, sealed: sealed, state: .connected,
                account: received.idToken.flatMap(AccountLabel.init)?.text ?? nil, problem: nil, connectedAt: time,
                version: version + 1)
            let isKept = try await stored { () async throws(SQLError) in
                try await store.replace(record, version: version)
            }
            if isKept { return upstream.vault.forget(attempt.owner) }
        }
        throw .exchange(upstream: upstream.name, reason: "its connection is being changed", isRetryable: true)
    }
}
