import GatewayModel
import HTTPTransport
import Synchronization
import Telemetry
import UpstreamClients

/// One virtual server as calls need it: its upstreams in the operator's order, and what it offers.
///
/// A class, because calls hold it while they wait, and because it keeps the offer that was made last.
final class ServedServer: Sendable {
    let definition: VirtualServerDefinition
    let upstreams: [ServedUpstream]
    let metrics: ServerMetrics
    let challenges: ChallengeTexts
    private let state: GatewayState
    private let current = Mutex<Made?>(nil)
    /// Where unlisted resources are; nothing is remembered of a server with one upstream.
    let links: ReturnedLinks?

    /// An offer, and of what it was made.
    private struct Made {
        let offer: ServerOffer
        /// When it was last known to be up to date.
        let generation: Int
        let versions: [Int]
    }

    init(
        definition: VirtualServerDefinition, upstreams: [ServedUpstream], metrics: ServerMetrics,
        challenges: ChallengeTexts, state: GatewayState
    ) {
        self.definition = definition
        self.upstreams = upstreams
        self.metrics = metrics
        self.challenges = challenges
        self.state = state
        links = upstreams.count > 1 ? ReturnedLinks() : nil
    }

    /// Remembers what a response that is passed on as bytes links to.
    func noteLinks(_ response: [UInt8], of upstream: ServedUpstream) {
        guard let links, let position = upstreams.firstIndex(where: { $0 === upstream }) else { return }
        links.note(response: response, of: position)
    }

    /// The offer by what is known now; waits for nobody.
    var offer: ServerOffer {
        let generation = state.generation.load(ordering: .acquiring)
        return current.withLock { current in
            if let current, current.generation == generation { return current.offer }
            let known = upstreams.map { $0.keeper.known(at: 0) }
            let versions = known.map(\.version)
            // Most changes are those of other servers' upstreams.
            let offer = current.flatMap { $0.versions == versions ? $0.offer : nil } ?? makeOffer(known, generation)
            current = Made(offer: offer, generation: generation, versions: versions)
            return offer
        }
    }

    /// The offer after every stale inventory was read again, all side by side, each within the deadline of lists.
    func freshOffer(on loop: CallLoop) async -> Freshness {
        let readings: [InventoryKeeper.Reading]
        if upstreams.count == 1 {
            readings = [await upstreams[0].keeper.read(on: loop)]
        } else {
            let now = loop.clock
            var known = upstreams.map { $0.keeper.known(at: now) }
            let stale = known.indices.filter { !known[$0].isFresh }
            await withTaskGroup(of: (Int, InventoryKeeper.Reading).self) { group in
                for position in stale {
                    group.addTask { [upstreams] in (position, await upstreams[position].keeper.read(on: loop)) }
                }
                for await (position, reading) in group { known[position] = reading }
            }
            readings = known
        }
        let isFresh = readings.allSatisfy { $0.failure == nil && $0.isFresh }
        let unknown = readings.firstIndex { $0.inventory == nil }
        var unread: [ListKind: Missing] = [:]
        for (upstream, reading) in zip(upstreams, readings) {
            for (kind, failure) in reading.inventory?.unread ?? [:] {
                unread[kind] = Missing(upstream: upstream.name, failure: failure)
            }
        }
        return Freshness(
            offer: offer, isFresh: isFresh,
            missing: unknown.map { Missing(upstream: upstreams[$0].name, failure: readings[$0].failure) },
            unread: unread)
    }

    /// The offer by what is known, for what is asked once and holds: waits only while there is an upstream of which nothing is.
    func knownOffer(on loop: CallLoop) async -> ServerOffer {
        let offer = offer
        return offer.unknown.isEmpty ? offer : await freshOffer(on: loop).offer
    }

    /// An offer, and how sure we are of it.
    struct Freshness: Sendable {
        let offer: ServerOffer
        let isFresh: Bool
        /// An upstream of which nothing is known.
        let missing: Missing?
        /// Upstreams of which a list is not known, or not as it is now.
        let unread: [ListKind: Missing]

        /// An upstream that may have what is asked for, if some part of an offer is not known.
        func missing(_ kind: ListKind?) -> Missing? { missing ?? kind.flatMap { unread[$0] } }
    }

    /// An upstream that could not be read, and why.
    struct Missing: Sendable {
        let upstream: String
        let failure: UpstreamError?

        var advice: String { (failure ?? .transport(.timedOut(sent: false))).advice(upstream: upstream) }
    }

    private func makeOffer(_ known: [InventoryKeeper.Reading], _ generation: Int) -> ServerOffer {
        let parts = zip(upstreams, known).map { OfferPart(upstream: $0.definition.name, inventory: $1.inventory) }
        let offer = ServerOffer(server: definition, parts: parts, generation: generation)
        for collision in offer.collisions.prefix(20) {
            state.log.warning(
                "two upstreams have one name; the first one keeps it",
                [
                    "server": .string(definition.slug.text), "kind": .string(collision.kind.rawValue),
                    "name": .string(collision.name), "kept": .string(collision.holder),
                    "withheld": .string(collision.newcomer),
                ])
        }
        for remark in offer.remarks.prefix(20) {
            state.log.warning(
                "a tool's definition is not valid",
                [
                    "server": .string(definition.slug.text), "upstream": .string(remark.upstream),
                    "tool": .string(remark.tool), "reason": .string(remark.sentence),
                ])
        }
        return offer
    }
}
