import JSONCoding
import MCPWire
import Synchronization
import UpstreamClients

/// What one client wants to hear of, spread over the upstreams of its server.
///
/// A class, because it listens until it is ended, on whichever loop that happens.
final class ServerSubscription: Sendable {
    /// What a client wants to hear of, in its own words.
    struct Interest: Sendable, Hashable {
        var tools = false
        var prompts = false
        var resources = false
        /// As the client spells them.
        var uris: Set<String> = []
        var tasks = WatchedTasks()
    }

    /// Something that changed, in the words of the client.
    enum Change: Sendable {
        case tools, prompts, resources
        case resourceUpdated(JSONObject)
        /// In neutral form.
        case task(JSONObject)
    }

    private let server: ServedServer
    private let loop: CallLoop
    /// The person who listens; empty where nobody has signed in.
    private let user: String
    private let deliver: @Sendable (Change) -> Void
    private let state = Mutex(State())
    /// Apart from the rest, because listeners read it.
    private let tasks = Mutex(WatchedTasks())

    /// Where it listens: what is a person's own at an upstream is watched by their own connection, the lists by the gateway's.
    private struct Place: Hashable {
        let position: Int
        let account: String
    }

    private struct State {
        /// The numbers of our listeners.
        var listeners: [Place: Int] = [:]
        /// Who changes an interest late must not begin to listen again.
        var hasEnded = false
    }

    init(
        _ interest: Interest, server: ServedServer, offer: ServerOffer, user: String, loop: CallLoop,
        deliver: @escaping @Sendable (Change) -> Void
    ) {
        self.server = server
        self.loop = loop
        self.user = user
        self.deliver = deliver
        change(to: interest, offer: offer)
    }

    /// Takes another interest in place of the one before.
    func change(to interest: Interest, offer: ServerOffer) {
        tasks.withLock { $0 = interest.tasks }
        let wanted = places(interest, offer)
        // Under the lock as a whole: two changes at once must not both begin to listen. Nobody calls back from in there.
        state.withLock { state in
            guard !state.hasEnded else { return }
            for (place, wanted) in wanted {
                let number = state.listeners[place]
                let watcher = watcher(place)
                if wanted == WatchInterest() {
                    if let number { watcher.end(number, on: loop) }
                    state.listeners[place] = nil
                } else if let number {
                    watcher.change(number, to: wanted, on: loop)
                } else {
                    state.listeners[place] = watcher.listen(wanted, on: loop) { [weak self, deliver] change in
                        guard let tasks = self?.tasks.withLock({ $0 }) else { return }
                        if let change = Self.translated(change, place.position, offer, tasks) { deliver(change) }
                    }
                }
            }
        }
    }

    /// Waits until every upstream watches what is wanted of it, or a while has passed: who asked is told that it is heard only
    /// when it is.
    func ready() async {
        let watchers = state.withLock { $0.listeners.keys.map { watcher($0) } }
        await withTaskGroup(of: Void.self) { group in
            for watcher in watchers {
                group.addTask { [loop] in await watcher.ready(within: Self.readyNanoseconds, on: loop) }
            }
        }
    }

    private static let readyNanoseconds: UInt64 = 3_000_000_000

    /// Nobody listens any more.
    func end() {
        let numbers = state.withLock { state in
            state.hasEnded = true
            defer { state.listeners = [:] }
            return state.listeners
        }
        for (place, number) in numbers { watcher(place).end(number, on: loop) }
    }

    private func watcher(_ place: Place) -> UpstreamWatcher {
        server.upstreams[place.position].watcher(of: place.account)
    }

    /// Who has not signed in has nothing of their own at an upstream with a connection for each person.
    private func places(_ interest: Interest, _ offer: ServerOffer) -> [(Place, WatchInterest)] {
        server.upstreams.enumerated().flatMap { position, upstream -> [(Place, WatchInterest)] in
            let whole = Self.interest(interest, at: position, offer)
            guard upstream.isPerUser else { return [(Place(position: position, account: ""), whole)] }
            var (lists, own) = (whole, WatchInterest())
            (own.resourceURIs, own.taskIDs) = (whole.resourceURIs, whole.taskIDs)
            (lists.resourceURIs, lists.taskIDs) = ([], [])
            let all = (Place(position: position, account: ""), lists)
            return user.isEmpty ? [all] : [all, (Place(position: position, account: user), own)]
        }
    }

    private static func interest(_ interest: Interest, at position: Int, _ offer: ServerOffer) -> WatchInterest {
        var wanted = WatchInterest()
        wanted.tools = interest.tools
        wanted.prompts = interest.prompts
        wanted.resources = interest.resources
        for uri in interest.uris {
            if let route = offer.resources.route(uri), route.upstream == position {
                wanted.resourceURIs.insert(route.original)
            }
        }
        wanted.taskIDs = interest.tasks.originals(at: position)
        return wanted
    }

    private static func translated(
        _ change: UpstreamChange, _ position: Int, _ offer: ServerOffer, _ tasks: WatchedTasks
    ) -> Change? {
        switch change {
        case .tools: return .tools
        case .prompts: return .prompts
        case .resources: return .resources
        case .resourceUpdated(var params):
            if let uri = params["uri"]?.stringValue {
                params["uri"] = .string(offer.resources.shown(uri, of: position))
            }
            return .resourceUpdated(params)
        case .task(let params):
            let shown = tasks.shown(params, at: position) {
                offer.resources.rewritten(result: $0, of: .toolsCall, at: position)
            }
            return shown.map { .task($0) }
        case .message, .elicitationComplete, .watching: return nil
        }
    }
}
