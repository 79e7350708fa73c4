package import GatewayModel
import JSONCoding
import OAuthRules
package import Outbound
package import Reactor
import SQLDatabase
package import Storage
import Telemetry

/// Who the clients are, and whether somebody is the one that they say.
///
/// A class, because all requests share what is remembered of documents and keys.
///
/// Invariants:
/// 1. An id that is a URL is a document's and never anything else; another one is looked up in the store, at each request.
/// 2. A client comes in by a way that its metadata name, and by no other; one that has a secret never without.
/// 3. Secrets are compared by digests in constant time, and no answer tells an unknown client from a wrong proof.
/// 4. The id of an assertion is used up by `commit` only, after everything else was found right (rulings 5.1).
package final class ClientRegistry: ClientKnowing {
    let store: any ClientStoring
    let ended: EndedAccess
    let issuer: String
    let now: StorageClock
    let documents: DocumentClients
    private let allowsLoopback: Bool
    private let takesDocuments: Bool
    private let assertions: AssertionCheck

    /// Clients of the issuer at `publicURL`. `report` takes sentences for the operator's log.
    package init(
        store: any ClientStoring, fetcher: any Fetching, publicURL: PublicURL, ended: EndedAccess,
        group: EventLoopGroup,
        lane: BlockingLane, takesDocuments: Bool = true, now: @escaping StorageClock,
        report: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.store = store
        self.ended = ended
        self.now = now
        self.takesDocuments = takesDocuments
        issuer = publicURL.origin
        allowsLoopback = publicURL.url.host.isLoopback
        documents = DocumentClients(store: store, fetcher: fetcher, group: group, now: now, report: report)
        assertions = AssertionCheck(
            keys: ClientKeys(fetcher: fetcher, lane: lane, group: group, now: now), lane: lane,
            audiences: [publicURL.origin + AuthorizationServerMetadata.Path.token, publicURL.origin], now: now)
    }

    /// The client of this id.
    package func client(_ id: String) async throws(ClientProblem) -> KnownClient {
        try KnownClient(try await look(id))
    }

    /// Whose credentials these are.
    package func authenticate(_ credentials: PresentedCredentials) async throws(ClientProblem) -> AuthenticatedClient {
        do throws(ClientProblem) {
            switch try credentials.proof() {
            case .none(let id):
                let client = try await look(id)
                guard client.isPublic else { throw .unknown }
                return AuthenticatedClient(client: client, method: .none)
            case .secret(let id, let secret, let method):
                let digest = try ClientDigest.of(secret)
                let client = try await look(id)
                // Rulings 5.7: in the field or in the form, whichever was registered.
                guard let kept = client.secretDigest, [UInt8].equalInConstantTime(kept, digest) else { throw .unknown }
                return AuthenticatedClient(client: client, method: method)
            case .assertion(let id, let text):
                return try await prove(id, by: text)
            }
        } catch {
            throw error.answering(credentials.usesField)
        }
    }

    /// Uses up the id of an assertion; nothing for clients that came in another way.
    package func commit(_ client: AuthenticatedClient) async throws(ClientProblem) {
        guard let assertion = client.assertion else { return }
        let isNew = try await stored { () async throws(SQLError) in
            try await store.takeAssertion(assertion.digest, until: assertion.end)
        }
        guard isNew else {
            throw .invalidClient("The assertion was used before; make a new one, with a new jti, for each request.")
        }
    }

    private func prove(_ named: String?, by text: String) async throws(ClientProblem) -> AuthenticatedClient {
        guard let token = try? SignedToken(text) else {
            throw .invalidClient("client_assertion is no signed JWT of a kind that is read here.")
        }
        // Who it claims to be is read before it is believed: the keys to check it with are that client's.
        guard let id = named ?? token.claims.text("iss") else { throw .unknown }
        let client = try await look(id)
        guard client.metadata.authMethods.contains(.assertion) else { throw .unknown }
        return try await assertions.client(client, assertion: token)
    }

    private func look(_ id: String) async throws(ClientProblem) -> OAuthClient {
        if ClientDocumentURL.isMeant(by: id) {
            guard takesDocuments else {
                throw .invalidClient("Clients by metadata document are switched off here; register the client instead.")
            }
            let url: ClientDocumentURL
            do throws(ClientMetadataError) {
                url = try ClientDocumentURL(id, allowsLoopback: allowsLoopback)
            } catch {
                throw .invalidClient(error.description)
            }
            return try await documents.client(at: url)
        }
        guard !id.isEmpty, id.utf8.count <= PresentedProof.clientBytesMax else { throw .unknown }
        let kept = try await stored { () async throws(SQLError) in try await store.client(id) }
        guard let kept, let client = OAuthClient(kept) else { throw .unknown }
        return client
    }

    func stored<Value>(_ body: () async throws(SQLError) -> Value) async throws(ClientProblem) -> Value {
        do throws(SQLError) {
            return try await body()
        } catch {
            throw .unavailable
        }
    }
}

extension OAuthClient {
    /// A client that the store keeps; nothing when what is there cannot be read, which no version of ours has written.
    init?(_ kept: KeptClient) {
        guard let value = try? JSONParser.parse(kept.metadata), let object = value.objectValue,
            let metadata = try? ClientMetadata(object, from: kept.origin == .document ? .document : .registration)
        else { return nil }
        self.init(id: kept.id, origin: kept.origin, metadata: metadata, secretDigest: kept.secretDigest)
    }
}
