import GatewayModel
import HTTPMessages
import HTTPTransport
import Telemetry
import UpstreamClients

/// One request at the address of a virtual server, and who came with it.
struct Visit: Sendable {
    let exchange: HTTPExchange
    let reply: HTTPReply
    let runtime: GatewayRuntime
    let server: ServedServer
    let principal: Principal
    /// What the principal has open; nothing where nobody has signed in.
    let use: PrincipalUse?

    var fields: HTTPFields { exchange.head.fields }
    var limits: GatewayLimits { runtime.snapshot.limits }

    /// Refuses the request with a challenge of its address.
    func refuse(_ challenge: Challenge) {
        server.metrics.refusals.increment()
        reply.challenge(challenge, server.challenges.text(challenge, at: exchange.head))
    }

    /// Whether the client is of ChatGPT's house, which shows a sign-in button for a challenge in a tool's result (rulings 3.6).
    /// The name can be anybody's, so it decides the form of an answer and nothing else.
    var takesToolChallenge: Bool {
        server.definition.auth == .mixed && fields.withFirst(.userAgent) { ClientName.isOpenAI($0) } ?? false
    }
}
