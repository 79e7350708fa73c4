import GatewayModel
import JSONCoding
import MCPWire
import UpstreamClients

/// Makes and opens the task ids that clients carry. An id says all that is needed to find the task again, so that nothing has to
/// be remembered and every node can serve it; nobody else can read it, and it is good for its principal and server alone.
struct TaskIDs: Sendable {
    let state: GatewayState
    let server: ServedServer

    /// An upstream may prolong a task, and an id cannot be changed: so it is good for a day more than the task was said to live.
    static let graceSeconds: UInt64 = 86_400

    /// The one text for ids that are unknown, foreign or over, so that nobody learns which of them it was.
    static let unknown = MCPFailure(.invalidParams, "The task is unknown or over.")

    /// The id for a task that an upstream has begun; nothing if the upstream's own is too long for one.
    func seal(_ begun: BegunTask) -> String? {
        let claims = TaskClaims(
            upstream: begun.upstream.name, taskID: begun.taskID, form: begun.form, server: server.definition.slug,
            principal: begun.principal, interactive: begun.interactive, expiresAt: expiry(begun.milliseconds))
        return claims.encoded.flatMap { state.sealing.seal($0, for: .task) }
    }

    /// The task that an id means, if it was made for this principal and server and is not over.
    func open(_ id: String, owner: String) -> OpenTask? {
        guard let bytes = state.sealing.open(Array(id.utf8).span, for: .task),
            let claims = try? TaskClaims(decoding: bytes), claims.server == server.definition.slug,
            claims.principal == owner, claims.expiresAt.map({ $0 >= UInt64(state.seconds()) }) ?? true,
            let position = server.upstreams.firstIndex(where: { $0.name == claims.upstream }),
            !owner.isEmpty || !server.upstreams[position].isPerUser
        else { return nil }
        return OpenTask(id: id, claims: claims, upstream: server.upstreams[position], position: position)
    }

    private func expiry(_ milliseconds: JSONValue?) -> UInt64? {
        guard let milliseconds = milliseconds?.integer else { return nil }
        return UInt64(state.seconds()) + UInt64(max(0, milliseconds)) / 1_000 + Self.graceSeconds
    }
}

/// A task as an upstream has just begun it.
struct BegunTask: Sendable {
    let upstream: ServedUpstream
    /// What the upstream calls it.
    let taskID: String
    let form: TaskClaims.Form
    let principal: String
    /// What could be asked of the client in the session in which it was begun.
    let interactive: InteractiveCapabilities
    /// `ttlMs` as the upstream says it.
    let milliseconds: JSONValue?
}

/// A task that a client has named and may use.
struct OpenTask: Sendable {
    /// What the client calls it.
    let id: String
    let claims: TaskClaims
    let upstream: ServedUpstream
    let position: Int
}
