import GatewayModel
import MCPWire
import Telemetry
import UpstreamClients

/// One upstream as the gateway serves it: its client, what is known of it, and who watches it.
///
/// A class, because all servers that have the upstream share it, over reloads of the configuration too.
final class ServedUpstream: Sendable {
    let definition: UpstreamDefinition
    let client: any UpstreamClient
    let keeper: InventoryKeeper
    let watcher: UpstreamWatcher
    /// Whether it is called by a connection of each person's own.
    let isPerUser: Bool

    init(_ definition: UpstreamDefinition, client: any UpstreamClient, keeper: InventoryKeeper) {
        self.definition = definition
        self.client = client
        self.keeper = keeper
        watcher = UpstreamWatcher(client: client, keeper: keeper)
        switch definition.kind {
        case .http(let remote), .sse(let remote): isPerUser = remote.auth.isPerUser
        case .stdio, .builtin: isPerUser = false
        }
    }

    /// Whose connection a principal's calls use. Never the gateway's own at an upstream with one for each person: whoever has not
    /// signed in is refused before (`AccessRules`).
    func account(of principal: Principal) -> String { isPerUser ? principal.user : "" }

    var name: String { definition.name.text }

    /// Whether it speaks the stateless era, as far as is known.
    var isStateless: Bool { keeper.known(at: 0).inventory?.description.revision.era == .stateless }
}
