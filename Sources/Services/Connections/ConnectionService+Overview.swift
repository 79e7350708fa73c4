import GatewayModel
package import Reactor
import SQLDatabase

/// One connection as an operator sees it: who stands how with what, and nothing that could be used.
package struct ConnectionOverview: Sendable, Hashable {
    /// The upstream's name; it may not be configured any more.
    package let upstream: String
    /// The person's id; empty for the one that serves everybody.
    package let owner: String
    /// Whether it works.
    package let isUsable: Bool
    /// What the account is called there.
    package let account: String?
    /// Why it does not work.
    package let problem: String?
    /// In seconds since 1970.
    package let since: Int64
}

extension ConnectionService {
    /// Every connection there is, by upstream and then by person: who is stuck where.
    package func overview(on loop: EventLoop) async throws(ConnectionError) -> [ConnectionOverview] {
        let records = try await stored { () async throws(SQLError) in try await store.allConnections() }
        return records.map { record in
            let vault = (try? UpstreamName(record.upstream)).flatMap { try? connectable($0).vault }
            let isRefused = vault?.isRefused(record.owner) ?? false
            return ConnectionOverview(
                upstream: record.upstream, owner: record.owner, isUsable: record.state == .connected && !isRefused,
                account: record.account, problem: record.problem ?? (isRefused ? "it refuses a fresh token" : nil),
                since: record.connectedAt)
        }.sorted { ($0.upstream, $0.owner) < ($1.upstream, $1.owner) }
    }
}
