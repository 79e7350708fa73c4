import GatewayModel
import JSONCoding
import MCPWire
import Testing
import UpstreamClients

@testable import Gateway

@Suite struct `A task of the extension` {
    @Test func `goes by an id of ours, and its upstream by its own`() async throws {
        let task = ScriptedTask(core: false)
        let upstream = ScriptedUpstream.withExtension(task)
        try await withClient([upstream]) { client, _ in
            let begun = try client.stateless("tools/call", ["name": "work", "arguments": [:]], .takingTasks)
            #expect(begun.result?["resultType"] == "task")
            #expect(begun.result?["status"] == "working")
            #expect(begun.result?["ttlMs"] == 60_000)
            let id = try #require(begun.result?["taskId"]?.stringValue)
            #expect(!begun.text.contains(ScriptedTask.original))

            let questions: JSONObject = ["name": ["method": "elicitation/create", "params": ["message": "Who?"]]]
            task.become("input_required", ["inputRequests": .object(questions)])
            let asked = try client.task("get", id)
            #expect(asked.result?["taskId"]?.stringValue == id)
            #expect(asked.result?["resultType"] == "complete")
            #expect(asked.result?["inputRequests"] == .object(questions))

            let answers: JSONValue = ["name": ["action": "accept", "content": ["name": "Ada"]]]
            #expect(try client.task("update", id, ["inputResponses": answers]).result?["resultType"] == "complete")
            #expect(task.updates.value.first?["inputResponses"] == answers)

            task.become("completed", ["result": .object(text("hello"))])
            let done = try client.task("get", id)
            #expect(done.result?["result"]?["content"] == [["type": "text", "text": "hello"]])
            #expect(!done.text.contains(ScriptedTask.original))
            #expect(try client.task("cancel", id).result?["resultType"] == "complete")
            #expect(task.isCancelled.value)
        }
        #expect(upstream.requests.allSatisfy { ClientCapabilities(neutral: $0.capabilities).takesTasks })
        #expect(upstream.requests.map(\.method) == [.toolsCall, .tasksGet, .tasksUpdate, .tasksGet, .tasksCancel])
    }

    @Test func `is unknown to others, elsewhere and later`() async throws {
        let task = ScriptedTask(core: false)
        let upstream = ScriptedUpstream.withExtension(task)
        try await withClient([upstream]) { client, gateway in
            let id = try client.beginTask("work")
            let last = id.last == "0" ? "1" : "0"
            for wrong in ["", ScriptedTask.original, String(id.dropLast()) + last] {
                let answer = try client.task("get", wrong)
                #expect(answer.code == -32602)
            }
            #expect(try client.task("get", id, path: "/v1/mcp/other").code == -32602)
            for method in ["get", "update", "cancel"] {
                let answer = try client.task(method, id)
                #expect(answer.code == nil)
            }
            // Its 60 s, and the day that an upstream may prolong it by.
            gateway.seconds.change { $0 += 60 + Int(TaskIDs.graceSeconds) }
            #expect(try client.task("get", id).code == nil)
            gateway.seconds.change { $0 += 1 }
            for method in ["get", "update", "cancel"] {
                let answer = try client.task(method, id)
                #expect(answer.code == -32602)
                #expect(answer.status == 200)
            }
        }
    }

    @Test func `that its upstream has lost is unknown, and the upstream's words are not told`() async throws {
        let upstream = ScriptedUpstream.withExtension(ScriptedTask(core: false))
        try await withClient([upstream]) { client, _ in
            let id = try client.beginTask("work")
            upstream.answer { _, _ in .failure(MCPFailure(.invalidParams, "no \(ScriptedTask.original)")) }
            let answer = try client.task("get", id)
            #expect(answer.code == -32602)
            #expect(!answer.text.contains(ScriptedTask.original))
        }
    }

    @Test func `is not for a client that did not declare it`() async throws {
        let upstream = ScriptedUpstream.withExtension(ScriptedTask(core: false))
        try await withClient([upstream]) { client, _ in
            let id = try client.beginTask("work")
            for method in ["get", "update", "cancel"] {
                let answer = try client.task(method, id, JSONObject(), .asked)
                #expect(answer.status == 400)
                #expect(answer.code == -32021)
                #expect(answer.error?["data"]?["requiredCapabilities"] == .object(tasksExtension))
            }
            let listening = try client.stateless("subscriptions/listen", ["notifications": ["taskIds": [.string(id)]]])
            #expect(listening.status == 400)
            #expect(listening.code == -32021)
            // Nor is the upstream told that anybody takes tasks.
            #expect(try client.stateless("tools/call", ["name": "work", "arguments": [:]]).content == "done at once")
            for method in ["list", "result"] {
                let answer = try client.task(method, id)
                #expect(answer.status == 404)
                #expect(answer.code == -32601)
            }
        }
        #expect(upstream.requests.last.map { ClientCapabilities(neutral: $0.capabilities).takesTasks } == false)
    }

