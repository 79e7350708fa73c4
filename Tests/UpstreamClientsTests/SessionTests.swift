import HTTPMessages
import HTTPTransport
import JSONCoding
import MCPWire
import Reactor
import Testing

@testable import UpstreamClients

@Suite struct `A session of the handshake era` {
    private let formOnly: JSONObject = ["elicitation": [:]]

    @Test func `serves many calls, each with id and version`() async throws {
        try await withServer(SessionServer().script) { client, server in
            await withTaskGroup { group in
                for number in 0..<40 { group.addTask { await client.call(loop: number % 2) } }
                for await end in group { #expect(end.text == "done") }
            }
            #expect(server.count("initialize") == 1)
            for call in server.seen("tools/call") + server.seen("notifications/initialized") {
                #expect(call.field(.mcpSessionID) == "session-1")
                #expect(call.field(.mcpProtocolVersion) == "2025-11-25")
                #expect(call.message["params"]?["_meta"] == nil)
            }
            #expect(Set(server.seen("tools/call").map { $0.message["id"] }).count == 40)
        }
    }

    @Test(arguments: ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"])
    func `says its version from 2025-06-18 on`(version: String) async throws {
        let old = SessionServer()
        old.versions.change { $0 = version }
        try await withServer(old.script) { client, server in
            #expect(await client.revision()?.date.description == version)
            #expect(await client.call().text == "done")
            let field = server.seen("tools/call").first?.field(.mcpProtocolVersion)
            #expect(field == (version < "2025-06-18" ? nil : version))
        }
    }

    @Test func `is not begun in a version that we do not speak`() async throws {
        let old = SessionServer()
        old.versions.change { $0 = "2023-01-01" }
        try await withServer(old.script) { client, server in
            guard case .error(.garbage) = await client.call() else {
                Issue.record("it was begun")
                return
            }
            #expect(server.count("tools/call") == 0)
        }
    }

    @Test func `may have no id`() async throws {
        try await withServer(SessionServer(usesIDs: false).script) { client, server in
            for _ in 0..<2 { #expect(await client.call().text == "done") }
            #expect(server.count("initialize") == 1)
            #expect(server.seen("tools/call").allSatisfy { $0.field(.mcpSessionID) == nil })
        }
    }

    @Test func `cannot ask when it has no id`() async throws {
        let old = SessionServer(usesIDs: false) { incoming, server in
            guard let events = incoming.events() else { return }
            await events.request("q", "elicitation/create", ["message": "?"])
            await events.untilClientGone()
        }
        try await withServer(old.script) { client, server in
            let host = TestHost.accepting([:])
            let end = await client.call("ask", { $0.capabilities = formOnly }, host: host)
            #expect(end == .error(.garbage("it asks its client and has no session")))
            #expect(host.rounds.isEmpty)
        }
    }

    @Test func `stands a flood of requests`() async throws {
        let old = SessionServer { incoming, server in
            guard let events = incoming.events() else { return }
            for number in 0..<1_000 { await events.request(.number(JSONNumber(number)), "ping") }
            await events.result(text("done"))
        }
        try await withServer(old.script) { client, server in
            #expect(await client.call().text == "done")
            #expect(server.seen.count { $0.method.isEmpty } <= SessionConversation.answersMax + 1_000)
        }
    }

    @Test func `is begun again when the upstream lost it, and the call is sent once more`() async throws {
        let old = SessionServer()
        try await withServer(old.script) { client, server in
            #expect(await client.call().text == "done")
            old.restart()
            await withTaskGroup { group in
                for number in 0..<20 { group.addTask { await client.call(loop: number % 2) } }
                for await end in group { #expect(end.text == "done") }
            }
            #expect(server.count("initialize") == 2)
        }
    }

    @Test func `is given up when the upstream loses it at once each time`() async throws {
        let old = SessionServer { incoming, server in
            server.restart()
            incoming.failure(-32001, "Session not found", status: 404)
        }
        try await withServer(old.script) { client, server in
            #expect(await client.call() == .error(.status(404)))
            #expect(server.count("tools/call") == 2)
        }
    }

    @Test func `belongs to one client that may be asked, and declares what that one can`() async throws {
        let old = SessionServer()
        try await withServer(old.script) { client, server in
            for principal in ["ada", "bob", "ada"] {
                let end = await client.call(
                    "echo",
                    {
                        $0.principal = principal
                        $0.capabilities = ["elicitation": ["url": [:], "form": [:]], "sampling": [:]]
                    })
                #expect(end.text == "done")
            }
            #expect(await client.call().text == "done")
            let declared = server.seen("initialize").compactMap { $0.message["params"]?["capabilities"] }
            #expect(declared.count { $0["elicitation"] != nil && $0["sampling"] != nil } == 2)
            #expect(declared.count { $0 == [:] } == 1)
        }
    }

    @Test func `asks the client on the stream of the call`() async throws {
        let old = SessionServer { incoming, server in
            guard let events = incoming.events() else { return }
            await events.request(
                "s3", "elicitation/create",
                [
                    "message": "Who?", "mode": "form", "_meta": ["progressToken": 1],
                    "requestedSchema": ["type": "object"],
                ])
            let answer = await server.answer(to: "s3")
            await events.result(text(answer["result"]?["content"]?["name"]?.stringValue ?? "nobody"))
        }
        try await withServer(old.script) { client, server in
            let host = TestHost.accepting(["name": "Ada"])
            #expect(await client.call("ask", { $0.capabilities = formOnly }, host: host).text == "Ada")
            let question = try #require(host.rounds.first?.first)
            #expect(question.kind == .elicitation)
            #expect(question.params?["message"] == "Who?")
            #expect(question.params?["_meta"] == nil)
        }
    }

    @Test func `keeps apart the questions of calls that run at the same time`() async throws {
        let old = SessionServer { incoming, server in
            guard let events = incoming.events() else { return }
            let name = incoming.tool
            await events.request(.string(name), "elicitation/create", ["message": .string(name)])
            let answer = await server.answer(to: name)
            await events.result(text(answer["result"]?["content"]?["name"]?.stringValue ?? "nobody"))
        }
        try await withServer(old.script) { client, server in
            await withTaskGroup { group in
                for number in 0..<20 {
                    group.addTask {
                        let host = TestHost { questions in
                            [
                                questions[0].key: .result([
                                    "action": "accept", "content": ["name": questions[0].params?["message"] ?? .null],
                                ])
                            ]
                        }
                        let end = await client.call(
                            "tool-\(number)", { $0.capabilities = ["elicitation": [:]] }, host: host, loop: number % 2)
                        #expect(end.text == "tool-\(number)")
                    }
                }
            }
            // A session serves one call at a time, and the next one after it.
            let sessions = server.seen("initialize").count { $0.message["params"]?["capabilities"] != [:] }
            #expect((1...20).contains(sessions))
        }
    }

    @Test func `refuses what the client did not declare, answers a ping, and knows no other request`() async throws {
        let old = SessionServer { incoming, server in
            guard let events = incoming.events() else { return }
            await events.request("p", "ping")
            await events.request("r", "roots/list")
            await events.request("u", "elicitation/create", ["mode": "url", "url": "https://example.org"])
            await events.request("x", "vendor/do")
            var codes: [String] = []
            for id in ["p", "r", "u", "x"] {
                let answer = await server.answer(to: id)
                codes.append(answer["error"]?["code"]?.integer.map(String.init) ?? "\(answer["result"] == [:])")
            }
            await events.result(text(codes.joined(separator: " ")))
        }
        try await withServer(old.script) { client, server in
            let host = TestHost()
            let end = await client.call("odd", { $0.capabilities = formOnly }, host: host)
            #expect(end.text == "true -32601 -32602 -32601")
            #expect(host.rounds.isEmpty)
        }
    }

    @Test(arguments: [
        ("elicitation/create", "cancel"), ("sampling/createMessage", "-1"), ("roots/list", "-32603"),
    ])
    func `tells the upstream that nobody answered`(method: String, heard: String) async throws {
        let old = SessionServer { incoming, server in
            guard let events = incoming.events() else { return }
            await events.request("q", .init(stringLiteral: method))
            let answer = await server.answer(to: "q")
            let code = answer["error"]?["code"]?.integer.map(String.init)
            await events.result(text(code ?? answer["result"]?["action"]?.stringValue ?? ""))
        }
        try await withServer(old.script) { client, server in
            let silent = TestHost { _ throws(ClientSilence) in throw .timedOut }
            let end = await client.call(
                "ask", { $0.capabilities = ["elicitation": [:], "sampling": [:], "roots": [:]] }, host: silent)
            #expect(end.text == heard)
        }
    }

    @Test func `reads on while the client is asked`() async throws {
        let answered = Gate()
        let old = SessionServer { incoming, server in
            guard let events = incoming.events() else { return }
            await events.request("q", "elicitation/create", ["message": "?"])
            let token = incoming.meta?["progressToken"] ?? .null
            await events.notify("notifications/progress", ["progressToken": token, "progress": 1])
            _ = await server.answer(to: "q")
            await events.result(text("done"))
        }
        try await withServer(old.script) { client, server in
            let host = Box<TestHost?>(nil)
            let waiting = TestHost { questions in
                await answered.pass()
                return [questions[0].key: .result(["action": "accept"])]
            }
            host.change { $0 = waiting }
            let call = client.loop.runTask {
                await client.call(
                    "ask",
                    {
                        $0.capabilities = ["elicitation": [:]]; $0.wantsProgress = true
                    }, host: waiting)
            }
            #expect(await eventually { waiting.progress.count == 1 })
            answered.open()
            #expect(await call.value.text == "done")
        }
    }

    @Test func `does not count the time in which a person is asked`() async throws {
        let old = SessionServer { incoming, server in
            guard let events = incoming.events() else { return }
            await events.request("q", "elicitation/create", ["message": "?"])
            _ = await server.answer(to: "q")
            await events.result(text("done"))
        }
        try await withServer(old.script) { client, server in
            let slow = TestHost { [client] questions in
                try? await client.loop.sleep(nanoseconds: 1_200_000_000)
                return [questions[0].key: .result(["action": "accept"])]
            }
            let end = await client.call(
                "ask",
                {
                    $0.capabilities = formOnly; $0.time = .seconds(1)
                }, host: slow)
            #expect(end.text == "done")
        }
    }

    @Test func `ends a call at its deadline and tells the upstream`() async throws {
        let old = SessionServer { incoming, server in
            guard let events = incoming.events() else { return }
            await events.notify("notifications/message", ["level": "info", "data": "on it"])
            await events.untilClientGone()
        }
        try await withServer(old.script) { client, server in
            _ = await client.describe()
            let end = await client.call("hang", { $0.time = .milliseconds(150) })
            #expect(end == .error(.transport(.timedOut(sent: true))))
            let cancelled = try #require(server.seen("notifications/cancelled").first)
            #expect(cancelled.message["params"]?["requestId"] == server.seen("tools/call").first?.message["id"])
        }
    }

    @Test func `tells the upstream when a call is cancelled, and goes on`() async throws {
        let begun = Gate()
        let old = SessionServer { incoming, server in
            guard incoming.tool == "hang", let events = incoming.events() else { return incoming.result(text("done")) }
            await events.notify("notifications/message", ["level": "info", "data": "on it"])
            begun.open()
            await events.untilClientGone()
        }
        try await withServer(old.script) { client, server in
            let call = client.loop.runTask { await client.call("hang") }
            await begun.pass()
            call.cancel()
            #expect(await call.value == .error(.transport(.cancelled)))
            #expect(server.count("notifications/cancelled") == 1)
            #expect(await client.call().text == "done")
            #expect(server.count("initialize") == 1)
        }
    }

    @Test func `goes on with a stream that broke off`() async throws {
        let old = SessionServer { incoming, server in
            guard let events = incoming.events() else { return }
            await events.raw("id: e1\nretry: 5\ndata:\n\n")
            await events.message(
                ["jsonrpc": "2.0", "method": "notifications/message", "params": ["level": "info", "data": "x"]],
                eventID: "e2")
            if incoming.tool == "cut" { events.cut() } else { events.finish() }
        }.answering { incoming in
            guard incoming.httpMethod == .get, incoming.field(.lastEventID) == "e2", let events = incoming.events()
            else {
                return incoming.empty(405)
            }
            await events.message(
                ["jsonrpc": "2.0", "id": 2, "result": text("resumed")], eventID: "e3")
            events.finish()
        }
        try await withServer(old.script) { client, server in
            #expect(await client.call("cut").text == "resumed")
        }
        try await withServer(old.script) { client, server in
            #expect(await client.call("finish").text == "resumed")
        }
    }

    @Test func `gives up a stream that cannot be gone on with`() async throws {
        let old = SessionServer { incoming, server in
            guard let events = incoming.events() else { return }
            await events.raw("id: e1\nretry: 5\ndata:\n\n")
            events.finish()
        }
        try await withServer(old.script) { client, server in #expect(await client.call() == .error(.cutOff)) }
    }

    @Test(arguments: [(2, true), (3, false)])
    func `goes on a limited number of times without hearing anything`(times: Int, isAnswered: Bool) async throws {
        let resumed = Box(0)
        let old = SessionServer { incoming, server in
            guard let events = incoming.events() else { return }
            await events.raw("id: e1\nretry: 1\ndata:\n\n")
            events.finish()
        }.answering { incoming in
            guard let events = incoming.events() else { return }
            if resumed.add() == times {
                await events.message(["jsonrpc": "2.0", "id": 2, "result": text("at last")])
            }
            events.finish()
        }
        try await withServer(old.script, settings: { $0.resumptionsMax = 2 }) { client, server in
            let end = await client.call()
            #expect(isAnswered ? end.text == "at last" : end == .error(.cutOff))
        }
    }

    @Test func `sets the log level once, and again when somebody wants more`() async throws {
        let old = SessionServer { incoming, server in
            guard let events = incoming.events() else { return }
            for level in ["debug", "warning"] {
                await events.notify("notifications/message", ["level": .string(level), "data": "x"])
            }
            await events.result(text("done"))
        }
        try await withServer(old.script) { client, server in
            for (level, heard) in [("warning", 1), ("error", 0), ("debug", 2), ("info", 1)] {
                let host = TestHost()
                #expect(await client.call("log", { $0.logLevel = level }, host: host).text == "done")
                #expect(host.logs.count == heard)
            }
            #expect(server.seen("logging/setLevel").map { $0.message["params"]?["level"] } == ["warning", "debug"])
        }
    }

    @Test func `answers in neutral form`() async throws {
        let old = SessionServer { incoming, server in
            if incoming.tool == "missing" { return incoming.failure(-32002, "no such resource") }
            incoming.result(["content": [], "_meta": ["io.modelcontextprotocol/related-task": ["taskId": "t"]]])
        }
        try await withServer(old.script) { client, server in
            #expect(await client.call() == .result(["content": [], "resultType": "complete"]))
            #expect(await client.call("missing") == .failure(MCPFailure(code: -32602, message: "no such resource")))
        }
    }

    @Test func `opens the page that the upstream wants first, and begins the call anew`() async throws {
        let calls = Box(0)
        let old = SessionServer { incoming, server in
            if calls.add() > 1 { return incoming.result(text("done")) }
            incoming.failure(
                -32042, "log in",
                data: [
                    "elicitations": [
                        ["mode": "url", "elicitationId": "e", "url": "https://example.org", "message": "Log in"]
                    ]
                ])
        }
        try await withServer(old.script) { client, server in
            let host = TestHost { questions in [questions[0].key: .result(["action": "accept"])] }
            #expect(
                await client.call("ask", { $0.capabilities = ["elicitation": ["url": [:]]] }, host: host).text == "done"
            )
            #expect(host.rounds.first?.first?.isPage == true)
            calls.change { $0 = 0 }
            guard case .failure(let failure) = await client.call("ask", { $0.capabilities = formOnly }) else {
                Issue.record("it was asked")
                return
            }
            #expect(failure.code == -32042)
        }
    }

    @Test func `is ended when it lies unused`() async throws {
        let old = SessionServer()
        try await withServer(old.script, settings: { $0.sessionIdleTime = .zero }) { client, server in
            #expect(await client.call().text == "done")
            #expect(await eventually { old.sessions.value.isEmpty })
            #expect(await client.call().text == "done")
        }
    }

    @Test func `is ended when the gateway lets go of what lies unused`() async throws {
        let old = SessionServer()
        try await withServer(old.script) { client, server in
            #expect(await client.call().text == "done")
            client.upstream.closeIdle()
            #expect(await eventually { old.sessions.value.isEmpty })
        }
    }

    @Test(arguments: [(2, true), (3, false)])
    func `finds a place among a limited number`(clients: Int, isServed: Bool) async throws {
        let waiting = Gate()
        let arrived = Box(0)
        let old = SessionServer { incoming, server in
            arrived.add()
            await waiting.pass()
            incoming.result(text("done"))
        }
        // The shared one takes a place of its own.
        try await withServer(old.script, settings: { $0.sessionsMax = 2 }) { client, server in
            let calls = (1..<clients).map { number in
                client.loop.runTask {
                    await client.call(
                        "wait",
                        {
                            $0.principal = "client-\(number)"; $0.capabilities = ["elicitation": [:]]
                        })
                }
            }
            #expect(await eventually { arrived.value >= min(clients - 1, 2) })
            let last = client.loop.runTask {
                await client.call(
                    "wait",
                    {
                        $0.principal = "last"; $0.capabilities = ["elicitation": [:]]
                    })
            }
            if isServed { #expect(await eventually { arrived.value == 2 }) }
            if !isServed { #expect(await last.value == .error(.transport(.poolFull))) }
            waiting.open()
            for call in calls { #expect(await call.value.text == "done") }
            if isServed { #expect(await last.value.text == "done") }
        }
    }

    @Test(arguments: [(2, 2), (3, 3), (5, 3)])
    func `shares a session when as many calls have one to themselves as may`(calls: Int, sessions: Int) async throws {
        let waiting = Gate()
        let arrived = Box<[String?]>([])
        let old = SessionServer { incoming, server in
            arrived.change { $0.append(incoming.field(.mcpSessionID)) }
            await waiting.pass()
            guard let events = incoming.events() else { return }
            await events.request(.string(incoming.tool), "elicitation/create", ["message": .string(incoming.tool)])
            let answer = await server.answer(to: incoming.tool)
            await events.result(text(answer["result"]?["content"]?["name"]?.stringValue ?? "nobody"))
        }
        try await withServer(old.script, settings: { $0.ownSessionsMax = 2 }) { client, server in
            await withTaskGroup { group in
                for number in 0..<calls {
                    group.addTask {
                        let host = TestHost.accepting(["name": .string("name-\(number)")])
                        let end = await client.call(
                            "tool-\(number)", { $0.capabilities = formOnly }, host: host, loop: number % 2)
                        #expect(end.text == "name-\(number)")
                    }
                }
                #expect(await eventually { arrived.value.count == calls })
                waiting.open()
            }
            let counts = Dictionary(grouping: arrived.value, by: \.self).values.map(\.count).sorted()
            #expect(counts == [1, 1] + (calls > 2 ? [calls - 2] : []))
            #expect(counts.count == sessions)
            // When they are over, there are sessions that a call can have to itself again.
            #expect(
                await client.call("last", { $0.capabilities = formOnly }, host: TestHost.accepting([:])).text
                    == "nobody")
            #expect(server.seen("initialize").count { $0.message["params"]?["capabilities"] != [:] } == sessions)
        }
    }

    @Test func `makes room for a new one when another lies unused`() async throws {
        let old = SessionServer()
        try await withServer(old.script, settings: { $0.sessionsMax = 2 }) { client, server in
            for number in 0..<5 {
                let end = await client.call(
                    "echo",
                    {
                        $0.principal = "client-\(number)"; $0.capabilities = ["elicitation": [:]]
                    })
                #expect(end.text == "done")
            }
            #expect(await eventually { old.sessions.value.count == 2 })
        }
    }
}
