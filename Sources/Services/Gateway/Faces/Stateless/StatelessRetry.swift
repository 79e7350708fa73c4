import GatewayModel
import JSONCoding
import MCPWire
import Synchronization

/// How a parked call and the client's retry find each other: by a sealed `requestState` that names the call and says for which
/// request, of whom and until when it is good.
struct StatelessRetry {
    let state: GatewayState
    let runtime: GatewayRuntime
    let server: ServedServer

    enum Found {
        /// A call of its own; a `requestState` that is not ours is the upstream's affair.
        case none
        case parked(RunningCall)
        /// A call that is made again from the start.
        case again(ConnectRetry)
        case refused(MCPFailure)
    }

    /// One text for all that is wrong with a state, so that nobody learns which part it was.
    static let unknownState = MCPFailure(
        .invalidParams, "The requestState is unknown, over or for another request. Call again without it.")

    private static let mark = "pb1."

    func find(_ call: GatewayCall) -> Found {
        guard let text = call.params["requestState"]?.stringValue, text.hasPrefix(Self.mark) else { return .none }
        let sealed = Array(text.utf8.dropFirst(Self.mark.utf8.count))
        guard let bytes = state.sealing.open(sealed.span, for: .requestState),
            let claims = try? RequestStateClaims(decoding: bytes),
            claims.principal == call.client.owner, claims.expiresAt >= UInt64(state.seconds()),
            claims.digest == digest(call)
        else { return .refused(Self.unknownState) }
        let id: UInt64
        switch claims.target {
        case .parked(let number, _): id = number
        case .again(let upstream): return .again(ConnectRetry(upstream: upstream, round: claims.round))
        case .relayed: return .refused(Self.unknownState)
        }
        let found = state.parked.withLock { $0[id] }
        guard let found else { return .refused(Self.interrupted) }
        return .parked(found)
    }

    /// Rulings 4.2: a call whose node is gone is never run again by itself.
    private static let interrupted = MCPFailure(
        .internalError,
        "The call was interrupted while it waited for you, and may have done a part of its work. Check before you repeat it."
    )

    /// Remembers a call under a state for its client; nothing if the state cannot be sealed.
    func park(_ running: RunningCall, _ call: GatewayCall) -> String? {
        // The end of a call takes it out of the table, so one that has ended must not get in.
        state.parked.withLock { parked in
            if !running.events.isFinished { parked[running.number] = running }
        }
        return seal(.parked(id: running.number, node: ""), call, round: 0)
    }

    /// The state for a call that is made again when its person has connected an upstream; nothing if they were asked often
    /// enough, or it cannot be sealed.
    func again(_ call: GatewayCall, connecting upstream: UpstreamName) -> String? {
        let round = (call.connecting?.round ?? 0) + 1
        guard round <= UInt64(InputRequired.roundsMax) else { return nil }
        return seal(.again(upstream: upstream.text), call, round: round)
    }

    private func seal(_ target: RequestStateClaims.Target, _ call: GatewayCall, round: UInt64) -> String? {
        let seconds = UInt64(state.seconds()) + UInt64(runtime.snapshot.limits.parkTime / .seconds(1))
        let claims = RequestStateClaims(
            target: target, principal: call.client.owner, digest: digest(call), expiresAt: seconds, round: round)
        guard let bytes = claims.encoded, let sealed = state.sealing.seal(bytes, for: .requestState) else { return nil }
        return Self.mark + sealed
    }

    /// The same for a call and its retry: method and params, less what a retry adds.
    private func digest(_ call: GatewayCall) -> [UInt8] {
        let identity = CanonicalJSON.callIdentity(method: call.methodName, params: call.params)
        return state.sealing.digest(Array(server.definition.slug.text.utf8) + [0] + identity)
    }
}
