package import JSONCoding

/// What a client says to a question: the bare result, or the error that only the handshake era can say.
package enum ClientAnswer: Sendable, Hashable {
    /// An `ElicitResult`, `CreateMessageResult` or `ListRootsResult`.
    case result(JSONObject)
    /// A JSON-RPC error.
    case failure(MCPFailure)

    /// Reads a response that a client of the handshake era posted; nothing if it is none. `revision` is the client's.
    package init?(response: JSONValue, to question: ClientQuestion, from revision: Revision) {
        if let failure = MCPFailure(response["error"]) {
            self = .failure(failure)
        } else if var result = response["result"]?.objectValue {
            result.changeMeta { $0.remove(MetaKey.relatedTask) }
            if question.kind == .elicitation { result = ElicitationForm.answer(result, to: question, from: revision) }
            self = .result(result)
        } else {
            return nil
        }
    }

    /// The answers in a retry's `inputResponses`. Keys that nobody asked for are ignored, and what is no object counts as not
    /// answered, so that it is asked again (MCP 2026-07-28, MRTR).
    package static func answers(in inputResponses: JSONValue?, to questions: [ClientQuestion]) -> [String: ClientAnswer]
    {
        questions.reduce(into: [:]) { answers, question in
            guard var result = inputResponses?[question.key]?.objectValue else { return }
            result["resultType"] = nil
            answers[question.key] = .result(result)
        }
    }
}

extension ClientAnswer {
    /// What an upstream is told when nobody answered in time (rulings 4.2).
    package static func silence(to kind: ClientQuestion.Kind) -> ClientAnswer {
        switch kind {
        case .elicitation: .result(["action": "cancel"])
        case .sampling: .failure(MCPFailure(code: -1, message: "Nobody answered the sampling request in time."))
        case .roots:
            .failure(MCPFailure(.internalError, "The client did not answer the request for its roots in time."))
        }
    }

    /// What an upstream is told that asks for what the client did not declare (facts 4.4).
    package static func undeclared(_ kind: ClientQuestion.Kind) -> ClientAnswer {
        switch kind {
        case .elicitation:
            .failure(MCPFailure(.invalidParams, "The client did not declare this mode of elicitation."))
        case .sampling, .roots: .failure(MCPFailure(.methodNotFound, "The client did not declare this capability."))
        }
    }

    /// What an upstream is told that asks outside any call that may ask: its configured roots or none, and else that there is
    /// nobody to ask (rulings 4.4).
    package static func unowned(_ kind: ClientQuestion.Kind, roots: [JSONValue] = []) -> ClientAnswer {
        switch kind {
        case .roots: .result(["roots": .array(roots)])
        case .sampling, .elicitation:
            .failure(MCPFailure(.invalidParams, "The request belongs to no call of a client, so nobody can be asked."))
        }
    }
}

extension ClientAnswer {
    /// The entry of `inputResponses` for an upstream of the stateless era. It has no form for an error: a person's becomes
    /// `cancel`, of a model's or of roots there is none, and the call has to stop (facts 4.5).
    package func inputResponse(to kind: ClientQuestion.Kind) -> JSONObject? {
        switch self {
        case .result(let result): result
        case .failure: kind == .elicitation ? ["action": "cancel"] : nil
        }
    }

    /// The JSON-RPC response to an upstream of the handshake era that asked by a request with this id.
    package func response(
        id: ArraySlice<UInt8>, to kind: ClientQuestion.Kind, for revision: Revision
    ) -> [UInt8] {
        switch self {
        case .failure(let failure):
            return JSONRPCWriter.error(id: id, code: failure.code, message: failure.message, data: failure.data)
        case .result(let result):
            let written = kind == .sampling ? SamplingForm.result(result, for: revision) : result
            return JSONRPCWriter.result(id: id, .object(written))
        }
    }
}
