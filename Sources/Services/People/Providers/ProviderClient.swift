import Cryptography
import GatewayModel
import HTTPMessages
import JSONCoding
import OAuthRules
import Outbound
import Reactor
import SignedTokens
import Telemetry

/// Our side of the talk with one provider. What it gives us stays here: of its tokens nothing is kept and nothing goes on (F038).
struct ProviderClient: Sendable {
    /// How long it may take to answer once.
    static let time = Duration.seconds(10)

    /// Whom we talk with.
    let provider: IdentityProvider
    private let fetcher: any Fetching
    private let lane: BlockingLane
    private let now: @Sendable () -> Duration
    private let published = PublishedDocument<ProviderMetadata>()
    private let publishedKeys = PublishedDocument<[CheckingKey]>()

    init(
        _ provider: IdentityProvider, fetcher: any Fetching, lane: BlockingLane, now: @escaping @Sendable () -> Duration
    ) {
        self.provider = provider
        self.fetcher = fetcher
        self.lane = lane
        self.now = now
    }

    /// What it says about itself.
    func metadata() async throws(ProviderProblem) -> ProviderMetadata {
        try await published.value(now: now()) { () async throws(ProviderProblem) in
            guard let place = ProviderMetadata.place(of: provider) else { throw .unusable("its issuer is too long") }
            return try ProviderMetadata(try await document(FetchRequest(place, purpose: .signIn)), of: provider)
        }
    }

    /// Where the browser goes to begin a sign-in.
    func address(of pending: PendingSignIn, returnTo: String, isAnew: Bool) async throws(ProviderProblem) -> String {
        let endpoint = try await metadata().authorizationEndpoint.description
        let challenge: String
        do throws(PeopleError) {
            challenge = try pending.challenge
        } catch {
            throw .unreachable(error.sentence)
        }
        var form = FormWriter([
            ("response_type", "code"), ("client_id", provider.clientID), ("redirect_uri", returnTo),
            ("scope", provider.scopes.joined(separator: " ")), ("state", pending.state), ("nonce", pending.nonce),
            ("code_challenge", challenge), ("code_challenge_method", CodeChallenge.method),
        ])
        // A client of ours wants the person to sign in anew, and so do we from the provider.
        if isAnew { form.append("prompt", "login") }
        return endpoint + (endpoint.contains("?") ? "&" : "?") + form.text
    }

    /// Who came back with a code.
    func person(code: String, of pending: PendingSignIn, returnTo: String) async throws(ProviderProblem)
        -> ProvidedPerson
    {
        let metadata = try await metadata()
        let tokens = try await exchange(code, pending, returnTo: returnTo, metadata)
        guard let text = tokens.idToken else { throw .unusable("it gave no ID token; is `openid` among the scopes?") }
        let claims = try await claims(of: text, nonce: pending.nonce, metadata)
        var info: JSONObject?
        if let endpoint = metadata.userInfo, ProvidedPerson.isIncomplete(claims, for: provider) {
            info = try await userInfo(endpoint, tokens.access, claims)
        }
        return try ProvidedPerson(claims, info, of: provider)
    }

