/// The error codes of JSON-RPC and of MCP that Patchbay sends or understands.
package enum MCPErrorCode: Int, Sendable, Hashable, CaseIterable {
    /// The body is no JSON.
    case parseError = -32700
    /// The body is JSON, but no JSON-RPC message that may stand there.
    case invalidRequest = -32600
    /// No such method, or one behind a capability that was not advertised; HTTP 404 in the stateless era.
    case methodNotFound = -32601
    /// Unknown tool, prompt, resource or cursor, or a required member of the envelope is missing.
    case invalidParams = -32602
    /// Something of ours failed.
    case internalError = -32603
    /// The headers do not say what the body says; stateless era, about the hop on which it is sent.
    case headerMismatch = -32020
    /// The client did not declare a capability that the call needs; stateless era.
    case missingRequiredClientCapability = -32021
    /// A version that is not served; stateless era, with `supported` and `requested`.
    case unsupportedProtocolVersion = -32022
    /// Resource not found, up to 2025-11-25: understood from upstreams, never sent in the stateless era.
    case resourceNotFound = -32002
    /// A page has to be opened first, 2025-11-25 only: understood from upstreams, never sent in the stateless era.
    case urlElicitationRequired = -32042

    /// Whether the error speaks of the hop between two peers, so that it is never passed on to a third.
    package var isAboutTheHop: Bool {
        switch self {
        case .headerMismatch, .missingRequiredClientCapability, .unsupportedProtocolVersion: true
        case .parseError, .invalidRequest, .methodNotFound, .invalidParams, .internalError, .resourceNotFound,
            .urlElicitationRequired:
            false
        }
    }
}
