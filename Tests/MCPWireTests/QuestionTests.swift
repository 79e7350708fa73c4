import JSONCoding
import MCPWire
import Testing

@Suite struct `A question to a client` {
    /// Facts 4.4: an upstream's request in neutral form has no `elicitationId`, `task`, progress token or related task.
    static let asked: [(String, String, String, String?)] = [
        (
            "elicitation/create",
            #"{"mode":"url","message":"m","url":"https://x","elicitationId":"e1","task":{"ttl":1},"_meta":{"progressToken":1}}"#,
            #"{"method":"elicitation/create","params":{"mode":"url","message":"m","url":"https://x"}}"#, "e1"
        ),
        (
            "elicitation/create",
            #"{"message":"m","requestedSchema":{},"x":1.0,"_meta":{"io.modelcontextprotocol/related-task":{"taskId":"t"},"y":2}}"#,
            #"{"method":"elicitation/create","params":{"message":"m","requestedSchema":{},"x":1.0,"_meta":{"y":2}}}"#,
            nil
        ),
        ("roots/list", "{}", #"{"method":"roots/list"}"#, nil),
        (
            "sampling/createMessage",
            #"{"messages":[{"role":"user","content":{"type":"text","text":"t"}}],"maxTokens":5}"#,
            #"{"method":"sampling/createMessage","params":{"messages":[{"role":"user","content":{"type":"text","text":"t"}}],"maxTokens":5}}"#,
            nil
        ),
    ]

    @Test(arguments: asked) func `is taken from an upstream's request`(
        method: String, params: String, entry: String, elicitationID: String?
    ) throws {
        let question = try #require(ClientQuestion(key: "k", method: method, params: try object(params)))
        #expect(spelled(question.entry) == entry)
        #expect(question.elicitationID == elicitationID)
    }

    @Test func `is none of another method`() {
        #expect(ClientQuestion(key: "k", method: "ping", params: nil) == nil)
        #expect(ClientQuestion(key: "k", method: "tools/call", params: nil) == nil)
    }

    static let form = #"""
        {"mode":"form","message":"m","requestedSchema":{"$schema":"s","type":"object","properties":{"a":{"type":"string","title":"A","oneOf":[{"const":"x","title":"X"},{"const":"y","title":"Y"}]},"b":{"type":"array","description":"Which?","minItems":1,"items":{"anyOf":[{"const":"p","title":"Pea"},{"const":"q","title":"q"}]},"default":["p","q"]},"c":{"type":"array","items":{"type":"string","enum":["u","v"]}},"d":{"type":"integer","minimum":1.5},"oneOf":{"type":"boolean","default":true}},"required":["a"]}}
        """#
    static let plainForm = #"""
        {"message":"m","requestedSchema":{"type":"object","properties":{"a":{"type":"string","title":"A","enum":["x","y"],"enumNames":["X","Y"]},"b":{"type":"string","description":"Which? Any of these, with commas between them: p (Pea), q.","default":"p,q"},"c":{"type":"string","description":"Any of these, with commas between them: u, v."},"d":{"type":"integer","minimum":1.5},"oneOf":{"type":"boolean","default":true}},"required":["a"]}}
        """#
    static let page = #"{"mode":"url","message":"m","url":"https://x"}"#

    /// Facts 6.6: what each revision can be asked, and how.
    static let requests: [(Revision, String, String, String?)] = [
        (.v2025_11_25, "elicitation/create", form, form),
        (.v2025_06_18, "elicitation/create", form, plainForm),
        (.v2025_03_26, "elicitation/create", form, nil),
        (.v2024_11_05, "elicitation/create", form, nil),
        (
            .v2025_11_25, "elicitation/create", page,
            #"{"mode":"url","message":"m","url":"https://x","elicitationId":"fresh"}"#
        ),
        (.v2025_06_18, "elicitation/create", page, nil),
        (.v2024_11_05, "roots/list", #"{"x":1}"#, #"{"x":1}"#),
        (
            .v2025_06_18, "sampling/createMessage",
            #"{"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"audio","data":"","mimeType":"audio/wav"}]},{"role":"assistant","content":{"type":"tool_use","id":"1","name":"n","input":{"z":1.0}}},{"role":"user","content":[{"type":"tool_result","toolUseId":"1","content":[{"type":"text","text":"r"}]}]}],"maxTokens":1,"tools":[],"toolChoice":{"mode":"auto"}}"#,
            #"{"messages":[{"role":"user","content":{"type":"text","text":"a"}},{"role":"user","content":{"type":"audio","data":"","mimeType":"audio/wav"}},{"role":"assistant","content":{"type":"text","text":"[tool call n: {\"z\":1.0}]"}},{"role":"user","content":{"type":"text","text":"[tool result: r]"}}],"maxTokens":1}"#
        ),
        (
            .v2024_11_05, "sampling/createMessage",
            #"{"messages":[{"role":"user","content":{"type":"audio","data":"","mimeType":"audio/wav"}}]}"#,
            #"{"messages":[{"role":"user","content":{"type":"text","text":"[audio, audio/wav]"}}]}"#
        ),
        (
            .v2025_11_25, "sampling/createMessage", #"{"messages":[{"role":"user","content":[]}],"tools":[]}"#,
            #"{"messages":[{"role":"user","content":[]}],"tools":[]}"#
        ),
    ]

    @Test(arguments: requests) func `is sent to a client as its revision can be asked`(
        revision: Revision, method: String, params: String, written: String?
    ) throws {
        let question = try #require(ClientQuestion(key: "k", method: method, params: try object(params)))
        let request = question.request(id: bytes(#""g1""#), for: revision, elicitationID: "fresh")
        #expect(
            request.map { text($0) }
                == written.map { #"{"jsonrpc":"2.0","id":"g1","method":"\#(method)","params":\#($0)}"# })
    }

    @Test func `keeps the id that an upstream gave its page`() throws {
        let params = try object(#"{"mode":"url","message":"m","url":"u","elicitationId":"theirs"}"#)
        let question = try #require(ClientQuestion(key: "k", method: "elicitation/create", params: params))
        let written = question.params(for: .v2025_11_25, elicitationID: "fresh")?.params
        #expect(spelled(written) == spelled(params))
    }

    @Test func `of roots needs no params`() throws {
        let request = ClientQuestion(key: "k", kind: .roots).request(
            id: bytes("1"), for: .v2024_11_05, elicitationID: "")
        #expect(text(try #require(request)) == #"{"jsonrpc":"2.0","id":1,"method":"roots/list"}"#)
    }
}

@Suite struct `An answer of a client` {
    private static func question(_ kind: ClientQuestion.Kind, _ params: String? = nil) throws -> ClientQuestion {
        ClientQuestion(key: "k", kind: kind, params: try params.map { try object($0) })
    }

    /// Facts 4.5: the neutral form has no error.
    static let posted: [(ClientQuestion.Kind, String, String?)] = [
        (
            .elicitation, #"{"result":{"action":"accept","content":{"a":1.0}}}"#,
            #"{"action":"accept","content":{"a":1.0}}"#
        ),
        (.elicitation, #"{"result":{"action":"decline"}}"#, #"{"action":"decline"}"#),
        (.elicitation, #"{"error":{"code":-32602,"message":"no"}}"#, #"{"action":"cancel"}"#),
        (.sampling, #"{"error":{"code":-1,"message":"no"}}"#, nil),
        (.roots, #"{"error":{"code":-32601,"message":"no"}}"#, nil),
        (.roots, #"{"result":{"roots":[],"_meta":{"io.modelcontextprotocol/related-task":{}}}}"#, #"{"roots":[]}"#),
    ]

    @Test(arguments: posted) func `becomes an input response`(
        kind: ClientQuestion.Kind, message: String, response: String?
    ) throws {
        let answer = try #require(
            ClientAnswer(response: try json(message), to: try Self.question(kind), from: .v2025_11_25))
        #expect(spelled(answer.inputResponse(to: kind)) == response)
    }

    @Test func `of 2025-06-18 to a choice of several is taken apart again`() throws {
        let question = try Self.question(.elicitation, `A question to a client`.form)
        let message = try json(#"{"result":{"action":"accept","content":{"a":"x","b":"Pea, q","c":"v","d":2}}}"#)
        let old = try #require(ClientAnswer(response: message, to: question, from: .v2025_06_18))
        #expect(
            spelled(old.inputResponse(to: .elicitation))
                == #"{"action":"accept","content":{"a":"x","b":["p","q"],"c":["v"],"d":2}}"#)
        let new = try #require(ClientAnswer(response: message, to: question, from: .v2025_11_25))
        #expect(spelled(new.inputResponse(to: .elicitation)) == spelled(message["result"]))
    }

    @Test func `is none without result and error`() throws {
        for message in ["{}", #"{"result":[]}"#, #"{"error":{"message":"no code"}}"#] {
            #expect(ClientAnswer(response: try json(message), to: try Self.question(.roots), from: .v2025_11_25) == nil)
        }
    }

    /// MCP 2026-07-28, MRTR: unknown keys are ignored, what is missing is asked again.
    @Test func `stands under the key of its question`() throws {
        let questions = ["a", "b", "c"].map { ClientQuestion(key: $0, kind: .elicitation) }
        let responses = try json(#"{"z":{"action":"accept"},"b":{"action":"decline","resultType":"complete"},"a":7}"#)
        let answers = ClientAnswer.answers(in: responses, to: questions)
        #expect(answers == ["b": .result(["action": "decline"])])
        #expect(ClientAnswer.answers(in: nil, to: questions).isEmpty)
    }

    /// Rulings 4.2 and 4.4, facts 4.4.
    static let made: [(ClientAnswer, String)] = [
        (.silence(to: .elicitation), #""result":{"action":"cancel"}"#),
        (.silence(to: .sampling), #""error":{"code":-1,"#),
        (.silence(to: .roots), #""error":{"code":-32603,"#),
        (.undeclared(.elicitation), #""error":{"code":-32602,"#),
        (.undeclared(.sampling), #""error":{"code":-32601,"#),
        (.undeclared(.roots), #""error":{"code":-32601,"#),
        (.unowned(.elicitation), #""error":{"code":-32602,"#),
        (.unowned(.sampling), #""error":{"code":-32602,"#),
        (.unowned(.roots), #""result":{"roots":[]}"#),
        (.unowned(.roots, roots: [["uri": "file:///x"]]), #""result":{"roots":[{"uri":"file:///x"}]}"#),
    ]

    @Test(arguments: made) func `is made where nobody gives one`(answer: ClientAnswer, response: String) {
        let written = text(answer.response(id: bytes("7")[...], to: .elicitation, for: .v2025_11_25))
        #expect(written.hasPrefix(#"{"jsonrpc":"2.0","id":7,"# + response))
    }

    /// Facts 6.6: array sampling content → single block.
    static let completions: [(Revision, String, String)] = [
        (.v2025_11_25, #"[{"type":"text","text":"a"}]"#, #"[{"type":"text","text":"a"}]"#),
        (.v2025_06_18, #"[{"type":"text","text":"a","x":1}]"#, #"{"type":"text","text":"a","x":1}"#),
        (
            .v2025_06_18, #"[{"type":"text","text":"a"},{"type":"tool_use","id":"1","name":"n","input":{}}]"#,
            #"{"type":"text","text":"a\n[tool call n: {}]"}"#
        ),
        (.v2025_03_26, #"{"type":"text","text":"a"}"#, #"{"type":"text","text":"a"}"#),
    ]

    @Test(arguments: completions) func `reaches an upstream with as many blocks as its revision has`(
        revision: Revision, content: String, written: String
    ) throws {
        let answer = ClientAnswer.result(try object(#"{"role":"assistant","content":\#(content),"model":"m"}"#))
        #expect(
            text(answer.response(id: bytes("7")[...], to: .sampling, for: revision))
                == #"{"jsonrpc":"2.0","id":7,"result":{"role":"assistant","content":\#(written),"model":"m"}}"#)
    }
}

@Suite struct `A result that requires input` {
    static let good: [String] = [
        #"{"resultType":"input_required","inputRequests":{"a":{"method":"roots/list"},"b":{"method":"elicitation/create","params":{"message":"m"}}},"requestState":"s"}"#,
        #"{"resultType":"input_required","requestState":""}"#,
        #"{"resultType":"input_required","inputRequests":{"a":{"method":"roots/list"}},"_meta":{"x":1}}"#,
    ]

    @Test(arguments: good) func `is read and written as it was`(result: String) throws {
        let input = try #require(try InputRequired(result: try object(result)))
        #expect(spelled(input.result) == result)
    }

    @Test func `is another one if it says so`() throws {
        #expect(try InputRequired(result: ["resultType": "complete"]) == nil)
        #expect(try InputRequired(result: [:]) == nil)
    }

    static let bad: [(String, InputRequired.Fault)] = [
        (#"{"resultType":"input_required"}"#, .asksNothing),
        (#"{"resultType":"input_required","inputRequests":{}}"#, .asksNothing),
        (
            #"{"resultType":"input_required","inputRequests":{"a":{"method":"tools/call"}}}"#,
            .unknownRequest(method: "tools/call")
        ),
        (#"{"resultType":"input_required","inputRequests":{"a":1}}"#, .unknownRequest(method: "")),
        (
            #"{"resultType":"input_required","inputRequests":{"a":{"method":"roots/list"},"a":{"method":"roots/list"}}}"#,
            .repeatedKey("a")
        ),
    ]

    /// MCP 2026-07-28, MRTR: keys unique, three requests, at least one of the two.
    @Test(arguments: bad) func `is refused if it breaks the rules`(result: String, fault: InputRequired.Fault) {
        #expect(throws: fault) { try InputRequired(result: try object(result)) }
    }

    @Test func `is followed by the same call with answers and the state as it came`() throws {
        let input = try #require(try InputRequired(result: try object(Self.good[0])))
        let params = try object(#"{"name":"t","arguments":{"x":1.0}}"#)
        let answers: [String: ClientAnswer] = [
            "a": .result(["roots": []]), "b": .failure(MCPFailure(.invalidParams, "no")), "c": .result([:]),
        ]
        #expect(
            spelled(try input.retry(params, answers: answers))
                == #"{"name":"t","arguments":{"x":1.0},"inputResponses":{"a":{"roots":[]},"b":{"action":"cancel"}},"requestState":"s"}"#
        )
        let stateOnly = try #require(try InputRequired(result: try object(Self.good[1])))
        #expect(
            spelled(try stateOnly.retry(params, answers: [:]))
                == #"{"name":"t","arguments":{"x":1.0},"requestState":""}"#)
    }

    /// Facts 4.5: no error form exists upstream.
    @Test func `ends its call if the client refuses what has no form for that`() throws {
        let input = try #require(try InputRequired(result: try object(Self.good[0])))
        let failure = MCPFailure(code: -32601, message: "no roots")
        #expect(throws: UnansweredQuestion(kind: .roots, failure: failure)) {
            try input.retry([:], answers: ["a": .failure(failure)])
        }
        #expect(UnansweredQuestion(kind: .roots, failure: failure).sentence.contains("no roots"))
    }

    /// Rulings 3.1: `-32042` becomes `input_required`; the pages lose their ids in neutral form.
    @Test func `is made of the error by which 2025-11-25 asks for pages`() throws {
        let failure = try #require(
            MCPFailure(
                try json(
                    #"{"code":-32042,"message":"m","data":{"elicitations":[{"mode":"url","elicitationId":"e1","url":"https://a","message":"A"},{"mode":"url","elicitationId":"e2","url":"https://b","message":"B"}]}}"#
                )))
        let input = try #require(InputRequired(failure: failure))
        #expect(
            spelled(input.result)
                == #"{"resultType":"input_required","inputRequests":{"page1":{"method":"elicitation/create","params":{"mode":"url","url":"https://a","message":"A"}},"page2":{"method":"elicitation/create","params":{"mode":"url","url":"https://b","message":"B"}}}}"#
        )
        #expect(input.questions.map(\.elicitationID) == ["e1", "e2"])
        #expect(InputRequired(failure: MCPFailure(.urlElicitationRequired, "m")) == nil)
        #expect(InputRequired(failure: MCPFailure(.invalidParams, "m", data: failure.data)) == nil)
    }

    @Test func `says what of it the client did not declare`() throws {
        let input = try #require(try InputRequired(result: try object(Self.good[0])))
        #expect(input.missing(from: .empty) == [.roots, .formElicitation])
        #expect(input.missing(from: ClientCapabilities(neutral: ["roots": [:], "elicitation": [:]])) == [])
    }
}
