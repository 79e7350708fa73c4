package import JSONCoding

/// What one scan of an upstream's message found: which sort it is, and what must be known before it is passed on.
///
/// It holds places, not bytes, and belongs to the message that was scanned.
package struct MCPReplyEnvelope: Sendable {
    /// Which sort of message it is.
    package let kind: MCPReplyKind
    private let findings: JSONFindings

    /// Scans a message; `limits` are those of answers, which are longer than requests.
    package static func scan(_ message: [UInt8], limits: JSONLimits) -> MCPReplyEnvelope {
        do {
            return MCPReplyEnvelope(try scanner.scan(message, limits: limits), in: message)
        } catch {
            return MCPReplyEnvelope(error)
        }
    }

    private init(_ findings: JSONFindings, in message: [UInt8]) {
        self.findings = findings
        kind = MCPReplyKind(findings, in: message)
    }

    private init(_ error: JSONError) {
        findings = JSONFindings.none
        kind = .garbage(reason: error.reason)
    }

    /// The id of a response or of a request.
    package var id: JSONFinding? { findings[Slot.id] }
    /// The method of a notification or of a request.
    package var methodName: JSONFinding? { findings[Slot.method] }
    /// The whole of `result`.
    package var result: JSONFinding? { findings[Slot.result] }
    /// The whole of `error`.
    package var error: JSONFinding? { findings[Slot.error] }
    /// The text of an error.
    package var errorMessage: JSONFinding? { findings[Slot.errorMessage] }
    /// What an error has besides, such as `supported` or `requiredCapabilities`.
    package var errorData: JSONFinding? { findings[Slot.errorData] }

    /// Whether it names no request: the form that JSON-RPC has for answers to what could not be read. As the body of an HTTP
    /// response it can only be meant for the request of that exchange.
    package var isUnaddressed: Bool { id.map { $0.kind == .null } ?? true }

    /// Whether it carries the id that stands in `range` of the request's bytes: equal as a string or as an amount, not only
    /// in spelling, because an upstream writes the id anew.
    package func answers(_ range: Range<Int>, of request: [UInt8], in message: [UInt8]) -> Bool {
        guard let id else { return false }
        if message[id.range] == request[range] { return true }
        guard let own = try? JSONParser.parse(Array(request[range])),
            let theirs = try? JSONParser.parse(Array(message[id.range]))
        else { return false }
        switch (own, theirs) {
        case (.string, .string): return own == theirs
        case (.number(let own), .number(let theirs)): return own.integer != nil && own.integer == theirs.integer
        default: return false  // A string is no number, whatever it spells.
        }
    }

    /// What sort of result it is; absent, as up to 2025-11-25, means complete.
    package func resultType(in message: [UInt8]) -> MCPResultType {
        guard let type = findings[Slot.resultType] else { return .complete }
        if type.isString("complete", in: message) { return .complete }
        if type.isString("input_required", in: message) { return .inputRequired }
        return .other(type.string(in: message) ?? "")
    }
}

/// The sorts of message that an upstream sends.
package enum MCPReplyKind: Sendable, Hashable {
    /// A response with a result.
    case result
    /// A response with an error, whose code is an integer as it must be.
    case error(code: Int)
    /// A message about the call that wants no answer.
    case notification
    /// A request to the client, which the stateless era does not have.
    case request
    /// Not a JSON-RPC message; the sentence says why.
    case garbage(reason: String)
}

/// The values of `resultType`.
package enum MCPResultType: Sendable, Hashable {
    /// The call is over.
    case complete
    /// The server asks the client for something first.
    case inputRequired
    /// A value of an extension; one that was not negotiated makes the response invalid.
    case other(String)
}

extension MCPReplyEnvelope {
    enum Slot {
        static let jsonrpc = 0
        static let id = 1
        static let method = 2
        static let result = 3
        static let resultType = 4
        static let error = 5
        static let errorCode = 6
        static let errorMessage = 7
        static let errorData = 8
    }

    private static let scanner = JSONScanner(
        query: JSONQuery([
            JSONQuery.Member("jsonrpc", slot: Slot.jsonrpc, isUnique: true),
            JSONQuery.Member("id", slot: Slot.id, isUnique: true),
            JSONQuery.Member("method", slot: Slot.method, isUnique: true),
            JSONQuery.Member(
                "result", slot: Slot.result, isUnique: true,
                members: [JSONQuery.Member("resultType", slot: Slot.resultType, isUnique: true)]),
            JSONQuery.Member(
                "error", slot: Slot.error, isUnique: true,
                members: [
                    JSONQuery.Member("code", slot: Slot.errorCode, isUnique: true),
                    JSONQuery.Member("message", slot: Slot.errorMessage),
                    JSONQuery.Member("data", slot: Slot.errorData),
                ]),
        ]))
}

extension MCPReplyKind {
    init(_ findings: JSONFindings, in message: [UInt8]) {
        typealias Slot = MCPReplyEnvelope.Slot
        guard findings.rootKind == .object else {
            self = .garbage(reason: "The answer is not a JSON object.")
            return
        }
        guard let version = findings[Slot.jsonrpc], version.isString("2.0", in: message) else {
            self = .garbage(reason: "The answer has no \"jsonrpc\": \"2.0\".")
            return
        }
        switch (findings[Slot.method], findings[Slot.result], findings[Slot.error]) {
        case (nil, let result?, nil):
            self = result.kind == .object ? .result : .garbage(reason: "The result is not an object.")
        case (nil, nil, .some):
            let code = findings[Slot.errorCode]?.integer(in: message)
            self = code.map { .error(code: $0) } ?? .garbage(reason: "The error has no integer code.")
        case (let method?, nil, nil) where method.kind == .string:
            self = findings[Slot.id] == nil ? .notification : .request
        default:
            // Both a result and an error, neither, or a method beside them.
            self = .garbage(reason: "The answer is neither a response nor a notification.")
        }
    }
}
