package import HTTPMessages
import JSONCoding

/// What a posted body is, in whichever era it was sent.
package enum PostVerdict: Sendable {
    /// By the rules of the stateless era.
    case stateless(StatelessVerdict)
    /// By the rules of the handshake era.
    case handshake(HandshakeMessage)
    /// Several messages of the handshake era, each with what it is.
    case batch(MessageBatch)
    /// Of no era; the body of the answer is `MCPRefusal.body`.
    case refused(MCPRefusal)
}

/// The one entrance for posted messages: finds the era, then judges by its rules (rulings 2.1).
///
/// The body decides: an envelope is stateless, whatever the head says. Only without one does the header decide: a version from
/// 2026-07-28 on is stateless (and the envelope is missing), one of the handshake era or none is handshake, all else is
/// refused. So a message cannot be moved from one era into the other by a proxy that loses or adds a header.
package enum PostRules {
    /// Judges a message by its scanned body and the fields of its head.
    package static func check(_ envelope: MCPEnvelope, body: [UInt8], fields: HTTPFields) -> PostVerdict {
        if envelope.isStateless { return .stateless(StatelessRules.check(envelope, body: body, fields: fields)) }
        if case .invalid(let fault) = envelope.kind { return .refused(.shape(fault)) }
        let header: Revision?
        switch RoutingFields.version(fields) {
        case .absent: header = nil
        case .known(let revision):
            guard revision.era == .handshake else { return bareStateless(envelope, body: body, fields: fields) }
            header = revision
        case .later: return bareStateless(envelope, body: body, fields: fields)
        case .repeated: return .refused(.mismatch("The header mcp-protocol-version stands twice; send it once."))
        case .unknown: return .refused(.unknownHeader(fields.first(.mcpProtocolVersion) ?? ""))
        }
        return HandshakeRules.check(envelope, body: body, header: header)
    }

    /// Without an envelope, but with a header of the stateless era: never served as something older.
    private static func bareStateless(_ envelope: MCPEnvelope, body: [UInt8], fields: HTTPFields) -> PostVerdict {
        .stateless(StatelessRules.check(envelope, body: body, fields: fields))
    }
}
