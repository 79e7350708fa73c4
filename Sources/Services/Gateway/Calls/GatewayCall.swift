import GatewayModel
import JSONCoding
import MCPWire
import UpstreamClients

/// A request of a client when nothing of its revision is left in it but how its answer is to be written.
struct GatewayCall: Sendable {
    let method: MCPMethod
    /// The method as it travels.
    let methodName: String
    let params: JSONObject
    let client: ClientContext
    /// Set when it comes again after its person was asked to connect the upstream.
    var connecting: ConnectRetry?
}

/// What a call knows of its client.
struct ClientContext: Sendable {
    /// In whose form the client is answered.
    let revision: Revision
    /// What it declared, in the form of the stateless envelope.
    let capabilities: ClientCapabilities
    let clientInfo: JSONObject?
    /// From which level on it wants log messages of this call.
    let logLevel: String?
    let principal: Principal
    /// What sealed ids and leases call the principal; empty where nobody has signed in.
    let owner: String
    /// Whether it has a way to hear and answer questions during this call.
    let canBeAsked: Bool
    /// Whether a stateless upstream's `input_required` goes to it as it is.
    let relaysInputRequired: Bool
    let deadline: UInt64

    /// What an upstream is told of it: what we relay, and nothing interactive when it cannot be asked.
    var relayedCapabilities: ClientCapabilities {
        capabilities.relayed(asking: canBeAsked ? nil : [])
    }
}

/// A call on its way to one upstream.
struct RoutedCall: Sendable {
    let upstream: ServedUpstream
    /// The upstream's position in its server.
    let position: Int
    /// The client's params in the upstream's own words.
    let params: JSONObject
    /// The tool that is called, if it is one that the server offers.
    let tool: OfferedItem?
}

/// Where a call goes.
enum CallRoute: Sendable {
    case upstream(RoutedCall)
    /// To the upstream that has this task.
    case task(OpenTask)
    /// Nobody here has what it asks for, as far as is known.
    case unknown(MCPFailure)
    /// It goes nowhere, whatever will be known.
    case refused(MCPFailure)
}
