package import JSONCoding

/// A result of `input_required`: what a server of the stateless era asks before it can go on (MCP 2026-07-28, MRTR).
package struct InputRequired: Sendable, Hashable {
    /// What is asked, each under its key; empty if the client only has to come again.
    package let questions: [ClientQuestion]
    /// What the client has to bring along when it comes again, byte for byte.
    package let requestState: String?
    /// The result's `_meta`.
    package let meta: JSONObject?

    /// Makes one of these parts.
    package init(questions: [ClientQuestion], requestState: String?, meta: JSONObject? = nil) {
        self.questions = questions
        self.requestState = requestState
        self.meta = meta
    }

    /// Which rounds one call may have before it fails (rulings 4.3).
    package static let roundsMax = 10

    /// Why a result that says `input_required` cannot be followed.
    package enum Fault: Error, Sendable, Hashable {
        /// Neither `inputRequests` nor `requestState`.
        case asksNothing
        /// An entry that is none of the three requests.
        case unknownRequest(method: String)
        /// A key that stands twice.
        case repeatedKey(String)
    }

    /// Reads a result; nothing if it is of another type.
    package init?(result: JSONObject) throws(Fault) {
        guard result["resultType"]?.stringValue == "input_required" else { return nil }
        var questions: [ClientQuestion] = []
        for member in result["inputRequests"]?.objectValue?.members ?? [] {
            let method = member.value["method"]?.stringValue ?? ""
            guard let kind = ClientQuestion.Kind(rawValue: method) else { throw .unknownRequest(method: method) }
            guard !questions.contains(where: { $0.key == member.name }) else { throw .repeatedKey(member.name) }
            questions.append(
                ClientQuestion(key: member.name, kind: kind, params: member.value["params"]?.objectValue))
        }
        let state = result["requestState"]?.stringValue
        guard !questions.isEmpty || state != nil else { throw .asksNothing }
        self.init(questions: questions, requestState: state, meta: result["_meta"]?.objectValue)
    }

    /// Reads the error by which 2025-11-25 asks for pages to be opened (`-32042`); nothing if it is another one.
    ///
    /// The upstream keeps no call open for it: when the pages are done, the same call is sent again from the start.
    package init?(failure: MCPFailure) {
        guard failure.knownCode == .urlElicitationRequired,
            let pages = failure.data?["elicitations"]?.arrayValue, !pages.isEmpty
        else { return nil }
        let questions = pages.enumerated().compactMap { index, page in
            ClientQuestion(key: "page\(index + 1)", method: "elicitation/create", params: page.objectValue)
        }.filter(\.isPage)
        guard !questions.isEmpty else { return nil }
        self.init(questions: questions, requestState: nil)
    }

    /// The result, in neutral form.
    package var result: JSONObject {
        var result: JSONObject = ["resultType": "input_required"]
        if !questions.isEmpty {
            result["inputRequests"] = .object(
                JSONObject(questions.map { JSONObject.Member(name: $0.key, value: .object($0.entry)) }))
        }
        result["requestState"] = requestState.map(JSONValue.string)
        result["_meta"] = meta.map(JSONValue.object)
        return result
    }

    /// The questions that this client has not declared that it can be asked; all must be gone before they reach it.
    package func missing(from capabilities: ClientCapabilities) -> InteractiveCapabilities {
        questions.reduce(into: []) { $0.formUnion($1.needs.subtracting(capabilities.interactive)) }
    }

    /// The params of the retry to the upstream: those of the call, the answers of this round, the state as it came. A question
    /// that has no answer is left out; one whose answer has no form ends the call.
    package func retry(
        _ params: JSONObject, answers: [String: ClientAnswer]
    ) throws(UnansweredQuestion) -> JSONObject {
        var responses = JSONObject()
        for question in questions {
            guard let answer = answers[question.key] else { continue }
            guard let response = answer.inputResponse(to: question.kind) else {
                guard case .failure(let failure) = answer else { continue }
                throw UnansweredQuestion(kind: question.kind, failure: failure)
            }
            responses[question.key] = .object(response)
        }
        var retry = params
        retry["inputResponses"] = questions.isEmpty ? nil : .object(responses)
        retry["requestState"] = requestState.map(JSONValue.string)
        return retry
    }
}

/// A client's error that has no form in the stateless era, so that the call ends with it.
package struct UnansweredQuestion: Error, Sendable, Hashable {
    /// What was asked.
    package let kind: ClientQuestion.Kind
    /// What the client said.
    package let failure: MCPFailure

    /// Says what was asked, and what the client said instead.
    package init(kind: ClientQuestion.Kind, failure: MCPFailure) {
        self.kind = kind
        self.failure = failure
    }

    /// What the caller is told: an `isError` text for a tool, an error for the rest.
    package var sentence: String {
        let what = kind == .roots ? "its roots" : "a completion of its model"
        return "The server asked the client for \(what), and the client refused: \(failure.message) (\(failure.code))."
    }
}
