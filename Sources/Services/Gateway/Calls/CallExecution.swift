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
        /// The head does not say what the arguments say.
        case mismatched(MCPRefusal)
    }

    /// `began` is called before the first event can be there.
    func start(_ call: GatewayCall, began: (RunningCall, RoutedCall) -> Void = { _, _ in }) async -> Start {
        switch await route(call) {
        case .unknown(let failure), .refused(let failure): return .refused(failure)
        case .upstream(let routed):
            if let fields, let refusal = routed.tool?.parameters?.mismatch(
                fields, arguments: routed.params["arguments"]?.objectValue)
            {
                return .mismatched(refusal)
            }
            if let tool = routed.tool, let arguments = routed.params["arguments"],
                let sentence = tool.arguments.refusal(arguments, of: tool.name)
            {
                return .toolRefused(sentence)
            }
            return .running(run(call, routed, began), routed)
        }
    }

    /// A name that nobody has may be one that an upstream got since its lists were read.
    private func route(_ call: GatewayCall) async -> CallRoute {
        let first = CallRouter.route(call, server, server.offer)
        guard case .unknown(let failure) = first else { return first }
        let fresh = await server.freshOffer(on: loop)
        let second = CallRouter.route(call, server, fresh.offer)
        if case .unknown = second, let missing = fresh.missing {
            let error = missing.failure ?? .transport(.timedOut(sent: false))
            return .refused(MCPFailure(.internalError, error.advice(upstream: missing.upstream), data: failure.data))
        }
        return second
    }

    /// Starts a call at its upstream.
    private func run(_ call: GatewayCall, _ routed: RoutedCall, _ began: (RunningCall, RoutedCall) -> Void) -> RunningCall {
        let limits = runtime.snapshot.limits
        let client = call.client
        let running = RunningCall(
            number: state.callNumber(), upstream: routed.upstream.name, loop: loop,
            asking: AskingRule(
                mayAsk: client.canBeAsked, nanoseconds: UInt64(limits.parkTime / .nanoseconds(1)), parked: state.parkedCalls,
                parkedMax: limits.parkedCalls),
            keptBytesMax: limits.eventBytesKept)
        let capabilities = client.relayedCapabilities
        let request = UpstreamRequest(
            method: call.method, methodName: call.methodName, params: routed.params,
            lease: LeaseKey(principal: client.principal, interactive: capabilities.interactive),
            capabilities: capabilities.object, clientInfo: client.clientInfo, logLevel: client.logLevel,
            wantsProgress: call.params["_meta"]?["progressToken"] != nil,
            relaysInputRequired: client.relaysInputRequired,
            prefersHandshake: client.revision.era == .handshake, parameters: routed.tool?.parameters, deadline: client.deadline)
        let upstream = routed.upstream
        began(running, routed)
        let resources = server.offer.resources
        running.start({ [loop, state, server] host in
            do throws(UpstreamError) {
                switch try await upstream.client.call(request, host: host, on: loop) {
                case .result(let result):
                    return .ended(.result(resources.rewritten(result: result, of: request.method, at: routed.position)))
                case .failure(let failure): return .ended(.failure(failure))
                }
            } catch {
                if error != .transport(.cancelled) {
                    server.metrics.failures.increment()
                    state.failures.upstreamFailed(
                        upstream.name, server: server.definition.slug.text, error, trace: nil)
                }
                return .failed(error)
            }
        }, ended: { [state, session] running in
            state.parked.withLock { _ = $0.removeValue(forKey: running.number) }
            session?.ended(running)
        })
        return running
    }
}

/// Times of calls that no configuration names.
enum CallTimes {
    /// A comment is sent on a stream that has been silent for so long.
    static let silenceNanoseconds: UInt64 = 15_000_000_000
    /// An answer that is here within this time is plain JSON; then a stream begins.
    static let promptNanoseconds: UInt64 = 300_000_000
}
