import GatewayModel
import HTTPMessages
import HTTPTransport
import JSONCoding
import MCPWire
import Synchronization
import Telemetry
import UpstreamClients

/// From a call to its running: finds the route, with a second look at upstreams that are out of date, and starts it.
struct CallExecution: Sendable {
    let state: GatewayState
    let runtime: GatewayRuntime
    let server: ServedServer
    let loop: CallLoop
    /// The head of a stateless client's request, which mirrors some arguments.
    var fields: HTTPFields?
    /// The session of a handshake client.
    var session: ClientSession?

    /// What became of a call before anything was sent.
    enum Start: Sendable {
        case running(RunningCall, RoutedCall)
        /// A JSON-RPC error of ours.
        case refused(MCPFailure)
        /// A tool's result of ours that says why nothing was done.
        case toolRefused(String)
        /// Who calls has to sign in first, or to allow more.
        case challenged(Challenge)
        /// The head does not say what the arguments say.
        case mismatched(MCPRefusal)
    }

    /// `began` is called before the first event can be there.
    func start(_ call: GatewayCall, began: (RunningCall, RoutedCall) -> Void = { _, _ in }) async -> Start {
        switch await route(call) {
        case .unknown(let failure), .refused(let failure): return .refused(failure)
        case .upstream(let routed):
            if let stop = stop(routed, call) { return stop }
            if call.params["requestState"] != nil, !routed.upstream.isStateless {
                // Nobody but us makes states for an upstream of the other era, and this one is not ours.
                return .refused(StatelessRetry.unknownState)
            }
            if let fields,
                let refusal = routed.tool?.parameters?.mismatch(
                    fields, arguments: routed.params["arguments"]?.objectValue)
            {
                return .mismatched(refusal)
            }
            if let tool = routed.tool, let arguments = routed.params["arguments"],
                let sentence = tool.arguments.refusal(arguments, of: tool.name)
            {
                return .toolRefused(sentence)
            }
            let key = UndeliveredWrites.key(call, routed, server, state)
            if let key, let first = state.undelivered.call(key, at: loop.clock) { return .running(first, routed) }
            let offer = server.offer
            let work = CallWork(
                routed: routed, call: call, plan: TaskPlan(call, routed.tool, offer.tasks[routed.position]), ids: ids,
                offer: offer, server: server, session: session, runtime: runtime,
                waiting: { request(about: $0, .tasksResult, JSONObject(), call.client) }, loop: loop)
            return run(call, routed, writeKey: key, began) { host async throws(UpstreamError) in
                try await work.outcome(host: host)
            }
        case .task(let task):
            let request = request(about: task, call.method, call.params, call.client)
            let routed = RoutedCall(upstream: task.upstream, position: task.position, params: call.params, tool: nil)
            return run(call, routed, began) { host async throws(UpstreamError) in
                try await request.outcome(host: host)
            }
        }
    }

    /// Why whoever calls may not go there, before anything of the call is looked at.
    private func stop(_ routed: RoutedCall, _ call: GatewayCall) -> Start? {
        let principal = call.client.principal
        let challenge: Challenge?
        if let tool = routed.tool {
            challenge = AccessRules.challenge(tool, principal, server)
        } else if call.method == .resourcesRead {
            let uri = call.params["uri"]?.stringValue ?? ""
            challenge = AccessRules.challenge(
                resource: uri, of: routed.upstream, server.offer, principal, server)
        } else {
            challenge = nil
        }
        if let challenge { return .challenged(challenge) }
        guard principal.isAnonymous, routed.upstream.isPerUser else { return nil }
        let sentence =
            "The upstream \"\(routed.upstream.name)\" is called by a connection of each person's own, and nobody signs in at this server. Ask the operator."
        return call.method == .toolsCall ? .toolRefused(sentence) : .refused(MCPFailure(.internalError, sentence))
    }

    private var ids: TaskIDs { TaskIDs(state: state, server: server) }

    /// A request about a task that was begun before.
    func request(
        about task: OpenTask, _ method: MCPMethod, _ params: JSONObject, _ client: ClientContext
    ) -> TaskRequest {
        TaskRequest(
            task: task, method: method, params: params, client: client, offer: server.offer, server: server,
            state: state, session: session, asking: asking(client, about: task.upstream), loop: loop)
    }

    /// With `cancels`, a call is over for a stateless client that did not come back in time.
    private func asking(
        _ client: ClientContext, about upstream: ServedUpstream, cancels: Bool = false
    ) -> AskingRule {
        let limits = runtime.snapshot.limits
        return AskingRule(
            mayAsk: client.canBeAsked, nanoseconds: UInt64(limits.parkTime / .nanoseconds(1)),
            parked: state.parkedCalls, parkedMax: limits.parkedCalls, parkedThere: upstream.parkedCalls,
            parkedThereMax: limits.parkedCallsPerUpstream,
            own: use(client.principal)?.parkedCalls, ownMax: limits.parkedPerPrincipal,
            cancelsWhenSilent: cancels && client.revision.era == .stateless)
    }

