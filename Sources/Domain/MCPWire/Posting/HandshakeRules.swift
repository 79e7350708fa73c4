import JSONCoding

/// The checks on a message of the handshake era that need neither session nor upstream.
///
/// They are few on purpose: clients of four revisions came before the stricter texts. What is unknown is passed on or
/// answered `-32601` with the call; `initialize` always has a result (rulings 2.2).
package enum HandshakeRules {
    /// Judges a message whose era is known; `header` is the version header, if there is one.
    static func check(_ envelope: MCPEnvelope, body: [UInt8], header: Revision?) -> PostVerdict {
        switch envelope.kind {
        case .invalid(let fault): .refused(.shape(fault))
        case .batch: batch(body, header: header)
        case .request, .notification, .response: message(envelope, body: body, header: header)
        }
    }

    private static func message(_ envelope: MCPEnvelope, body: [UInt8], header: Revision?) -> PostVerdict {
        switch kind(envelope, body: body) {
        case .success(let kind): .handshake(HandshakeMessage(kind: kind, header: header))
        case .failure(let refusal): .refused(refusal)
        }
    }

    static func kind(_ envelope: MCPEnvelope, body: [UInt8]) -> Result<HandshakeMessage.Kind, MCPRefusal> {
        switch envelope.kind {
        case .invalid(let fault): .failure(.shape(fault))
        case .batch: .failure(.batch)
        case .notification: .success(.notification)
        case .response:
            // JSON-RPC 2.0 section 5: exactly one of the two. An error without id answers nothing, but is no mistake.
            envelope.result != nil && envelope.error != nil
                ? .failure(.shape(.neitherRequestNorResponse)) : .success(.response)
        case .request:
            switch envelope.method {
            case .initialize:
                .success(
                    .initialize(
                        answering: HandshakeOffer(offered: envelope.offeredVersion?.string(in: body) ?? "")))
            // The subject is what the call is routed by; what else params need is the upstream's to say.
            case .toolsCall, .promptsGet, .resourcesRead:
                envelope.subject?.kind == .string
                    ? .success(.request)
                    : .failure(
                        MCPRefusal(
                            status: 200, .invalidParams,
                            "The member \(envelope.method.subject?.rawValue ?? "params") is missing or no string."))
            default: .success(.request)  // An open set: what does not exist is answered with the call.
            }
        }
    }

    /// An array of messages, which 2025-03-26 has and which 2025-06-18 removed.
    private static func batch(_ body: [UInt8], header: Revision?) -> PostVerdict {
        guard (header ?? .v2025_03_26).hasBatches else { return .refused(.batch) }
        switch MessageBatch.split(body) {
        case .success(let batch): return .batch(batch)
        case .failure(let refusal): return .refused(refusal)
        }
    }
}

extension MCPRefusal: Error {}
