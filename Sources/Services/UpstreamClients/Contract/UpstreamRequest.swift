package import JSONCoding
package import MCPWire

/// One request on its way to an upstream, in the form of the newest revision; the way that can do everything.
///
/// A class, because it waits in several async frames until its outcome is there.
package final class UpstreamRequest: Sendable {
    /// The method; `other` with its name for methods of extensions.
    package let method: MCPMethod
    /// The method as it travels.
    package let methodName: String
    /// The client's own `params`, `_meta` included; the upstream client puts in its own ids, tokens and envelope.
    package let params: JSONObject
    /// Whose session it uses at an upstream that has sessions.
    package let lease: LeaseKey
    /// What may be asked of this client, in the form of the stateless envelope, already cut to what we relay.
    package let capabilities: JSONObject
    /// Who the client says that it is.
    package let clientInfo: JSONObject?
    /// From which level on the client wants log messages of this request.
    package let logLevel: String?
    /// Whether the client wants to hear of progress.
    package let wantsProgress: Bool
    /// Whether `input_required` of a stateless upstream goes back to the caller as it is; else it is asked through the host.
    package let relaysInputRequired: Bool
    /// Whether the client is one of the handshake era, whom an upstream of both eras may better ask by a handshake.
    package let prefersHandshake: Bool
    /// Which arguments a stateless upstream wants mirrored in `Mcp-Param-*`.
    package let parameters: ParameterHeaders?
    /// What an upstream of 2025-11-25 gets as `task`: the call is to become one.
    package let task: JSONObject?
    /// Whether the result is wanted as the upstream wrote it, in the form of its own revision.
    package let keepsForm: Bool
    /// When the outcome must be there, on the loop's clock; the clock stands while a person is asked.
    package let deadline: UInt64

    /// A request with these parts.
    package init(
        method: MCPMethod, methodName: String, params: JSONObject, lease: LeaseKey = .shared,
        capabilities: JSONObject = JSONObject(), clientInfo: JSONObject? = nil, logLevel: String? = nil,
        wantsProgress: Bool = false, relaysInputRequired: Bool = false, prefersHandshake: Bool = false,
        parameters: ParameterHeaders? = nil, task: JSONObject? = nil, keepsForm: Bool = false,
        deadline: UInt64
    ) {
        self.method = method
        self.methodName = methodName
        self.params = params
        self.lease = lease
        self.capabilities = capabilities
        self.clientInfo = clientInfo
        self.logLevel = logLevel
        self.wantsProgress = wantsProgress
        self.relaysInputRequired = relaysInputRequired
        self.prefersHandshake = prefersHandshake
        self.parameters = parameters
        self.task = task
        self.keepsForm = keepsForm
        self.deadline = deadline
    }
}

/// Whose sessions a request uses at an upstream of the handshake era (rulings 4.4 and 4.6), and on whose behalf it is sent.
package struct LeaseKey: Sendable, Hashable {
    /// Whose connection is shown to the upstream: a person's id at upstreams with a connection of each person's own, else empty.
    package let account: String
    /// User, OAuth client and virtual server; the same for everybody where nobody signs in.
    package let principal: String
    /// What may be asked of the client.
    package let interactive: InteractiveCapabilities

    /// A lease of these; a client that nothing may be asked of shares its account's sessions with all others.
    package init(principal: String, interactive: InteractiveCapabilities, account: String = "") {
        self.account = account
        self.principal = interactive.isEmpty ? "" : principal
        self.interactive = interactive
    }

    /// The gateway's own: lists, watching, and calls of clients that nothing may be asked of.
    package static var shared: LeaseKey { LeaseKey(principal: "", interactive: []) }

    /// The session that an account's calls share in which nobody may be asked.
    package static func shared(account: String) -> LeaseKey {
        LeaseKey(principal: "", interactive: [], account: account)
    }

    /// Whether the upstream may ask the client of such a session.
    package var isInteractive: Bool { !interactive.isEmpty }
}

/// How a request ended at the upstream, in the form of the newest revision.
package enum UpstreamOutcome: Sendable {
    /// The `result` object, `resultType` included.
    case result(JSONObject)
    /// The upstream's JSON-RPC error; those that judge our hop never come here.
    case failure(UpstreamFailure)
}

/// A JSON-RPC error of an upstream.
package typealias UpstreamFailure = MCPFailure
