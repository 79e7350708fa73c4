import GatewayModel
import HTTPMessages
import MCPWire

/// What a client is told that needs a token, or another one (RFC 6750 section 3, RFC 9728 section 5.1).
enum Challenge: Sendable, Hashable {
    /// It came without one: no `error`, because nothing is wrong yet.
    case signIn
    /// It is no good.
    case invalid(TokenProblem)
    /// It was not sent as it has to be.
    case malformed(String)
    /// It does not allow what is asked; with everything that the next one should allow, what this one does included (rulings 3.6).
    case insufficient(AccessScopes)

    var status: Int {
        switch self {
        case .signIn, .invalid: 401
        case .malformed: 400
        case .insufficient: 403
        }
    }

    /// The code of RFC 6750; nothing where there is none.
    var error: String? {
        switch self {
        case .signIn: nil
        case .invalid: "invalid_token"
        case .malformed: "invalid_request"
        case .insufficient: "insufficient_scope"
        }
    }

    /// What to do, for the person; ASCII without `"` and `\`, because it stands in a field.
    var sentence: String {
        switch self {
        case .signIn:
            "This server wants to know who calls. Sign in, and send the access token as Authorization: Bearer."
        case .invalid(let problem): problem.sentence
        case .malformed(let sentence): sentence
        case .insufficient(let scopes): "This needs more than you allowed the client. Allow it: \(scopes.text)."
        }
    }
}

/// The addresses of one server as clients spell them, each with the beginning of its challenges: made once, and not with every
/// refusal.
///
/// Rulings 1.1: every spelling has a resource document of its own, and the challenge names the one of the address that was called.
struct ChallengeTexts: Sendable {
    /// By spelling: `Bearer resource_metadata="…"`.
    private let beginnings: [String]
    /// What the first challenge names: every scope, because clients never ask for more later (facts, clients 1.9). Nothing where
    /// the scopes are another issuer's.
    private let scope: String?

    init(_ server: VirtualServerDefinition, _ snapshot: GatewaySnapshot) {
        beginnings = Spelling.allCases.map { spelling in
            let path = spelling.path(server.slug)
            return
                "Bearer resource_metadata=\"\(snapshot.publicURL.origin)/.well-known/oauth-protected-resource\(path)\""
        }
        scope = server.auth == .external ? nil : AccessScopes.all.text
    }

    /// The challenge for a request at the address that it names.
    func text(_ challenge: Challenge, at head: borrowing RequestHead) -> String {
        var text = beginnings[Spelling(head).rawValue]
        switch challenge {
        case .insufficient(let scopes): text += ", scope=\"\(scopes.text)\""
        case .signIn, .invalid, .malformed: if let scope { text += ", scope=\"\(scope)\"" }
        }
        if let error = challenge.error {
            text += ", error=\"\(error)\", error_description=\"\(challenge.sentence)\""
        }
        return text
    }

    /// The same for a tool's result: hosts show no button without both parts of the error (facts, clients 1.11).
    func toolText(_ challenge: Challenge, at head: borrowing RequestHead) -> String {
        let text = text(challenge, at: head)
        guard challenge.error == nil else { return text }
        return text + ", error=\"invalid_token\", error_description=\"\(challenge.sentence)\""
    }

    /// How an address of a server can be written.
    private enum Spelling: Int, CaseIterable {
        case own, ownSlash, ownEvents, ownEventsSlash, short, shortSlash, shortEvents, shortEventsSlash

        init(_ head: borrowing RequestHead) {
            let endsInSlash = head.withPath { $0[$0.count - 1] == UInt8(ascii: "/") }
            if head.pathHasPrefix("/v1/mcp/") {
                self = endsInSlash ? .ownSlash : .own
            } else if head.pathHasPrefix("/v1/sse/") {
                self = endsInSlash ? .ownEventsSlash : .ownEvents
            } else if head.pathHasPrefix("/sse") {
                self = endsInSlash ? .shortEventsSlash : .shortEvents
            } else {
                self = endsInSlash ? .shortSlash : .short
            }
        }

        func path(_ slug: ServerSlug) -> String {
            switch self {
            case .own: "/v1/mcp/\(slug)"
            case .ownSlash: "/v1/mcp/\(slug)/"
            case .ownEvents: "/v1/sse/\(slug)"
            case .ownEventsSlash: "/v1/sse/\(slug)/"
            case .short: "/mcp"
            case .shortSlash: "/mcp/"
            case .shortEvents: "/sse"
            case .shortEventsSlash: "/sse/"
            }
        }
    }
}
