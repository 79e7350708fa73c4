package import GatewayModel
import OAuthRules
import Reactor
import Synchronization
package import UpstreamClients

/// The connections of people and of the operator to upstreams: makes them, shows how they stand, lets go of them, and gives the
/// call path what it shows upstream.
///
/// A class because pages and calls share it. The upstreams are those of the last configuration; one whose definition stays the
/// same keeps its vault.
package final class ConnectionService: Sendable {
    let store: any ConnectionStoring
    let seals: ConnectionSeals
    let remote: any RemoteFetching
    let documents: ClientDocuments
    let publicURL: PublicURL
    let now: @Sendable () -> Int64
    let note: @Sendable (ConnectionError) -> Void
    let bell = Bell()
    private let upstreams = Mutex<[UpstreamName: ConnectableUpstream]>([:])

    /// `now` is in seconds since 1970; `note` hears what operators should know.
    package init(
        store: any ConnectionStoring, seals: ConnectionSeals, remote: any RemoteFetching, publicURL: PublicURL,
        now: @escaping @Sendable () -> Int64, note: @escaping @Sendable (ConnectionError) -> Void
    ) {
        self.store = store
        self.seals = seals
        self.remote = remote
        self.publicURL = publicURL
        self.now = now
        self.note = note
        documents = ClientDocuments(publicURL: publicURL)
    }

    /// What to show to an upstream; nothing where it wants to see nothing. Asked once for each upstream of a configuration.
    package func credentials(for definition: UpstreamDefinition) -> (any UpstreamCredentials)? {
        if case .key(let key) = definition.auth { return KeyCredentials(key) }
        guard let oauth = definition.auth.oauth, let url = definition.url else { return nil }
        return upstreams.withLock { upstreams in
            if let known = upstreams[definition.name], known.definition == definition { return known.vault }
            let isPerUser = definition.auth.isPerUser
            let renewal = TokenRenewal(
                store: store, seals: seals, registrar: registrar,
                requests: TokenRequests(remote: remote, callable: CallableURLs(beside: url), now: now), note: note)
            let logins = LoginMemory()
            let vault = CredentialVault(
                upstream: definition, url: url, oauth: oauth, isPerUser: isPerUser, renewal: renewal, store: store,
                logins: logins, bell: bell)
            upstreams[definition.name] = ConnectableUpstream(
                definition: definition, url: url, oauth: oauth, isPerUser: isPerUser, vault: vault,
                logins: logins)
            return vault
        }
    }

    /// Forgets the upstreams that a new configuration does not have.
    package func keep(only names: Set<UpstreamName>) {
        upstreams.withLock { upstreams in upstreams = upstreams.filter { names.contains($0.key) } }
    }

    /// The definition of an upstream that accounts are connected to.
    func definition(of name: String) -> UpstreamDefinition? {
        guard let name = try? UpstreamName(name) else { return nil }
        return upstreams.withLock { $0[name]?.definition }
    }

    var registrar: ClientRegistrar {
        ClientRegistrar(store: store, seals: seals, remote: remote, documents: documents, now: now)
    }

    func connectable(_ name: UpstreamName) throws(ConnectionError) -> ConnectableUpstream {
        guard let found = upstreams.withLock({ $0[name] }) else { throw .unknownUpstream(name.text) }
        return found
    }

    func find(_ upstream: ConnectableUpstream, on loop: EventLoop)
        -> @Sendable (UInt64) async throws(ConnectionError) -> UpstreamLogin
    {
        { [remote] deadline async throws(ConnectionError) in
            try await LoginSearch(
                upstream: upstream.definition, url: upstream.url, oauth: upstream.oauth, remote: remote,
                deadline: deadline, loop: loop
            ).find()
        }
    }
}
