package import JSONCoding

/// What one scan of a posted body found: which sort of JSON-RPC message it is, and where its parts are.
///
/// It holds places, not bytes, and belongs to the body that was scanned. Members that the gateway reads may stand once, in
/// whatever spelling: a second one would let two readers of one message see two messages (a wider rule than
/// `method`, `id`, `params`, `name` and `uri`, and the easier one to remember). All others may repeat, and pass.
package struct MCPEnvelope: Sendable {
    /// Which sort of message it is, or why it is none.
    package let kind: MCPMessageKind
    /// The method of a request or notification, `other` for the rest.
    package let method: MCPMethod
    private let findings: JSONFindings

    /// Scans a body; no memory is allocated for a valid one without escapes in what is read.
    package static func scan(_ body: [UInt8], limits: JSONLimits = JSONLimits()) -> MCPEnvelope {
        do {
            return MCPEnvelope(try scanner.scan(body, limits: limits), in: body)
        } catch {
            return MCPEnvelope(error)
        }
    }

    private init(_ findings: JSONFindings, in body: [UInt8]) {
        self.findings = findings
        kind = MCPMessageKind(findings, in: body)
        method = findings[Slot.method].map { MCPMethod($0, in: body.span) } ?? .other
    }

    private init(_ error: JSONError) {
        findings = JSONFindings.none
        kind = .invalid(MCPShapeFault(error))
        method = .other
    }

    /// The id of a request; of an invalid message only if it can be echoed, so that `null` and objects do not count.
    package var id: JSONFinding? {
        guard let id = findings[Slot.id], id.kind == .string || id.kind == .number else { return nil }
        return id
    }

    /// `method` as it is written, for methods that are `other`.
    package var methodName: JSONFinding? { findings[Slot.method] }
    /// The whole of `params`.
    package var params: JSONFinding? { findings[Slot.params] }
    /// The whole of `result`, of a response to a request of ours.
    package var result: JSONFinding? { findings[Slot.result] }
    /// The whole of `error`, of a response to a request of ours.
    package var error: JSONFinding? { findings[Slot.error] }
    /// `params.name`, of `tools/call` and `prompts/get`.
    package var name: JSONFinding? { findings[Slot.name] }
    /// `params.uri`, of `resources/read`.
    package var uri: JSONFinding? { findings[Slot.uri] }
    /// `params.taskId`, of the Tasks extension.
    package var taskID: JSONFinding? { findings[Slot.taskID] }
    /// `params.arguments`, of `tools/call` and `prompts/get`.
    package var arguments: JSONFinding? { findings[Slot.arguments] }
    /// `params.cursor`, of lists.
    package var cursor: JSONFinding? { findings[Slot.cursor] }
    /// `params.requestState`, which a client gives back as it got it.
    package var requestState: JSONFinding? { findings[Slot.requestState] }
    /// `params.inputResponses`, with which a client answers what a server asked.
    package var inputResponses: JSONFinding? { findings[Slot.inputResponses] }
    /// `params.protocolVersion`, which `initialize` offers.
    package var offeredVersion: JSONFinding? { findings[Slot.offeredVersion] }
    /// The whole of `params._meta`.
    package var meta: JSONFinding? { findings[Slot.meta] }
    /// The version of the stateless envelope.
    package var protocolVersion: JSONFinding? { findings[Slot.protocolVersion] }
    /// The capabilities of the stateless envelope.
    package var clientCapabilities: JSONFinding? { findings[Slot.clientCapabilities] }
    /// Who the client says that it is; for display only.
    package var clientInfo: JSONFinding? { findings[Slot.clientInfo] }
    /// The level from which on the client wants log messages of this request.
    package var logLevel: JSONFinding? { findings[Slot.logLevel] }
    /// What progress about this request is to be called by.
    package var progressToken: JSONFinding? { findings[Slot.progressToken] }
    /// The trace that this request belongs to.
    package var traceparent: JSONFinding? { findings[Slot.traceparent] }

    /// What the request is about: the value that `Mcp-Name` mirrors.
    package var subject: JSONFinding? {
        switch method.subject {
        case .name: name
        case .uri: uri
        case .taskID: taskID
        case nil: nil
        }
    }

    /// The id as it is written, for an answer that echoes it; nothing if there is none that can be echoed.
    package func rawID(in body: [UInt8]) -> ArraySlice<UInt8>? {
        id.map { body[$0.range] }
    }
}

extension MCPEnvelope {
    enum Slot {
        static let jsonrpc = 0
        static let id = 1
        static let method = 2
        static let params = 3
        static let result = 4
        static let error = 5
        static let name = 6
        static let uri = 7
        static let taskID = 8
        static let arguments = 9
        static let cursor = 10
        static let requestState = 11
        static let inputResponses = 12
        static let offeredVersion = 13
        static let meta = 14
        static let protocolVersion = 15
        static let clientCapabilities = 16
        static let clientInfo = 17
        static let logLevel = 18
        static let progressToken = 19
        static let traceparent = 20
    }

    private static let scanner = JSONScanner(
        query: JSONQuery([
            unique("jsonrpc", Slot.jsonrpc),
            unique("id", Slot.id),
            unique("method", Slot.method),
            unique(
                "params", Slot.params,
                [
                    unique("name", Slot.name),
                    unique("uri", Slot.uri),
                    unique("taskId", Slot.taskID),
                    unique("arguments", Slot.arguments),
                    unique("cursor", Slot.cursor),
                    unique("requestState", Slot.requestState),
                    unique("inputResponses", Slot.inputResponses),
                    unique("protocolVersion", Slot.offeredVersion),
                    unique(
                        "_meta", Slot.meta,
                        [
                            unique("io.modelcontextprotocol/protocolVersion", Slot.protocolVersion),
                            unique("io.modelcontextprotocol/clientCapabilities", Slot.clientCapabilities),
                            unique("io.modelcontextprotocol/clientInfo", Slot.clientInfo),
                            unique("io.modelcontextprotocol/logLevel", Slot.logLevel),
                            unique("progressToken", Slot.progressToken),
                            unique("traceparent", Slot.traceparent),
                        ]),
                ]),
            unique("result", Slot.result),
            unique("error", Slot.error),
        ]))

    private static func unique(_ name: String, _ slot: Int, _ members: [JSONQuery.Member] = []) -> JSONQuery.Member {
        JSONQuery.Member(name, slot: slot, isUnique: true, members: members)
    }
}