    @Test func `that nobody wanted is not passed on`() async throws {
        let upstream = ScriptedUpstream("up", tools: ["work"]) { _, _ in
            .result(result("task", ScriptedTask(core: false)))
        }
        try await withClient([upstream]) { client, _ in
            let answer = try client.stateless("tools/call", ["name": "work", "arguments": [:]])
            #expect(answer.code == -32603)
            #expect(!answer.text.contains(ScriptedTask.original))
        }
    }

    @Test func `is declared if an upstream has it, to the stateless era alone`() async throws {
        try await withClient([ScriptedUpstream.withExtension(ScriptedTask(core: false))]) { client, _ in
            let discovered = try client.stateless("server/discover").result?["capabilities"]
            #expect(discovered?["extensions"] == tasksExtension["extensions"])
            #expect(discovered?["tasks"] == nil)
            let initialized = try client.open("POST", body: client.initialize("2025-11-25"), TestClient.posting).whole()
            #expect(initialized.result?["capabilities"]?["extensions"] == nil)
            #expect(initialized.result?["capabilities"]?["tasks"] == .object(TaskSupport.declaration))
            let older = try client.open("POST", body: client.initialize("2025-06-18"), TestClient.posting).whole()
            #expect(older.result?["capabilities"]?["extensions"] == nil)
            #expect(older.result?["capabilities"]?["tasks"] == nil)
        }
        try await withClient([ScriptedUpstream("up", tools: ["work"])]) { client, _ in
            #expect(try client.stateless("server/discover").result?["capabilities"]?["extensions"] == nil)
            let answer = try client.task("get", "anything")
            #expect(answer.status == 404)
            #expect(answer.code == -32601)
            let initialized = try client.open("POST", body: client.initialize("2025-11-25"), TestClient.posting).whole()
            #expect(initialized.result?["capabilities"]?["tasks"] == nil)
        }
    }

    @Test func `is told of on a stream that names it`() async throws {
        let upstream = ScriptedUpstream.withExtension(ScriptedTask(core: false))
        try await withClient([upstream]) { client, _ in
            let id = try client.beginTask("work")
            let stream = try client.openStateless(
                "subscriptions/listen", ["notifications": ["taskIds": [.string(id), "foreign"]]], id: 7, .takingTasks)
            let acknowledgement = try #require(try stream.message())
            #expect(acknowledgement.method == "notifications/subscriptions/acknowledged")
            #expect(acknowledgement.json["params"]?["notifications"] == ["taskIds": [.string(id)]])
            #expect(
                eventuallyBlocking { upstream.watching.contains { $0.interest.taskIDs == [ScriptedTask.original] } })
            upstream.tell(.task(["taskId": "of somebody else", "status": "working"]))
            upstream.tell(.task(["taskId": .string(ScriptedTask.original), "status": "completed", "result": [:]]))
            let told = try #require(try stream.message())
            #expect(told.method == "notifications/tasks")
            #expect(told.json["params"]?["taskId"]?.stringValue == id)
            #expect(told.json["params"]?["status"] == "completed")
            #expect(told.json["params"]?["_meta"]?["io.modelcontextprotocol/subscriptionId"] == 7)
            stream.close()
        }
    }

    @Test func `is never begun on the short way`() async throws {
        try await withGateway([ScriptedUpstream.withExtension(ScriptedTask(core: false))]) { gateway in
            _ = await gateway.run { [server = gateway.served] in await server.freshOffer(on: $0) }
            func goes(_ capabilities: String) -> Bool {
                let body = Array(
                    """
                    {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"work","arguments":{},"_meta":{\
                    "io.modelcontextprotocol/protocolVersion":"2026-07-28",\
                    "io.modelcontextprotocol/clientCapabilities":\(capabilities)}}}
                    """.utf8)
                return ShortWay.upstream(MCPEnvelope.scan(body), body, gateway.served, .anonymous) != nil
            }
            #expect(goes("{}"))
            #expect(goes(#"{"elicitation":{}}"#))
            #expect(!goes(#"{"extensions":{"io.modelcontextprotocol/tasks":{}}}"#))
        }
    }
}

@Suite struct `Watched tasks` {
    @Test func `are at most a thousand`() throws {
        var watched = WatchedTasks()
        let claims = TaskClaims(
            upstream: "up", taskID: "t", form: .tasksExtension, server: .default, principal: "", expiresAt: nil)
        for number in 0..<WatchedTasks.tasksMax {
            let isAdded = watched.add("\(number)", claims, at: 0)
            #expect(isAdded)
        }
        let isAdded = watched.add("one more", claims, at: 0)
        #expect(!isAdded)
        #expect(watched.ids.count == 1_000)
    }
}
