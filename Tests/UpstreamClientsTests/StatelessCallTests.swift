import HTTPMessages
import HTTPTransport
import JSONCoding
import MCPWire
import Reactor
import Testing

@testable import UpstreamClients

@Suite struct `A call at a stateless upstream` {
    @Test func `carries our envelope, the mirrored fields and the client's own params`() async throws {
        let headers = try ParameterHeaders(
            schema: ["type": "object", "properties": ["text": ["type": "string", "x-mcp-header": "Region"]]])
        try await withServer(statelessServer()) { client, server in
            let end = await client.call("größe") {
                $0.capabilities = ["roots": [:]]
                $0.parameters = headers
                $0.logLevel = "warning"
                $0.wantsProgress = true
                $0.params["_meta"] = ["vendor/key": 1, "progressToken": "theirs"]
            }
            #expect(end.text == "done")
            let call = try #require(server.seen("tools/call").first)
            #expect(call.field(.mcpProtocolVersion) == "2026-07-28")
            #expect(call.field(.mcpMethod) == "tools/call")
            #expect(call.field(.mcpName) == "=?base64?Z3LDtsOfZQ==?=")
            #expect(call.fields.firstBytes(named: Array("mcp-param-region".utf8).span) == Array("hi".utf8))
            #expect(call.field(.mcpSessionID) == nil)
            let meta = call.message["params"]?["_meta"]
            #expect(meta?["io.modelcontextprotocol/protocolVersion"] == "2026-07-28")
            #expect(meta?["io.modelcontextprotocol/clientCapabilities"] == ["roots": [:]])
            #expect(meta?["io.modelcontextprotocol/clientInfo"]?["name"] == "tester")
            #expect(meta?["io.modelcontextprotocol/logLevel"] == "warning")
            #expect(meta?["vendor/key"] == 1)
            #expect(meta?["progressToken"] == call.message["id"])
            #expect(call.message["params"]?["arguments"] == ["text": "hi"])
        }
    }

    @Test func `hears progress and the logs it wanted`() async throws {
        let script = statelessServer { incoming in
            guard let events = incoming.events() else { return }
            let token = incoming.meta?["progressToken"] ?? .null
            await events.notify("notifications/progress", ["progressToken": token, "progress": 1])
            await events.notify("notifications/message", ["level": "debug", "data": "quiet"])
            await events.notify("notifications/message", ["level": "error", "data": "loud"])
            await events.result(complete("heard"))
        }
        try await withServer(script) { client, server in
            let host = TestHost()
            let end = await client.call(
                "listen",
                {
                    $0.wantsProgress = true; $0.logLevel = "warning"
                }, host: host)
            #expect(end.text == "heard")
            #expect(host.progress == [["progress": 1]])
            #expect(host.logs.map { $0["data"] } == ["loud"])
        }
    }

    @Test func `asks the client and comes again with the answers and the exact state`() async throws {
        let script = statelessServer { incoming in
            if incoming.params?["requestState"] == nil {
                return incoming.result([
                    "resultType": "input_required", "requestState": "\u{1}säge",
                    "inputRequests": [
                        "who": ["method": "elicitation/create", "params": ["message": "Who?"]],
                        "where": ["method": "roots/list"],
                    ],
                ])
            }
            let isRight =
                incoming.params?["requestState"] == "\u{1}säge"
                && incoming.params?["inputResponses"]?["who"]?["content"] == ["name": "Ada"]
                && incoming.params?["inputResponses"]?["where"] == ["roots": []]
            incoming.result(complete(isRight ? "right" : "wrong"))
        }
        try await withServer(script) { client, server in
            let host = TestHost { questions in
                #expect(questions.map(\.key) == ["who", "where"])
                return [
                    "who": .result(["action": "accept", "content": ["name": "Ada"]]),
                    "where": .result(["roots": []]),
                ]
            }
            #expect(await client.call("ask", { $0.capabilities = ["elicitation": [:]] }, host: host).text == "right")
            let ids = server.seen("tools/call").map { $0.message["id"] }
            #expect(ids.count == 2)
            #expect(ids[0] != ids[1])
        }
    }

    @Test func `hands the questions up when the caller asks itself`() async throws {
        let question: JSONValue = [
            "resultType": "input_required", "requestState": "s", "inputRequests": ["a": ["method": "roots/list"]],
        ]
        try await withServer(statelessServer { $0.result(question) }) { client, server in
            let host = TestHost()
            let end = await client.call("ask", { $0.relaysInputRequired = true }, host: host)
            #expect(end == .result(question.objectValue ?? [:]))
            #expect(host.rounds.isEmpty)
        }
    }

