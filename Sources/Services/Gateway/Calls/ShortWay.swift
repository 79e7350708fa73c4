import GatewayModel
import JSONCoding
import MCPWire

/// Which calls may go up as the client's bytes: those in which nothing has to be another word upstream.
enum ShortWay {
    /// The upstream of such a call; nothing when the call has to be taken apart.
    static func upstream(
        _ envelope: borrowing MCPEnvelope, _ body: [UInt8], _ server: ServedServer, _ principal: Principal
    ) -> ServedUpstream? {
        // A state may name a call that is parked here, and answers go to it.
        guard envelope.method == .toolsCall, envelope.requestState == nil, let name = envelope.name,
            name.kind == .string, !name.hasEscape
        else { return nil }
        let offer = server.offer.seen(by: principal)
        guard let tool = offer.tool(body.span.extracting(name.contents)), !tool.isRenamed, tool.parameters == nil,
            !offer.resources.isQualified(tool.upstream)
        else { return nil }
        let upstream = server.upstreams[tool.upstream]
        // Whoever has to sign in first is told so on the long way.
        guard AccessRules.challenge(tool, principal, server) == nil,
            !upstream.isPerUser || !principal.isAnonymous
        else { return nil }
        guard let arguments = envelope.arguments, tool.arguments.accepts(body, at: arguments.range) else { return nil }
        guard let declared = envelope.clientCapabilities, isRelayed(declared, body) else { return nil }
        return upstream
    }

    /// Whether a declaration can go up as it is: no extension or experiment in it that nobody here relays (rulings 2.10).
    private static func isRelayed(_ declared: JSONFinding, _ body: [UInt8]) -> Bool {
        // `{}` declares nothing, and most clients of tools send no more.
        if declared.range.count == 2 { return true }
        guard let value = try? JSONParser.parse(body.span.extracting(declared.range)), let object = value.objectValue
        else { return false }
        let capabilities = ClientCapabilities(neutral: object)
        // An answer may then be a task, whose id must not be the upstream's.
        return !capabilities.takesTasks && capabilities.relayed().object == object
    }
}
