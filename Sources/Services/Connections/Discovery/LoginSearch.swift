import GatewayModel
import HTTPMessages
import JSONCoding
import OAuthRules
import Outbound
import Reactor
import UpstreamClients

/// Finds out who lets in at an upstream: from its own challenge, else from where its metadata have to be, else as servers of MCP
/// 2025-03-26 do it (protocol facts 5.1 to 5.4).
struct LoginSearch: Sendable {
    let upstream: UpstreamDefinition
    let url: HTTPURL
    let oauth: UpstreamOAuth
    let remote: any RemoteFetching
    let deadline: UInt64
    let loop: EventLoop

    private var callable: CallableURLs { CallableURLs(beside: url) }

    /// What was found.
    func find() async throws(ConnectionError) -> UpstreamLogin {
        var scopes = AskedScopes()
        scopes.configured = oauth.scopes
        if let authorize = oauth.authorizationURL, let token = oauth.tokenURL {
            // The operator has said it: nothing is looked up, and nothing that the upstream says can change it.
            let metadata = IssuerMetadata(
                issuer: authorize.origin, authorizationEndpoint: authorize, tokenEndpoint: token)
            return UpstreamLogin(metadata: metadata, resource: nil, scopes: scopes)
        }
        let challenge = try await challenge()
        scopes.challenged = challenge?.scopes ?? []
        guard let resource = try await protectedResource(challenge) else {
            let metadata = try await withoutResource()
            scopes.known = metadata.scopes
            return UpstreamLogin(metadata: metadata, resource: nil, scopes: scopes)
        }
        scopes.supported = resource.scopes
        let metadata = try await firstMetadata(of: resource.issuers)
        scopes.known = metadata.scopes
        return UpstreamLogin(metadata: metadata, resource: resource.resource, scopes: scopes)
    }

    // MARK: The upstream

    /// What it says to a request without a credential; nothing when it minds none of them.
    private func challenge() async throws(ConnectionError) -> UpstreamChallenge? {
        for question in LoginQuestion.all {
            do throws(ConnectionError) {
                let answer = try await send(.post, url, question.fields, body: .json(question.body))
                if answer.status == 401 { return UpstreamChallenge(status: answer.status, fields: answer.fields) }
            } catch {
                // An answer that is not read, such as a stream without an end, is no challenge.
                if error.isRetryable { throw error }
            }
        }
        return nil
    }

    private func protectedResource(
        _ challenge: UpstreamChallenge?
    ) async throws(ConnectionError) -> ProtectedResource? {
        var places = IssuerPlaces.protectedResource(of: url)
        if let named = challenge?.resourceMetadata {
            guard let named = try? HTTPURL(named), callable.contains(named) else {
                throw failure("its challenge names metadata that may not be fetched")
            }
            places.insert(named, at: 0)
        }
        for place in places {
            guard let document = try await document(place) else { continue }
            do throws(IssuerProblem) {
                return try ProtectedResource(document, of: url)
            } catch {
                throw failure(error.sentence)
            }
        }
        return nil
    }

    // MARK: The authorization server

    private func firstMetadata(of issuers: [String]) async throws(ConnectionError) -> IssuerMetadata {
        var last = failure("none of its authorization servers publishes metadata")
        for issuer in issuers {
            do throws(ConnectionError) {
                return try await metadata(of: issuer)
            } catch {
                last = error
            }
        }
        throw last
    }

    private func metadata(of issuer: String) async throws(ConnectionError) -> IssuerMetadata {
        guard let address = try? HTTPURL(issuer), callable.contains(address), !issuer.contains("?") else {
            throw failure("its authorization server is no address that may be called")
        }
        var problem = "its authorization server publishes no metadata"
        for place in IssuerPlaces.metadata(of: address) {
            guard let document = try await document(place) else { continue }
            do throws(IssuerProblem) {
                return try IssuerMetadata(document, for: issuer, isCallable: callable.contains)
            } catch {
                problem = error.sentence
            }
        }
        throw failure(problem)
    }

    /// MCP 2025-03-26: the authorization server is at the origin of the MCP server, and may do without metadata.
    private func withoutResource() async throws(ConnectionError) -> IssuerMetadata {
        guard let origin = try? HTTPURL(url.origin) else { throw failure("its address has no origin") }
        for place in IssuerPlaces.metadata(of: origin) {
            guard let document = try await document(place) else { continue }
            // Nobody has named an issuer, so it is the origin, in either of its two spellings.
            let named = document["issuer"]?.stringValue ?? ""
            do throws(IssuerProblem) {
                return try IssuerMetadata(
                    document, for: named == url.origin + "/" ? named : url.origin, isCallable: callable.contains)
            } catch {
                throw failure(error.sentence)
            }
        }
        guard let usual = IssuerMetadata.withoutDocument(at: origin) else { throw failure("its address has no origin") }
        return usual
    }

    // MARK: Fetching

    /// A document; nothing if there is none here. Only a 4xx says so: a server that is not well says nothing at all, and to go on
    /// would be to let somebody choose a weaker way by breaking the better one.
    private func document(_ place: HTTPURL) async throws(ConnectionError) -> JSONValue? {
        var fields = HTTPFields()
        fields.append(.mcpProtocolVersion, literal: "2025-11-25")
        let answer = try await send(.get, place, fields, accepts: .json)
        switch answer.status {
        case 200:
            guard let document = try? JSONParser.parse(answer.body), document.objectValue != nil else {
                throw failure("\(place.withoutQuery) is no JSON object")
            }
            return document
        case 400..<500: return nil
        default:
            throw .discovery(
                upstream: upstream.name.text, reason: "\(place.withoutQuery) answered HTTP \(answer.status)",
                isRetryable: answer.status >= 500)
        }
    }

    private func send(
        _ method: HTTPMethod, _ url: HTTPURL, _ fields: HTTPFields, body: FetchBody = .none,
        accepts: AcceptedMedia = .any
    ) async throws(ConnectionError) -> RemoteAnswer {
        let request = RemoteRequest(
            method: method, url: url, fields: fields, body: body, accepts: accepts,
            isNamedByOperator: callable.isNamedHost(url))
        do throws(RemoteFailure) {
            return try await remote.fetch(request, deadline: deadline, on: loop)
        } catch {
            throw .discovery(
                upstream: upstream.name.text, reason: "\(url.origin): \(error.reason)", isRetryable: error.isRetryable)
        }
    }

    private func failure(_ reason: String) -> ConnectionError {
        .discovery(upstream: upstream.name.text, reason: reason, isRetryable: false)
    }
}