    @Test func `comes again by itself when only a state was given`() async throws {
        let rounds = Box(0)
        let script = statelessServer { incoming in
            if rounds.add() < 3 {
                incoming.result(["resultType": "input_required", "requestState": "again"])
            } else {
                incoming.result(complete(incoming.params?["inputResponses"] == nil ? "done" : "too much"))
            }
        }
        try await withServer(script) { client, server in
            #expect(await client.call().text == "done")
            #expect(server.count("tools/call") == 3)
        }
    }

    @Test(arguments: [(9, false), (10, true)])
    func `has ten rounds at most`(questions: Int, isStopped: Bool) async throws {
        let rounds = Box(0)
        let script = statelessServer { incoming in
            if rounds.add() <= questions {
                incoming.result([
                    "resultType": "input_required", "inputRequests": ["a": ["method": "elicitation/create"]],
                ])
            } else {
                incoming.result(complete("done"))
            }
        }
        try await withServer(script) { client, server in
            let end = await client.call(
                "ask", { $0.capabilities = ["elicitation": [:]] }, host: TestHost.accepting([:]))
            #expect(end.isToolError == isStopped)
            #expect(server.count("tools/call") == 10)
        }
    }

    @Test func `cancels an elicitation that nobody answered`() async throws {
        let script = statelessServer { incoming in
            guard let answers = incoming.params?["inputResponses"] else {
                return incoming.result([
                    "resultType": "input_required", "inputRequests": ["a": ["method": "elicitation/create"]],
                ])
            }
            incoming.result(complete(answers["a"]?["action"]?.stringValue ?? ""))
        }
        try await withServer(script) { client, server in
            let silent = TestHost { _ throws(ClientSilence) in throw .timedOut }
            #expect(await client.call("ask", host: silent).text == "cancel")
        }
    }

    @Test(arguments: ["sampling/createMessage", "roots/list"])
    func `stops when the client refuses what has no form for a refusal`(method: String) async throws {
        let script = statelessServer {
            $0.result([
                "resultType": "input_required", "inputRequests": ["a": ["method": .string(method)]],
            ])
        }
        try await withServer(script) { client, server in
            let refusing = TestHost { _ in ["a": .failure(MCPFailure(code: -1, message: "No!"))] }
            let end = await client.call("ask", host: refusing)
            #expect(end.isToolError)
            #expect(end.text?.contains("No!") == true)
            #expect(server.count("tools/call") == 1)
        }
    }

    @Test func `hands up that a capability is missing`() async throws {
        let data: JSONValue = ["requiredCapabilities": ["elicitation": [:]]]
        try await withServer(statelessServer { $0.failure(-32021, "no", status: 400, data: data) }) { client, server in
            #expect(await client.call() == .failure(MCPFailure(code: -32021, message: "no", data: data)))
        }
    }

    @Test func `is sent again once when its fields were refused`() async throws {
        let refusals = Box(0)
        let script = statelessServer { incoming in
            if refusals.add() == 1 { return incoming.failure(-32020, "headers", status: 400) }
            incoming.result(complete("done"))
        }
        try await withServer(script) { client, server in
            #expect(await client.call().text == "done")
            #expect(server.count("tools/call") == 2)
        }
    }

    @Test func `fails when its fields are refused twice`() async throws {
        try await withServer(statelessServer { $0.failure(-32020, "headers", status: 400) }) { client, server in
            #expect(await client.call() == .error(.hopRefused(code: -32020)))
            #expect(server.count("tools/call") == 2)
        }
    }

    @Test func `closes its stream when it is cancelled`() async throws {
        let gone = Box(false)
        let begun = Gate()
        let script = statelessServer { incoming in
            guard let events = incoming.events() else { return }
            await events.notify("notifications/message", ["level": "info", "data": "on it"])
            begun.open()
            await events.untilClientGone()
            gone.change { $0 = true }
        }
        try await withServer(script) { client, server in
            let call = client.loop.runTask { await client.call() }
            await begun.pass()
            call.cancel()
            #expect(await call.value == .error(.transport(.cancelled)))
            #expect(await eventually { gone.value })
        }
    }

