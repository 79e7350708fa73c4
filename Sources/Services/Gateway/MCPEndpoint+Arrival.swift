import GatewayModel
import HTTPMessages
import HTTPTransport
import Telemetry

extension MCPEndpoint {
    /// Lets a request in, or answers it: browsers' origins first, then who it is that calls. A preflight is open to all, because
    /// browsers send no token with it.
    func arrive(_ exchange: HTTPExchange, _ runtime: GatewayRuntime, server index: Int) async -> Visit? {
        var reply = HTTPReply(exchange: exchange, answers: runtime.answerFields)
        guard reply.admitsOrigin(runtime) else { return nil }
        guard exchange.head.method != .options else {
            reply.preflight()
            return nil
        }
        let server = runtime.servers[index]
        let verdict = await Entrance(state: state, server: server, exchange: exchange).examine()
        return visit(verdict, exchange, reply, runtime, server)
    }

    /// The visit of somebody who was let in; nothing for all others, who are answered.
    func visit(
        _ verdict: Entrance.Verdict, _ exchange: HTTPExchange, _ reply: HTTPReply, _ runtime: GatewayRuntime,
        _ server: ServedServer
    ) -> Visit? {
        switch verdict {
        case .admitted(let principal):
            let use = principal.isAnonymous ? nil : state.principals.use(of: principal)
            return Visit(
                exchange: exchange, reply: reply, runtime: runtime, server: server, principal: principal, use: use)
        case .refused(let refusal): refuse(refusal, exchange, reply, runtime, server)
        case .unknown: refuse(.unavailable, exchange, reply, runtime, server)
        }
        return nil
    }

    private func refuse(
        _ refusal: Entrance.Refusal, _ exchange: HTTPExchange, _ reply: HTTPReply, _ runtime: GatewayRuntime,
        _ server: ServedServer
    ) {
        server.metrics.refusals.increment()
        switch refusal {
        case .challenge(let challenge):
            let text = server.challenges.text(challenge, at: exchange.head)
            if exchange.head.method == .get, challenge == .signIn,
                exchange.head.fields.listContains(.accept, "text/html")
            {
                // A person who opened the address: told what it is, as everywhere (rulings 6.11).
                reply.page(
                    ConnectPage.html(runtime.snapshot, server: server.definition, acceptedBy: exchange.head.fields),
                    challenge: text)
            } else {
                reply.challenge(challenge, text)
            }
        case .notMember:
            reply.forbid(
                403, error: "access_denied",
                "You are signed in, but in no group that may use \"\(server.definition.title)\". Ask the operator.")
        case .unavailable:
            reply.forbid(503, error: "temporarily_unavailable", TokenProblem.unavailable.sentence)
        }
    }
}
