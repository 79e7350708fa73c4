package import GatewayModel
import OAuthRules
package import Reactor
import SQLDatabase

extension ConnectionService {
    /// How long a page waits for an upstream to say what it will ask for.
    private static let scopesNanoseconds: UInt64 = 3_000_000_000

    /// How a person stands with these upstreams, in their order.
    package func states(
        of user: String, role: UserRole?, upstreams: [UpstreamDefinition], on loop: EventLoop
    ) async throws(ConnectionError) -> [UpstreamConnection] {
        var records: [String: ConnectionRecord] = [:]
        for owner in user.isEmpty ? [""] : ["", user] {
            let found = try await stored { () async throws(SQLError) in try await store.connections(of: owner) }
            for record in found { records[record.upstream + "\n" + owner] = record }
        }
        let known = records
        var rows: [UpstreamConnection] = []
        for upstream in upstreams {
            let owner = upstream.auth.isPerUser ? user : ""
            rows.append(row(upstream, known[upstream.name.text + "\n" + owner], user, role))
        }
        return rows
    }

    /// The same with what each Connect will ask for, which is found out where nobody knows it yet.
    package func statesWithScopes(
        of user: String, role: UserRole?, upstreams: [UpstreamDefinition], on loop: EventLoop
    ) async throws(ConnectionError) -> [UpstreamConnection] {
        let open = try await states(of: user, role: role, upstreams: upstreams, on: loop).filter {
            $0.canConnect && ($0.state == .missing || $0.state == .reconnect)
        }
        await withTaskGroup { group in
            for row in open {
                guard let upstream = try? connectable(row.upstream), upstream.logins.known == nil else { continue }
                group.addTask { [self] in
                    // What cannot be found out is not shown; the button will say why.
                    _ = try? await upstream.logins.login(
                        retries: false, within: Self.scopesNanoseconds, on: loop, find(upstream, on: loop))
                }
            }
        }
        return try await states(of: user, role: role, upstreams: upstreams, on: loop)
    }

    private func row(
        _ definition: UpstreamDefinition, _ record: ConnectionRecord?, _ user: String, _ role: UserRole?
    ) -> UpstreamConnection {
        let connectable = try? connectable(definition.name)
        let auth: UpstreamConnection.Auth
        var state: UpstreamConnection.State
        switch definition.auth {
        case .none: (auth, state) = (.none, .notNeeded)
        case .key: (auth, state) = (.key, .byOperator)
        case .sharedOAuth: (auth, state) = (.shared, record == nil ? .missing : .byOperator)
        case .userOAuth: (auth, state) = (.personal, record == nil ? .missing : .connected)
        }
        let owner = auth == .personal ? user : ""
        if let record, record.state == .reconnect || connectable?.vault.isRefused(owner) ?? false { state = .reconnect }
        let lacking = connectable?.vault.lacking(owner) ?? []
        let scopes = connectable.map { upstream in
            var scopes = upstream.logins.known?.scopes ?? AskedScopes()
            if scopes.configured.isEmpty { scopes.configured = upstream.oauth.scopes }
            scopes.earlier = lacking
            return scopes.all
        }
        return UpstreamConnection(
            upstream: definition.name, auth: auth, state: state, account: record?.account, since: record?.connectedAt,
            problem: record?.problem, isRequired: definition.auth.oauth?.isRequired ?? false, scopes: scopes ?? [],
            lacksRights: (state == .connected || state == .byOperator) && !lacking.isEmpty,
            canConnect: auth == .personal && !user.isEmpty || auth == .shared && role == .operator)
    }
}
