import GatewayModel
import HTTPMessages
import HTTPTransport

/// Who comes in. Looked at before anything else of a request: also an empty body, one that is no message and one of the wrong
/// type are asked for their token first, because that is how clients find out that one is wanted (rulings 1.1, 1.6).
struct Entrance: Sendable {
    let state: GatewayState
    let server: ServedServer
    let exchange: HTTPExchange

    enum Verdict: Sendable {
        case admitted(Principal)
        case refused(Refusal)
        /// The token has to be looked at first.
        case unknown
    }

    enum Refusal: Sendable {
        case challenge(Challenge)
        /// Signed in, and in none of the groups that the server is for.
        case notMember
        /// Nobody can say now what the token is worth.
        case unavailable
    }

    /// Decides without waiting.
    func judge() -> Verdict {
        if case .none = server.definition.auth { return .admitted(.anonymous) }
        let found = BearerField(exchange) { token in
            state.admitting.judge(token, for: server.definition.slug, on: exchange.loop, now: exchange.now)
        }
        switch found {
        case .absent: return withoutToken
        case .repeated:
            return .refused(.challenge(.malformed("The field Authorization stands twice. Send one access token.")))
        case .token(let admission): return verdict(admission)
        }
    }

    /// Decides, after a look at a token that is not known.
    func examine() async -> Verdict {
        let first = judge()
        guard case .unknown = first else { return first }
        let copied = BearerField(exchange) { token in token.indices.map { token[$0] } }
        guard case .token(let token) = copied else { return withoutToken }
        let verdict = verdict(await state.admitting.examine(token, for: server.definition, on: exchange.loop))
        if case .unknown = verdict { return .refused(.unavailable) }
        return verdict
    }

    private var withoutToken: Verdict {
        // HEAD is how a client asks whether there is something to sign in to.
        server.definition.auth == .mixed && exchange.head.method != .head
            ? .admitted(.anonymous) : .refused(.challenge(.signIn))
    }

    private func verdict(_ admission: Admission) -> Verdict {
        switch admission {
        case .principal(let principal):
            server.definition.access.admits(groups: principal.groups) ? .admitted(principal) : .refused(.notMember)
        case .refused(.unavailable): .refused(.unavailable)
        case .refused(let problem): .refused(.challenge(.invalid(problem)))
        case .unknown: .unknown
        }
    }
}
