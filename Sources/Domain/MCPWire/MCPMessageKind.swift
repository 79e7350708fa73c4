package import JSONCoding

/// The sorts of message that a body can be.
package enum MCPMessageKind: Sendable, Hashable {
    /// Wants exactly one response.
    case request
    /// Wants none.
    case notification
    /// Answers a request; has a result or an error.
    case response
    /// Several messages in an array; what they are was not looked at.
    case batch
    /// None of these.
    case invalid(MCPShapeFault)
}

/// Why a body is no JSON-RPC message.
package enum MCPShapeFault: Sendable, Hashable {
    case notJSON(JSONError)
    case duplicateMember(name: String)
    case notAnObject
    case wrongVersion
    case wrongMethod
    case wrongID
    case wrongParams
    case neitherRequestNorResponse

    init(_ error: JSONError) {
        if case .duplicateMember(let name) = error.fault {
            self = .duplicateMember(name: name)
        } else {
            self = .notJSON(error)
        }
    }

    /// The code that a client gets for it.
    package var code: MCPErrorCode {
        switch self {
        case .notJSON: .parseError
        case .duplicateMember, .notAnObject, .wrongVersion, .wrongMethod, .wrongID, .wrongParams,
            .neitherRequestNorResponse:
            .invalidRequest
        }
    }

    /// A sentence for whoever wrote the client.
    package var reason: String {
        switch self {
        case .notJSON(let error): "The body cannot be read. \(error.reason)"
        case .duplicateMember(let name):
            "The member \"\(name)\" stands twice, so that two readers could see two messages; send it once."
        case .notAnObject: "The body is not a JSON object; send one JSON-RPC message."
        case .wrongVersion: "The member \"jsonrpc\" must be \"2.0\"."
        case .wrongMethod: "The member \"method\" must be a string."
        case .wrongID: "The member \"id\" must be a string or an integer; leave it out for a notification."
        case .wrongParams: "The member \"params\" must be an object."
        case .neitherRequestNorResponse: "The message has no \"method\"; send a JSON-RPC request or notification."
        }
    }
}

extension MCPMessageKind {
    /// JSON-RPC 2.0 sections 4 and 5, with what MCP narrows: ids are strings or integers, `params` is an object.
    init(_ findings: JSONFindings, in body: [UInt8]) {
        typealias Slot = MCPEnvelope.Slot
        switch findings.rootKind {
        case .object: break
        case .array:
            self = .batch
            return
        case .null, .bool, .number, .string:
            self = .invalid(.notAnObject)
            return
        }
        guard let version = findings[Slot.jsonrpc], version.isString("2.0", in: body) else {
            self = .invalid(.wrongVersion)
            return
        }
        let answers = findings[Slot.result] != nil || findings[Slot.error] != nil
        guard let method = findings[Slot.method] else {
            self = answers ? .response : .invalid(.neitherRequestNorResponse)
            return
        }
        guard method.kind == .string, !answers else {
            self = .invalid(answers ? .neitherRequestNorResponse : .wrongMethod)
            return
        }
        if let params = findings[Slot.params], params.kind != .object, params.kind != .null {
            self = .invalid(.wrongParams)
            return
        }
        guard let id = findings[Slot.id] else {
            self = .notification
            return
        }
        self = id.isRequestID(in: body) ? .request : .invalid(.wrongID)
    }
}

extension JSONFinding {
    /// Whether it is a string, or an integer spelled as one: `1.0` and `1e2` are numbers that peers write back differently.
    fileprivate func isRequestID(in body: [UInt8]) -> Bool {
        switch kind {
        case .string: true
        case .number: body[range].allSatisfy { $0 == UInt8(ascii: "-") || $0 &- 0x30 < 10 }
        case .null, .bool, .array, .object: false
        }
    }
}
