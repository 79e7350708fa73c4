import GatewayModel
import MCPWire
import Synchronization
import Telemetry
import UpstreamClients

/// One upstream as the gateway serves it: its client, what is known of it, and who watches it.
///
/// A class, because all servers that have the upstream share it, over reloads of the configuration too.
final class ServedUpstream: Sendable {
    let definition: UpstreamDefinition
    let client: any UpstreamClient
    let keeper: InventoryKeeper
    /// Watches what is the same for everybody.
    let watcher: UpstreamWatcher
    /// Whether it is called by a connection of each person's own.
    let isPerUser: Bool
    /// By account: who watches what is a person's own.
    private let personalWatchers = Mutex<[String: UpstreamWatcher]>([:])
    /// Calls here that wait for their clients.
    let parkedCalls = OpenCount()

    init(_ definition: UpstreamDefinition, client: any UpstreamClient, keeper: InventoryKeeper) {
        self.definition = definition
        self.client = client
        self.keeper = keeper
        watcher = UpstreamWatcher(client: client, keeper: keeper)
        isPerUser = definition.auth.isPerUser
    }

    /// Whose connection a principal's calls use. The empty name is the gateway's own, so at an upstream with one for each person
    /// who has not signed in gets a name that nobody has: `AccessRules` refuses them before, and this would if it did not.
    func account(of principal: Principal) -> String {
        guard isPerUser else { return "" }
        return principal.isAnonymous ? Self.nobody : principal.user
    }

    private static let nobody = "nobody"

    /// The watcher of one account, by that account's connection; there is one for as long as somebody listens.
    func watcher(of account: String) -> UpstreamWatcher {
        if account.isEmpty { return watcher }
        return personalWatchers.withLock { watchers in
            if let known = watchers[account] { return known }
            watchers = watchers.filter { !$0.value.isIdle }
            let watcher = UpstreamWatcher(client: client, keeper: keeper, account: account)
            watchers[account] = watcher
            return watcher
        }
    }

    var name: String { definition.name.text }

    /// Whether it speaks the stateless era, as far as is known.
    var isStateless: Bool { keeper.known(at: 0).inventory?.description.revision.era == .stateless }
}
