import AuthorizationServer
import ClientGuides
import Connections
import Gateway
import GatewayModel
import OAuthRules
import People
import Portal
import Reactor
import SQLDatabase
import Storage
import WebUI

/// What the pages of people show of servers, connections and grants.
struct DoorAccount: Sendable {
    let connections: ConnectionService
    let clients: ClientRegistry
    let grants: GrantStore
    let tokens: AccessTokens
    let snapshot: HeldSnapshot
    let loop: EventLoop

    var parts: AccountParts {
        AccountParts(
            connections: { (person) async throws(WebProblem) in try await views(of: person) },
            grants: { (person) async throws(WebProblem) in try await grantViews(of: person) },
            revoke: { (grant, person) async throws(WebProblem) in try await revoke(grant, of: person) },
            servers: { person in
                servers(of: person).filter { $0.auth == .oauth || $0.auth == .mixed }
                    .map { ServerChoice(slug: $0.slug, title: $0.title) }
            })
    }

    /// Who has not signed in sees what needs no sign-in.
    var portal: PortalParts {
        PortalParts { person in
            let held = snapshot.current
            let shown = person.map { servers(of: $0) } ?? held.servers.filter { $0.auth == .none }
            return shown.map { CatalogEntry(slug: $0.slug.text, target: ConnectTarget($0, held)) }
        }
    }

    private func servers(of person: SignedInPerson) -> [VirtualServerDefinition] {
        snapshot.current.servers.filter { $0.access.admits(groups: person.groups) }
    }

    private func views(of person: SignedInPerson) async throws(WebProblem) -> [ConnectionView] {
        let held = snapshot.current
        let names = Set(servers(of: person).flatMap(\.upstreams))
        let upstreams = held.upstreams.filter { names.contains($0.name) && $0.kind.wantsConnection }
        do throws(ConnectionError) {
            return try await connections.states(
                of: person.user, role: person.role, upstreams: upstreams, on: loop
            ).map { $0.view(title: $0.upstream.text) }
        } catch {
            throw error.problem
        }
    }

    private func grantViews(of person: SignedInPerson) async throws(WebProblem) -> [GrantView] {
        let found: [StoredGrant]
        do throws(SQLError) {
            found = try await grants.grants(of: person.user)
        } catch {
            throw .unavailable(error.sentence)
        }
        let titles = Dictionary(snapshot.current.servers.map { ($0.slug, $0.title) }) { one, _ in one }
        var views: [GrantView] = []
        for grant in found {
            let name = try? await clients.client(grant.client).client.metadata.displayName
            views.append(
                GrantView(
                    id: grant.id, client: name ?? grant.client, server: titles[grant.server] ?? grant.server.text,
                    scopes: grant.scopes, since: grant.createdAt))
        }
        return views
    }

    private func revoke(_ grant: String, of person: SignedInPerson) async throws(WebProblem) -> Bool {
        do {
            guard try await grants.end(grant, of: person.user) != nil else { return false }
            try await tokens.grantEnded(grant)
            return true
        } catch let error as SQLError {
            throw .unavailable(error.sentence)
        } catch let error as AccessTokenProblem {
            throw .unavailable(error.reason)
        } catch {
            throw .unavailable("\(error)")
        }
    }
}
