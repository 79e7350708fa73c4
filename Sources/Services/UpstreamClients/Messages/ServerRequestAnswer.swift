import JSONCoding
import MCPWire

/// What an upstream of the handshake era hears for a request of its own, as the message to send back.
enum ServerRequestAnswer {
    /// The client's answer.
    static func message(_ request: ServerRequest, _ answer: ClientAnswer) -> [UInt8] {
        switch answer {
        case .result(let result): JSONRPCWriter.result(id: request.id[...], .object(result))
        case .failure(let failure):
            JSONRPCWriter.error(
                id: request.id[...], code: failure.code, message: failure.message, data: failure.data)
        }
    }

    /// Nobody answered (protocol facts 4.4): cancelled as if by the person, or refused as if by the client.
    static func silence(_ request: ServerRequest, _ question: ClientQuestion.Kind, _ why: ClientSilence) -> [UInt8] {
        if why == .cannotBeAsked { return undeclared(request, question) }
        return switch question {
        case .elicitation: JSONRPCWriter.result(id: request.id[...], .object(["action": "cancel"]))
        case .sampling: JSONRPCWriter.error(id: request.id[...], code: -1, message: "The user did not answer.")
        case .roots: error(request, .internalError, "The client did not answer.")
        }
    }

    /// The client never said that it can do this (protocol facts 4.4 and C39).
    static func undeclared(_ request: ServerRequest, _ question: ClientQuestion.Kind) -> [UInt8] {
        switch question {
        case .elicitation: error(request, .invalidParams, "The client did not declare this kind of elicitation.")
        case .sampling, .roots: error(request, .methodNotFound, "The client did not declare \(request.method).")
        }
    }

    /// It belongs to no call that may be asked (rulings 4.4): no roots, and a refusal of everything else.
    static func unowned(_ request: ServerRequest, _ question: ClientQuestion.Kind) -> [UInt8] {
        switch question {
        case .roots: JSONRPCWriter.result(id: request.id[...], .object(["roots": []]))
        case .elicitation, .sampling:
            error(request, .invalidParams, "\(request.method) belongs to no call that runs.")
        }
    }

    /// What is answered without asking anybody: `ping`, and what we do not have.
    static func own(_ request: ServerRequest) -> [UInt8] {
        if request.method == MCPMethod.ping.name.description {
            return JSONRPCWriter.result(id: request.id[...], .object(JSONObject()))
        }
        return error(request, .methodNotFound, "The client has no method \(request.method).")
    }

    private static func error(_ request: ServerRequest, _ code: MCPErrorCode, _ message: String) -> [UInt8] {
        JSONRPCWriter.error(id: request.id[...], code: code.rawValue, message: message)
    }
}