    /// A name that nobody has may be one that an upstream got since its lists were read; and where nothing was read yet, it is
    /// not known which URIs in the answer have to be other ones.
    private func route(_ call: GatewayCall) async -> CallRoute {
        if call.method.isAboutTask {
            let id = call.params["taskId"]?.stringValue ?? ""
            return ids.open(id, owner: call.client.owner).map { .task($0) } ?? .refused(TaskIDs.unknown)
        }
        let offer = server.offer.seen(by: call.client.principal)
        let first = CallRouter.route(call, server, offer)
        switch first {
        case .refused, .task: return first
        case .upstream(let routed) where !offer.unknown.contains(routed.position): return first
        case .upstream, .unknown: break
        }
        let fresh = await server.freshOffer(on: loop)
        let second = CallRouter.route(call, server, fresh.offer.seen(by: call.client.principal))
        if case .unknown(let failure) = second, let missing = fresh.missing(ListKind(naming: call.method)) {
            return .refused(MCPFailure(.internalError, missing.advice, data: failure.data))
        }
        return second
    }

    /// Starts a call at its upstream.
    private func run(
        _ call: GatewayCall, _ routed: RoutedCall, writeKey: [UInt8]? = nil,
        _ began: (RunningCall, RoutedCall) -> Void,
        _ work: @escaping @Sendable (any CallHost) async throws(UpstreamError) -> UpstreamOutcome
    ) -> Start {
        let limits = runtime.snapshot.limits
        // A call may outlive the exchange that brought it, so it is counted by itself.
        let use = use(call.client.principal)
        if let use, !use.runningCalls.enter(limit: limits.callsPerPrincipal) {
            return .refused(
                MCPFailure(
                    .internalError,
                    "You have too many calls in flight here. Wait until some have ended, and try again."))
        }
        guard state.runningCalls.enter(limit: limits.callsInFlight) else {
            use?.runningCalls.leave()
            return .refused(
                MCPFailure(.internalError, "Too many calls are in flight on this server. Try again in a moment."))
        }
        let upstream = routed.upstream
        let running = RunningCall(
            number: state.callNumber(), upstream: upstream.name, loop: loop,
            asking: asking(call.client, about: upstream, cancels: true), keptBytesMax: limits.eventBytesKept,
            writeKey: writeKey)
        began(running, routed)
        let kept = UInt64(limits.eventTimeKept / .nanoseconds(1))
        running.start(
            { [self] host in
                do throws(UpstreamError) {
                    await connection(of: call, to: upstream)
                    return .ended(try await work(host))
                } catch {
                    if case .connectRequired(let need) = error,
                        let question = await question(need, upstream, call.client.principal, host.number)
                    {
                        return .connectRequired(question)
                    }
                    if error != .transport(.cancelled) {
                        server.metrics.failures.increment()
                        state.failures.upstreamFailed(
                            upstream.name, server: server.definition.slug.text, error, trace: nil)
                    }
                    return .failed(error)
                }
            },
            ended: { [state, session] running in
                state.parked.withLock { _ = $0.removeValue(forKey: running.number) }
                session?.ended(running, until: running.loop.clock &+ kept)
                state.runningCalls.leave()
                use?.runningCalls.leave()
            })
        return .running(running, routed)
    }

    private func use(_ principal: Principal) -> PrincipalUse? {
        principal.isAnonymous ? nil : state.principals.use(of: principal)
    }

    // MARK: Connections of people's own

    /// Gives a person who went to connect the upstream the time of the call for it.
    private func connection(of call: GatewayCall, to upstream: ServedUpstream) async {
        guard call.connecting?.upstream == upstream.name, upstream.isPerUser else { return }
        let now = loop.clock
        let end = call.client.deadline &- ConnectRetry.reserveNanoseconds
        guard call.client.deadline > ConnectRetry.reserveNanoseconds, end > now else { return }
        _ = await state.connectLinks.isConnected(
            upstream.definition.name, user: call.client.principal.user, within: end &- now, on: loop)
    }

    /// What the person is asked who has to connect the upstream; nothing if they cannot.
    private func question(
        _ need: ConnectNeed, _ upstream: ServedUpstream, _ principal: Principal, _ number: UInt64
    ) async -> ConnectQuestion? {
        guard need.isPersonal, let link = await state.connectLinks.link(to: upstream.definition.name, for: principal)
        else { return nil }
        return ConnectQuestion(need, upstream.definition.name, link: link, number: number)
    }
}

extension MCPMethod {
    /// Whether its request names a task that was begun before.
    fileprivate var isAboutTask: Bool {
        self == .tasksGet || self == .tasksUpdate || self == .tasksCancel || self == .tasksResult
    }
}

/// Times of calls that no configuration names.
enum CallTimes {
    /// A comment is sent on a stream that has been silent for so long.
    static let silenceNanoseconds: UInt64 = 15_000_000_000
    /// An answer that is here within this time is plain JSON; then a stream begins.
    static let promptNanoseconds: UInt64 = 300_000_000
}
