package import HTTPMessages
import JSONCoding

/// What becomes of a posted message by the rules of the stateless era.
package enum StatelessVerdict: Sendable, Hashable {
    /// A request that may be served: envelope and head are as they must be, and the method exists.
    case request
    /// A notification: 202 without a body, and nothing else happens.
    case notification
    /// Not served; the body of the answer is `MCPRefusal.body`.
    case refused(MCPRefusal)
}

/// The checks on a posted message by a server that has only the stateless era; `PostRules` calls them for messages of it.
///
/// They come in the order in which the specification's peers make them (MCP 2026-07-28, transports):
///
/// 1. the shape of JSON-RPC, 2. the era, and that the version in the head is that of the body, 3. the keys of the envelope,
/// 4. that the version is served, 5. that `Mcp-Method` and `Mcp-Name` stand there and say what the body says, 6. that the
/// method exists. The first that fails is the answer. Capabilities, `Mcp-Param-*` and parameters come after, with the call.
package enum StatelessRules {
    /// Judges a message by its scanned body and the fields of its head.
    package static func check(_ envelope: MCPEnvelope, body: [UInt8], fields: HTTPFields) -> StatelessVerdict {
        switch envelope.kind {
        case .invalid(let fault): return .refused(.shape(fault))
        case .batch: return .refused(.batch)
        case .response: return .refused(.postedResponse)
        case .request, .notification: break
        }
        let head = RoutingFields(fields, beside: envelope, in: body)
        if let name = head.repeated { return .refused(.mismatch("The header \(name) stands twice; send it once.")) }
        guard envelope.kind == .request else { return checkNotification(envelope, head) }
        let refusal =
            checkEra(envelope, head, body: body, fields: fields) ?? checkKeys(envelope)
            ?? checkVersion(envelope, body) ?? checkMethodField(envelope, head) ?? checkNameField(envelope, head)
            ?? checkMethod(envelope, body)
        return refusal.map(StatelessVerdict.refused) ?? .request
    }

    /// A notification asks for nothing, so only contradictions are refused; what it says has no meaning between calls.
    private static func checkNotification(_ envelope: MCPEnvelope, _ head: RoutingFields) -> StatelessVerdict {
        if envelope.protocolVersion != nil, head.versionMirror == .different {
            return .refused(.mismatch("The header mcp-protocol-version differs from the version in params._meta."))
        }
        if head.methodMirror == .different {
            return .refused(.mismatch("The header mcp-method differs from the method in the body."))
        }
        return .notification
    }

    /// Whether the message is of the stateless era at all, and whether head and body agree about the version.
    private static func checkEra(
        _ envelope: MCPEnvelope, _ head: RoutingFields, body: [UInt8], fields: HTTPFields
    ) -> MCPRefusal? {
        guard envelope.isStateless else { return checkBare(envelope, body: body, fields: fields) }
        // Compared before it is looked whether the version is known: the mismatch is the nearer mistake.
        switch head.versionMirror {
        case .same: return nil
        case .absent:
            return .mismatch("The header mcp-protocol-version is missing; send the version of params._meta in it.")
        case .different, .repeated, .undecodable:
            // Without a version in the body there is nothing to differ from; the missing key is the mistake then.
            guard envelope.protocolVersion?.kind == .string else { return nil }
            return .mismatch(
                "The header mcp-protocol-version differs from the version in params._meta; make them equal.")
        }
    }

    /// A request without an envelope: by its header of the stateless era, of the handshake era, or of none.
    private static func checkBare(_ envelope: MCPEnvelope, body: [UInt8], fields: HTTPFields) -> MCPRefusal? {
        switch RoutingFields.version(fields) {
        case .later: break
        case .known(let revision) where revision.era == .stateless: break
        case .unknown:
            return .unknownHeader(fields.first(.mcpProtocolVersion) ?? "")
        case .absent, .known, .repeated:
            return .handshakeEra(envelope, body: body, header: fields.first(.mcpProtocolVersion))
        }
        guard envelope.method != .initialize else {
            return .mismatch(
                "\"initialize\" does not exist in the version that the header mcp-protocol-version names. Send "
                    + "\"server/discover\" with the envelope in params._meta.")
        }
        return MissingKeys.refusal(envelope)
    }

    private static func checkKeys(_ envelope: MCPEnvelope) -> MCPRefusal? {
        guard envelope.protocolVersion?.kind == .string, envelope.clientCapabilities?.kind == .object else {
            return MissingKeys.refusal(envelope)
        }
        return nil
    }

    private static func checkVersion(_ envelope: MCPEnvelope, _ body: [UInt8]) -> MCPRefusal? {
        guard let version = envelope.protocolVersion else { return nil }
        if let revision = RevisionCatalog.revision(version, in: body.span), revision.era == .stateless { return nil }
        return .version(version.string(in: body) ?? "")
    }

    private static func checkMethodField(_ envelope: MCPEnvelope, _ head: RoutingFields) -> MCPRefusal? {
        switch head.methodMirror {
        case .same: nil
        case .absent: .mismatch("The header mcp-method is missing; send the method of the body in it.")
        case .different, .repeated, .undecodable:
            .mismatch("The header mcp-method differs from the method in the body; make them equal.")
        }
    }

    private static func checkNameField(_ envelope: MCPEnvelope, _ head: RoutingFields) -> MCPRefusal? {
        guard let subject = envelope.method.subject else { return nil }
        switch head.nameMirror {
        case .same: return nil
        case .absent:
            guard envelope.subject?.kind == .string else {
                return MCPRefusal(.invalidParams, "The member \(subject.rawValue) is missing or no string.")
            }
            return .mismatch("The header mcp-name is missing; send the value of \(subject.rawValue) in it.")
        case .undecodable:
            return .mismatch("The header mcp-name has no valid PaddedBase64 between \"=?base64?\" and \"?=\".")
        case .different, .repeated:
            return .mismatch("The header mcp-name differs from \(subject.rawValue) in the body; make them equal.")
        }
    }

    private static func checkMethod(_ envelope: MCPEnvelope, _ body: [UInt8]) -> MCPRefusal? {
        guard !envelope.method.isStatelessRequest else { return nil }
        return .unknownMethod(envelope.methodName?.string(in: body) ?? "")
    }
}

/// The refusal for an envelope that is not complete.
private enum MissingKeys {
    static func refusal(_ envelope: MCPEnvelope) -> MCPRefusal {
        var wanted: [String] = []
        if envelope.protocolVersion?.kind != .string {
            wanted.append("\"io.modelcontextprotocol/protocolVersion\" (a string)")
        }
        if envelope.clientCapabilities?.kind != .object {
            wanted.append("\"io.modelcontextprotocol/clientCapabilities\" (an object)")
        }
        return MCPRefusal(.invalidParams, "The request lacks \(wanted.joined(separator: " and ")) in params._meta.")
    }
}

extension MCPEnvelope {
    /// Whether the message claims to be of the stateless era: by one of the two keys that no earlier revision has.
    package var isStateless: Bool { protocolVersion != nil || clientCapabilities != nil }
}
