import GatewayModel
import JSONCoding
import Synchronization
package import Telemetry
import UpstreamClients

/// What outlives a configuration: sessions, running calls, and what is known of upstreams.
///
/// A class, because every runtime and every call shares it.
package final class GatewayState: Sendable {
    let log: Log
    let failures: FailureLog
    let sealing: any StateSealing
    let admitting: any Admitting
    let connectLinks: any ConnectLinks
    let sessions: SessionTable
    let twoEndpoints = TwoEndpointTable()
    let streams = OpenCount()
    let principals = PrincipalUses()
    /// Messages that are being answered.
    let calls = OpenCount()
    /// Calls at upstreams, those included whose client is away.
    let runningCalls = OpenCount()
    let finishedCalls = FinishedCalls()
    let undelivered = UndeliveredWrites()
    let parkedCalls = OpenCount()
    /// Changes with every inventory, so that offers know when to be made anew.
    let generation = Atomic<Int>(1)
    /// Calls of stateless clients that wait for their retry.
    let parked = Mutex<[UInt64: RunningCall]>([:])
    let waitingTasks = WaitingTasks()
    private let inventories: any InventoryKeeping
    private let nextCall: Atomic<UInt64>
    private let upstreams = Mutex<[UpstreamKey: ServedUpstream]>([:])

    /// What decides whether what is known of an upstream still holds.
    private struct UpstreamKey: Hashable {
        let definition: UpstreamDefinition
        let limits: GatewayLimits
    }
    /// Who we say that we are.
    let serverInfo: JSONObject
    /// The seconds since 1970, for what is sealed with a time.
    let seconds: @Sendable () -> Int

    /// A state with these ports.
    package init(
        log: Log, sealing: any StateSealing, inventories: any InventoryKeeping = NoInventoryKeeping(),
        sessions: any SessionKeeping = NoSessionKeeping(), admitting: any Admitting = NobodyAdmitted(),
        connectLinks: any ConnectLinks = NoConnectLinks(), version: String, seconds: @escaping @Sendable () -> Int
    ) {
        self.log = log
        self.sealing = sealing
        self.admitting = admitting
        self.connectLinks = connectLinks
        self.inventories = inventories
        self.seconds = seconds
        serverInfo = ["name": "patchbay", "title": "Patchbay", "version": .string(version)]
        failures = FailureLog(log: log)
        self.sessions = SessionTable(keeping: sessions)
        // Numbers of an earlier run must not mean calls of this one: a client may come back with one.
        let start = sealing.random(6).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        nextCall = Atomic(start << 15)
    }

    /// What sealed ids and leases call a principal. A client's id may be an address of any length, and what is sealed has limits.
    func owner(_ principal: Principal) -> String {
        if principal.key.utf8.count <= Self.ownerBytesMax { return principal.key }
        return "#" + Self.hexadecimal(sealing.digest(Array(principal.key.utf8)))
    }

    private static let ownerBytesMax = 200

    func callNumber() -> UInt64 {
        nextCall.wrappingAdd(1, ordering: .relaxed).newValue
    }

    /// The upstream of this definition; the same one for as long as the configuration has it.
    func upstream(
        _ definition: UpstreamDefinition, limits: GatewayLimits, client: (UpstreamDefinition) -> any UpstreamClient
    ) -> ServedUpstream {
        let key = UpstreamKey(definition: definition, limits: limits)
        return upstreams.withLock { known in
            if let upstream = known[key] { return upstream }
            let name = definition.name.text
            let digest = digest(of: definition.kind)
            let client = client(definition)
            let keeper = InventoryKeeper(
                upstream: name, client: client, limits: InventoryLimits(limits),
                stored: inventories.inventory(of: name, configuration: digest),
                changed: { [self] in _ = generation.wrappingAdd(1, ordering: .releasing) },
                keep: { [inventories] in inventories.keep($0, of: name, configuration: digest) }, log: log)
            let upstream = ServedUpstream(definition, client: client, keeper: keeper)
            known[key] = upstream
            return upstream
        }
    }

    /// Forgets upstreams that the configuration no longer has.
    func keepOnly(_ definitions: [UpstreamDefinition], limits: GatewayLimits) {
        let wanted = Set(definitions.map { UpstreamKey(definition: $0, limits: limits) })
        upstreams.withLock { known in known = known.filter { wanted.contains($0.key) } }
    }

    /// What a stored inventory is true of: another address or command is another upstream. A digest, because an address may have
    /// a secret in its query, which does not belong into a store.
    private func digest(of kind: UpstreamKind) -> String {
        Self.hexadecimal(sealing.digest(Array("\(kind)".utf8)))
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
