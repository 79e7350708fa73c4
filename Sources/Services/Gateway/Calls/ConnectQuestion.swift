import GatewayModel
import JSONCoding
import MCPWire
import UpstreamClients

/// A call that cannot be made before its person has connected the upstream: asked for as pages are, so that every client is told
/// in its own way (rulings 3.7) and a person who has no such client gets the address in a sentence.
struct ConnectQuestion: Sendable {
    let upstream: UpstreamName
    /// The request to open the page, as 2025-11-25 writes it.
    let failure: MCPFailure

    init(_ need: ConnectNeed, _ upstream: UpstreamName, link: String, number: UInt64) {
        self.upstream = upstream
        let sentence =
            switch need.reason {
            case .missing: "Connect your account at \"\(upstream)\" on this page."
            case .refused, .revoked:
                "Your connection to \"\(upstream)\" does not work any more. Connect it again on this page."
            case .insufficientScope:
                "\"\(upstream)\" wants more rights than you have given it. Give them on this page."
            }
        failure = MCPFailure(
            .urlElicitationRequired, "\(sentence) \(link)",
            data: [
                "elicitations": [
                    [
                        "mode": "url", "elicitationId": .string("connect-\(number)"), "url": .string(link),
                        "message": .string(sentence),
                    ]
                ]
            ])
    }

    /// The same for a stateless client, with what it has to bring along.
    func asked(requestState: String?) -> InputRequired? {
        InputRequired(failure: failure).map { InputRequired(questions: $0.questions, requestState: requestState) }
    }
}

/// A call that comes again after its person was asked to connect an upstream.
struct ConnectRetry: Sendable, Hashable {
    let upstream: String
    /// How often the person was asked.
    let round: UInt64

    /// What the person said to the page; only consent to open it, and not that all is done there (MCP 2026-07-28, elicitation).
    static func isAccepted(_ inputResponses: JSONValue?) -> Bool {
        inputResponses?.objectValue?.members.allSatisfy { $0.value["action"] == "accept" } ?? false
    }

    /// What is left of the call's time when the person should have come back from the page, so that the call itself can be made.
    static let reserveNanoseconds: UInt64 = 10_000_000_000
}
