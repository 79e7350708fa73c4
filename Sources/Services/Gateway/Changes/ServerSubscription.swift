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
    private let deliver: @Sendable (Change) -> Void
    /// By upstream: the number of our listener.
    private let listeners = Mutex<[Int: Int]>([:])
    private let tasks = Mutex(WatchedTasks())

    init(
        _ interest: Interest, server: ServedServer, offer: ServerOffer, loop: CallLoop,
        deliver: @escaping @Sendable (Change) -> Void
    ) {
        self.server = server
        self.loop = loop
        self.deliver = deliver
        change(to: interest, offer: offer)
    }

    /// Takes another interest in place of the one before.
    func change(to interest: Interest, offer: ServerOffer) {
        tasks.withLock { $0 = interest.tasks }
        for (position, upstream) in server.upstreams.enumerated() {
            let wanted = Self.interest(interest, at: position, offer)
            let number = listeners.withLock { $0[position] }
            if wanted == WatchInterest() {
                if let number { upstream.watcher.end(number, on: loop) }
                listeners.withLock { $0[position] = nil }
            } else if let number {
                upstream.watcher.change(number, to: wanted, on: loop)
            } else {
                let number = upstream.watcher.listen(wanted, on: loop) { [weak self, deliver] change in
                    guard let tasks = self?.tasks.withLock({ $0 }) else { return }
                    if let change = Self.translated(change, position, offer, tasks) { deliver(change) }
                }
                listeners.withLock { $0[position] = number }
            }
        }
    }

    /// Nobody listens any more.
    func end() {
        let numbers = listeners.withLock { listeners in
            defer { listeners = [:] }
            return listeners
        }
        for (position, number) in numbers { server.upstreams[position].watcher.end(number, on: loop) }
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
            if let uri = params["uri"]?.stringValue { params["uri"] = .string(offer.resources.shown(uri, of: position)) }
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
