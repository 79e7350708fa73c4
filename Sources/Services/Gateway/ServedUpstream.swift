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
    /// Calls here that wait for their clients.
    let parkedCalls = OpenCount()

    init(_ definition: UpstreamDefinition, client: any UpstreamClient, keeper: InventoryKeeper) {
        self.definition = definition
        self.client = client
        self.keeper = keeper
        watcher = UpstreamWatcher(client: client, keeper: keeper)
    }

    var name: String { definition.name.text }

    /// Whether it speaks the stateless era, as far as is known.
    var isStateless: Bool { keeper.known(at: 0).inventory?.description.revision.era == .stateless }
}