    @Test func `ends at its deadline when the upstream hangs after the head`() async throws {
        let script = statelessServer { incoming in
            guard let events = incoming.events() else { return }
            await events.raw(": nothing\n\n")
            await events.untilClientGone()
        }
        try await withServer(script) { client, server in
            _ = await client.describe()
            #expect(
                await client.call("hang", { $0.time = .milliseconds(150) }) == .error(.transport(.timedOut(sent: true)))
            )
        }
    }

    @Test func `ends at its deadline when the upstream says nothing`() async throws {
        try await withServer(statelessServer { await $0.exchange.untilClientGone() }) { client, server in
            _ = await client.describe()
            #expect(
                await client.call("hang", { $0.time = .milliseconds(150) }) == .error(.transport(.timedOut(sent: true)))
            )
        }
    }

    @Test func `fails when the stream is cut`() async throws {
        let script = statelessServer { incoming in
            guard let events = incoming.events() else { return }
            await events.notify("notifications/message", ["level": "info", "data": "on it"])
            events.cut()
        }
        try await withServer(script) { client, server in
            guard case .transport(.closed(_, sent: true)) = await client.call().error else {
                Issue.record("it did not fail")
                return
            }
            #expect(server.count("tools/call") == 1)
        }
    }

    @Test func `fails when the stream ends without a response`() async throws {
        let script = statelessServer { incoming in incoming.events()?.finish() }
        try await withServer(script) { client, server in #expect(await client.call() == .error(.cutOff)) }
    }

    @Test func `passes over foreign ids, requests and a second answer`() async throws {
        let script = statelessServer { incoming in
            guard let events = incoming.events() else { return }
            await events.message(["jsonrpc": "2.0", "id": 99_999, "result": ["resultType": "complete"]])
            await events.message(["jsonrpc": "2.0", "id": "1", "result": ["resultType": "complete"]])
            await events.request("x", "elicitation/create")
            await events.message(["jsonrpc": "2.0", "id": incoming.id ?? .null, "result": complete("first")])
            await events.result(complete("second"))
        }
        try await withServer(script) { client, server in #expect(await client.call().text == "first") }
    }

    @Test func `fails when the answer is for another request`() async throws {
        let script = statelessServer { $0.reply(["jsonrpc": "2.0", "id": 99_999, "result": complete("foreign")]) }
        try await withServer(script) { client, server in
            #expect(await client.call() == .error(.garbage("it answers another request")))
        }
    }

    @Test(arguments: [(0, true), (1, false)])
    func `takes an answer of exactly the limit`(over: Int, isTaken: Bool) async throws {
        let limit = 1 << 20
        let script = statelessServer { incoming in
            let frame = JSONWriter.bytes(
                of: ["jsonrpc": "2.0", "id": incoming.id ?? .null, "result": complete("")])
            let filling = String(repeating: "x", count: limit - frame.count + over)
            incoming.reply(["jsonrpc": "2.0", "id": incoming.id ?? .null, "result": complete(filling)])
        }
        try await withServer(script, settings: { $0.answerBytesMax = limit }) { client, server in
            let end = await client.call()
            #expect(isTaken ? end.text != nil : end == .error(.tooLong(limit: limit)))
        }
    }

    @Test func `refuses a result of 64 MiB without reading it`() async throws {
        let script = statelessServer { incoming in
            var fields = HTTPFields()
            fields.append(.contentType, literal: "application/json")
            guard (try? incoming.exchange.beginStream(status: 200, fields: fields)) != nil else { return }
            let piece = [UInt8](repeating: 0x20, count: 1 << 16)
            for _ in 0..<1024 { if (try? await incoming.exchange.write(piece)) == nil { return } }
            incoming.exchange.finishStream()
        }
        try await withServer(script) { client, server in
            #expect(await client.call() == .error(.tooLong(limit: 16 << 20)))
        }
    }

    @Test(arguments: [401, 403]) func `says that the upstream wants a login`(status: Int) async throws {
        try await withServer(statelessServer { $0.text(status, "who?") }) { client, server in
            #expect(await client.call() == .error(.unauthorized(status)))
        }
    }

    @Test func `does not follow redirects`() async throws {
        try await withServer(statelessServer { $0.text(307, "there") }) { client, server in
            #expect(await client.call() == .error(.redirect(307)))
        }
    }

    @Test func `gets the neutral form of what an upstream leaves out`() async throws {
        try await withServer(statelessServer { $0.result(text("plain")) }) { client, server in
            guard case .result(let result) = await client.call() else {
                Issue.record("it failed")
                return
            }
            #expect(result["resultType"] == "complete")
        }
    }
}
