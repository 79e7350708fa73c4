package import HTTPTransport

/// What an upstream answers to one call.
package enum UpstreamReply {
    /// The whole JSON-RPC response, checked to be one and to carry the call's id.
    case message([UInt8], UpstreamVerdict)
    /// A response too long to be gathered: passed on as it comes, up to the limit for answers.
    case longMessage(HTTPBodyStream)
    /// Messages about this call, the response last.
    case events(UpstreamEvents)
}

/// What the response says in short.
package enum UpstreamVerdict: Sendable, Equatable {
    /// A result; `false` in `isError` terms is the tool's affair, not ours.
    case result
    /// A JSON-RPC error of this code.
    case error(code: Int)
}

/// Why a call got no answer from its upstream; the text is read by the person in the chat.
///
/// Indirect, because it lies in the frame of every waiting call and is needed by few.
package indirect enum UpstreamError: Error, Sendable, Equatable {
    /// The transport failed.
    case transport(HTTPClientError)
    /// The upstream answered with an HTTP status that carries no answer.
    case status(Int)
    /// The upstream sends us elsewhere; we only go where the operator said.
    case redirect(Int)
    /// The upstream wants a login, and nothing is configured to be shown there.
    case unauthorized(Int)
    /// The upstream does not take the operator's key, or forbids what its connection asks for.
    case credentialRefused(Int)
    /// Somebody has to connect an account first; nothing was executed.
    case connectRequired(ConnectNeed)
    /// What the upstream wants to see has to be renewed, and who renews it cannot be reached; nothing was sent.
    case loginUnreachable(String)
    /// What came back is not an MCP answer to this call.
    case garbage(String)
    /// The answer is longer than the limit.
    case tooLong(limit: Int)
    /// The stream ended before the response.
    case cutOff
    /// The upstream judged our hop: its version, our headers, our capabilities.
    case hopRefused(code: Int)
    /// Its process cannot answer.
    case process(ProcessFailure)
    /// It failed so often in a row that it is left alone for a while; nothing was sent.
    case resting(seconds: Int)
    /// It has no way to tell of changes.
    case unwatchable

    /// The failure as a sentence for the log.
    package var reason: String {
        switch self {
        case .transport(let error): error.reason
        case .status(let status): "it answered with HTTP \(status)"
        case .redirect(let status): "it redirects (HTTP \(status)); configure the final address"
        case .unauthorized(let status): "it asks for a login (HTTP \(status))"
        case .credentialRefused(let status): "it refuses what it was shown (HTTP \(status))"
        case .connectRequired(let need): need.text
        case .loginUnreachable(let reason): "its login cannot be renewed now: \(reason)"
        case .garbage(let detail): "its answer is not MCP: \(detail)"
        case .tooLong(let limit): "its answer is longer than \(limit) bytes"
        case .cutOff: "it ended the stream before its response"
        case .hopRefused(let code): "it refused the request with MCP error \(code)"
        case .process(let failure): failure.reason
        case .resting(let seconds): "it failed again and again and is left alone for \(seconds) s"
        case .unwatchable: "it has no way to tell of changes"
        }
    }

    /// The same for the person in the chat: which upstream, what happened, what to do.
    package func advice(upstream: String) -> String {
        switch self {
        case .transport(.timedOut):
            "The upstream \"\(upstream)\" did not answer in time. Try again; if it keeps happening, ask the operator to look at it."
        case .transport(.cancelled):
            "The call was cancelled."
        case .transport(.poolFull):
            "Too many calls wait for the upstream \"\(upstream)\". Try again in a moment."
        case .transport(.closed(_, sent: true)), .cutOff:
            "The upstream \"\(upstream)\" broke off before its answer was complete. It may have done what was asked: check before you repeat it."
        case .process(let failure):
            failure.advice(upstream: upstream)
        case .resting(let seconds):
            "The upstream \"\(upstream)\" failed several times in a row. Try again in \(seconds) seconds."
        case .transport, .status(500...599):
            "The upstream \"\(upstream)\" cannot be reached now (\(reason)). Try again later, or ask the operator to look at it."
        case .unauthorized:
            "The upstream \"\(upstream)\" asks for a login, and none is configured for it. Ask the operator."
        case .credentialRefused:
            "The upstream \"\(upstream)\" refuses this with the access that Patchbay has there. Ask the operator."
        case .connectRequired(let need):
            need.advice(upstream: upstream)
        case .loginUnreachable:
            "The login of the upstream \"\(upstream)\" cannot be renewed now. Try again in a moment."
        case .status, .redirect, .garbage, .hopRefused, .unwatchable:
            "The upstream \"\(upstream)\" did not answer as an MCP server (\(reason)). Ask the operator to check its address."
        case .tooLong(let limit):
            "The answer of the upstream \"\(upstream)\" is longer than the limit of \(limit) bytes. Ask for less at once."
        }
    }
}