    private func exchange(
        _ code: String, _ pending: PendingSignIn, returnTo: String, _ metadata: ProviderMetadata
    ) async throws(ProviderProblem) -> ReceivedTokens {
        var form = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", returnTo),
            ("code_verifier", pending.verifier),
        ]
        var request = FetchRequest(metadata.tokenEndpoint, method: .post, purpose: .signIn)
        let methods = metadata.tokenMethods
        if let secret = provider.clientSecret?.exposed {
            // RFC 6749, 2.3.1: both are written as in a form before they are put together.
            if methods.contains("client_secret_basic") || !methods.contains("client_secret_post") {
                let pair = FormWriter.escaped(provider.clientID) + ":" + FormWriter.escaped(secret)
                _ = request.fields.append(.authorization, "Basic " + Base64.standard.encode(Array(pair.utf8).span))
            } else {
                form += [("client_id", provider.clientID), ("client_secret", secret)]
            }
        } else {
            form.append(("client_id", provider.clientID))
        }
        request.body = .form(form)
        let answer = try await fetch(request)
        switch TokenAnswer(status: answer.status, body: try? JSONParser.parse(answer.body), now: 0) {
        case .tokens(let tokens): return tokens
        case .refused(let code, let description):
            throw .unusable("it refused the code: \(code)\(description.isEmpty ? "" : ", \(description)")")
        case .unusable(let reason): throw .unusable("its token endpoint answered with \(reason)")
        }
    }

    /// The rules that cost nothing come first: what is not for us fetches no keys.
    private func claims(
        of text: String, nonce: String, _ metadata: ProviderMetadata
    ) async throws(ProviderProblem) -> TokenClaims {
        let token: SignedToken
        do throws(TokenFault) {
            token = try SignedToken(text)
        } catch {
            throw .unusable(IDTokenRules.sentence(error))
        }
        try IDTokenRules.check(token, of: provider, nonce: nonce, now: Int(now().components.seconds))
        var fault = await fault(of: token, try await keys(metadata, isMissing: false))
        // A key that is not known may be a new one; a token without a key's name may be of any.
        if fault == .unknownKey || fault == .badSignature && token.header.keyID == nil {
            fault = await self.fault(of: token, try await keys(metadata, isMissing: true))
        }
        if let fault {
            throw fault == .notLookedAt
                ? .unreachable(IDTokenRules.sentence(fault)) : .unusable(IDTokenRules.sentence(fault))
        }
        return token.claims
    }

    private func fault(of token: SignedToken, _ keys: [CheckingKey]) async -> TokenFault? {
        do {
            return try await lane.run { () -> TokenFault? in
                do throws(TokenFault) {
                    try token.check(keys: keys)
                    return nil
                } catch {
                    return error
                }
            }
        } catch {
            return .notLookedAt
        }
    }

    private func keys(_ metadata: ProviderMetadata, isMissing: Bool) async throws(ProviderProblem) -> [CheckingKey] {
        try await publishedKeys.value(now: now(), isMissing: isMissing) { () async throws(ProviderProblem) in
            // Key sets travel as application/json, application/jwk-set+json and, at some hosts, as text.
            let set =
                try await document(FetchRequest(metadata.keys, purpose: .signIn, accepts: .any)).objectValue ?? [:]
            guard let keys = try? await lane.run({ CheckingKey.keys(of: set) }) else {
                throw .unreachable("there is too much to do to read its keys")
            }
            return keys
        }
    }

    /// Claims that do not stand in the ID token, of the same person (OpenID Connect Core 1.0, 5.3.2).
    private func userInfo(
        _ endpoint: HTTPURL, _ token: Secret<String>, _ claims: TokenClaims
    ) async throws(ProviderProblem) -> JSONObject {
        var request = FetchRequest(endpoint, purpose: .signIn)
        _ = request.fields.append(.authorization, "Bearer \(token.exposed)")
        let info = try await document(request).objectValue ?? [:]
        let subject = try IDTokenRules.subject(claims)
        guard info.hasUniqueNames, info["sub"]?.stringValue?.utf8.elementsEqual(subject.utf8) == true else {
            throw .unusable("its userinfo is about somebody else")
        }
        return info
    }

    private func document(_ request: FetchRequest) async throws(ProviderProblem) -> JSONValue {
        let answer = try await fetch(request)
        guard answer.status == 200 else {
            throw .unreachable("\(request.url.withoutQuery) answered with HTTP \(answer.status)")
        }
        let limits = JSONLimits(depth: 16, bytes: FetchRequest.standardBytesMax, values: 8_192)
        guard let value = try? JSONParser.parse(answer.body, limits: limits) else {
            throw .unusable("\(request.url.withoutQuery) answered with something that is not JSON")
        }
        return value
    }

    private func fetch(_ request: FetchRequest) async throws(ProviderProblem) -> FetchedAnswer {
        var request = request
        request.time = Self.time
        request.operatorsHosts = [provider.place.host]
        do throws(FetchError) {
            return try await fetcher.fetch(request)
        } catch {
            throw error.isRetryable ? .unreachable(error.sentence) : .unusable(error.sentence)
        }
    }
}
