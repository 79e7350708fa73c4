import HTTPTransport
import JSONCoding
import MCPWire
import Testing
import UpstreamClients

@testable import Gateway

@Suite struct `A task of 2025-11-25` {
    private static let related = "io.modelcontextprotocol/related-task"

    @Test func `goes by an id of ours between two sides of that revision`() async throws {
        let task = ScriptedTask(core: true)
        let upstream = ScriptedUpstream.withCore(task) { _, host async throws(UpstreamError) in
            let answers = try? await host.ask([question("q1")])
            task.become("completed")
            return .result(text("heard \(answers?["q1"]?.content?["word"]?.stringValue ?? "nothing")"))
        }
        try await withClient([upstream]) { client, _ in
            let session = try client.session("2025-11-25", ["elicitation": [:]])
            let begun = try session.request("tools/call", ["name": "may", "arguments": [:], "task": ["ttl": 5_000]])
            let id = try #require(begun.result?["task"]?["taskId"]?.stringValue)
            #expect(begun.result?["task"]?["ttl"] == 60_000)
            #expect(begun.result?["resultType"] == nil)
            #expect(begun.result?["content"] == nil)
            #expect(!begun.text.contains(ScriptedTask.original))
            #expect(upstream.requests.first?.task == ["ttl": 5_000])

            let state = try session.task("get", id)
            #expect(state.result?["taskId"]?.stringValue == id)
            #expect(state.result?["pollInterval"] == 50)
            #expect(state.result?["pollIntervalMs"] == nil)

            let waiting = try session.open("tasks/result", ["taskId": .string(id)], id: 9)
            let asked = try #require(try waiting.message())
            #expect(asked.method == "elicitation/create")
            #expect(asked.json["params"]?["_meta"]?[Self.related] == ["taskId": .string(id)])
            _ = try session.respond(
                try #require(asked.json["id"]), ["action": "accept", "content": ["word": "yes"]])
            let ended = try #require(try waiting.message())
            #expect(ended.result?["content"] == [["type": "text", "text": "heard yes"]])
            #expect(ended.result?["_meta"]?[Self.related] == ["taskId": .string(id)])

            let listed = try session.request("tasks/list").result?["tasks"]?.arrayValue
            #expect(listed?.map { $0["taskId"]?.stringValue } == [id])
            #expect(listed?.first?["status"] == "completed")
            // Another session has begun none, and over tasks are not cancelled.
            #expect(try client.session().request("tasks/list").result?["tasks"] == [])
            #expect(try session.task("cancel", id).code == -32602)
        }
    }

    @Test func `is cancelled where it is`() async throws {
        let task = ScriptedTask(core: true)
        let upstream = ScriptedUpstream.withCore(task) { _, _ in .result(text("")) }
        try await withClient([upstream]) { client, _ in
            let session = try client.session()
            let id = try session.beginTask("must")
            let cancelled = try session.task("cancel", id)
            #expect(cancelled.result?["status"] == "cancelled")
            #expect(cancelled.result?["taskId"]?.stringValue == id)
            #expect(task.isCancelled.value)
        }
    }

    @Test func `is told of on the session's stream`() async throws {
        let upstream = ScriptedUpstream.withCore(ScriptedTask(core: true)) { _, _ in .result(text("")) }
        try await withClient([upstream]) { client, _ in
            let session = try client.session()
            let stream = try session.stream()
            #expect(eventuallyBlocking { !upstream.watching.isEmpty })
            let id = try session.beginTask("may")
            upstream.tell(.task(["taskId": "of somebody else", "status": "completed"]))
            upstream.tell(.task(["taskId": .string(ScriptedTask.original), "status": "completed", "ttl": 1]))
            let told = try #require(try stream.message())
            #expect(told.method == "notifications/tasks/status")
            #expect(told.json["params"]?["taskId"]?.stringValue == id)
            #expect(told.json["params"]?["ttl"] == 1)
            stream.close()
        }
    }

    @Test(arguments: ["2025-11-25", "2025-06-18", "stateless"])
    func `that a tool insists on is waited for inside the call of a client that takes none`(client: String) async throws
    {
        let upstream = ScriptedUpstream.withCore(ScriptedTask(core: true)) { _, _ in .result(text("at last")) }
        try await withClient([upstream]) { tester, _ in
            let params: JSONObject = ["name": "must", "arguments": [:]]
            let answer =
                client == "stateless"
                ? try tester.stateless("tools/call", params)
                : try tester.session(client).request("tools/call", params)
            #expect(answer.content == "at last")
            #expect(answer.result?["_meta"]?[Self.related] == nil)
        }
        #expect(upstream.requests.map(\.method) == [.toolsCall, .tasksResult])
        #expect(upstream.requests.first?.task == [:])
    }

    @Test func `that nobody waits for any more is cancelled`() async throws {
        let task = ScriptedTask(core: true)
        let upstream = ScriptedUpstream.withCore(task) { _, host async throws(UpstreamError) in
            _ = try? await host.ask([question("q1")])
            throw .transport(.cancelled)
        }
        try await withClient([upstream]) { client, _ in
            let session = try client.session("2025-11-25", ["elicitation": [:]])
            let waiting = try session.open("tools/call", ["name": "must", "arguments": [:]], id: 5)
            #expect(try waiting.message()?.method == "elicitation/create")
            _ = try session.notify("notifications/cancelled", ["requestId": 5])
            #expect(eventuallyBlocking { task.isCancelled.value })
        }
    }

    @Test func `is one of the extension to a client of that`() async throws {
        let task = ScriptedTask(core: true)
        let upstream = ScriptedUpstream.withCore(task) { _, _ in .result(text("so far").adding(["isError": true])) }
        try await withClient([upstream]) { client, _ in
            #expect(
                try client.stateless("server/discover").result?["capabilities"]?["extensions"]
                    == tasksExtension["extensions"])
            let begun = try client.stateless("tools/call", ["name": "may", "arguments": [:]], .takingTasks)
            #expect(begun.result?["resultType"] == "task")
            #expect(begun.result?["ttlMs"] == 60_000)
            #expect(begun.result?["pollIntervalMs"] == 50)
            let id = try #require(begun.result?["taskId"]?.stringValue)
            let working = try client.task("get", id)
            #expect(working.result?["status"] == "working")
            #expect(working.result?["resultType"] == "complete")
            #expect(working.result?["result"] == nil)
            // A tool's own error is a result.
            task.become("failed")
            let ended = try client.task("get", id)
            #expect(ended.result?["status"] == "completed")
            #expect(ended.result?["result"]?["isError"] == true)
            #expect(ended.result?["taskId"]?.stringValue == id)
            #expect(try client.task("cancel", id).result?["resultType"] == "complete")
            // A tool that is no task is called as ever.
            #expect(
                try client.stateless("tools/call", ["name": "never", "arguments": [:]], .takingTasks).content
                    == "done at once")
        }
    }

    @Test func `that failed in the protocol has an error for a client of the extension`() async throws {
        let task = ScriptedTask(core: true)
        let upstream = ScriptedUpstream.withCore(task) { _, _ in .failure(MCPFailure(code: -32_000, message: "broke")) }
        try await withClient([upstream]) { client, _ in
            let id = try client.beginTask("may")
            task.become("failed")
            let ended = try client.task("get", id)
            #expect(ended.result?["status"] == "failed")
            #expect(ended.result?["error"] == ["code": -32_000, "message": "broke"])
        }
    }

    @Test func `asks a client of the extension when that looks`() async throws {
        let task = ScriptedTask(core: true)
        let heard = Box<[String]>([])
        let upstream = ScriptedUpstream.withCore(task) { _, host async throws(UpstreamError) in
            guard task.state.value["status"] == "input_required" else { return .result(text("done")) }
            let answers = try? await host.ask([question("q1"), question("q2")])
            heard.change { $0 += ["q1", "q2"].compactMap { answers?[$0]?.content?["word"]?.stringValue } }
            task.become("completed")
            return .result(text("done"))
        }
        try await withClient([upstream]) { client, _ in
            let id = try client.beginTask("may")
            task.become("input_required")
            let asked = try #require(try client.task("get", id).result?["inputRequests"]?.objectValue)
            #expect(asked.members.count == 2)
            #expect(asked.members.first?.value["method"] == "elicitation/create")
            // The same questions have the same keys, answers may come one by one, and unknown ones are ignored.
            func answer(_ key: String, _ word: String) throws {
                let response: JSONValue = ["action": "accept", "content": ["word": .string(word)]]
                let responses = JSONObject([.init(name: key, value: response), .init(name: "nobody", value: response)])
                let updated = try client.task("update", id, ["inputResponses": .object(responses)])
                #expect(updated.result?["resultType"] == "complete")
            }
            try answer(asked.members[0].name, "one")
            let left = try #require(try client.task("get", id).result?["inputRequests"]?.objectValue)
            #expect(left.members.map(\.name) == [asked.members[1].name])
            try answer(asked.members[1].name, "two")
            #expect(eventuallyBlocking { (try? client.task("get", id).result?["status"]) == "completed" })
        }
        #expect(heard.value == ["one", "two"])
    }
}

@Suite struct `A task of the extension for a client of 2025-11-25` {
    @Test func `is begun, looked at, waited for and listed in that client's form`() async throws {
        let task = ScriptedTask(core: false)
        let upstream = ScriptedUpstream.withExtension(task)
        try await withClient([upstream]) { client, _ in
            let session = try client.session("2025-11-25", ["elicitation": [:]])
            let tools = try session.request("tools/list").result?["tools"]?.arrayValue
            #expect(tools?.first?["execution"] == ["taskSupport": "optional"])
            let begun = try session.request("tools/call", ["name": "work", "arguments": [:], "task": [:]])
            let state = try #require(begun.result?["task"])
            let id = try #require(state["taskId"]?.stringValue)
            #expect(state["ttl"] == 60_000)
            #expect(state["ttlMs"] == nil)
            #expect(!begun.text.contains(ScriptedTask.original))

            let entry: JSONObject = ["method": "elicitation/create", "params": ["message": "Who?"]]
            task.become("input_required", ["inputRequests": ["who": .object(entry)]])
            let looked = try session.task("get", id)
            #expect(looked.result?["status"] == "input_required")
            #expect(looked.result?["inputRequests"] == nil)

            let waiting = try session.open("tasks/result", ["taskId": .string(id)], id: 9)
            let asked = try #require(try waiting.message())
            #expect(asked.method == "elicitation/create")
            #expect(
                asked.json["params"]?["_meta"]?["io.modelcontextprotocol/related-task"] == ["taskId": .string(id)])
            _ = try session.respond(try #require(asked.json["id"]), ["action": "accept", "content": ["name": "Ada"]])
            #expect(eventuallyBlocking { !task.updates.value.isEmpty })
            #expect(task.updates.value.first?["inputResponses"]?["who"]?["content"] == ["name": "Ada"])
            task.become("completed", ["result": .object(text("hello Ada"))])
            #expect(try waiting.message()?.result?["content"] == [["type": "text", "text": "hello Ada"]])
            #expect(try session.request("tasks/list").result?["tasks"]?.arrayValue?.first?["status"] == "completed")
            #expect(try session.task("cancel", id).code == -32602)
        }
        #expect(task.updates.value.count == 1)
    }

    @Test func `is over at once when the upstream answers at once`() async throws {
        try await withClient([ScriptedUpstream.withExtension(ScriptedTask(core: false))]) { client, _ in
            let session = try client.session()
            let begun = try session.request("tools/call", ["name": "quick", "arguments": [:], "task": ["ttl": 1_000]])
            #expect(begun.result?["task"]?["status"] == "completed")
            let id = try #require(begun.result?["task"]?["taskId"]?.stringValue)
            #expect(try session.task("get", id).result?["status"] == "completed")
            #expect(try session.task("result", id).content == "done at once")
            #expect(try session.task("cancel", id).code == -32602)
            #expect(try session.request("tasks/list").result?["tasks"]?.arrayValue?.count == 1)
            // Without a task nothing of this happens, and no other session has it.
            #expect(try session.request("tools/call", ["name": "work", "arguments": [:]]).content == "done at once")
            #expect(try client.session().task("result", id).code == -32602)
        }
    }

    @Test func `is cancelled in its words`() async throws {
        let task = ScriptedTask(core: false)
        try await withClient([ScriptedUpstream.withExtension(task)]) { client, _ in
            let session = try client.session()
            let id = try session.beginTask("work")
            #expect(try session.task("cancel", id).result?["status"] == "cancelled")
            #expect(task.isCancelled.value)
        }
    }

    @Test(arguments: ["2025-11-25", "2025-06-18"])
    func `that a tool insists on is waited for inside the call of one that takes none`(revision: String) async throws {
        let task = ScriptedTask(core: false)
        let upstream = ScriptedUpstream.withExtension(task)
        try await withClient([upstream]) { client, _ in
            let session = try client.session(revision, ["elicitation": [:]])
            let entry: JSONObject = ["method": "elicitation/create", "params": ["message": "Who?"]]
            task.become("input_required", ["inputRequests": ["who": .object(entry)]])
            let calling = try session.open("tools/call", ["name": "only", "arguments": [:]], id: 3)
            let asked = try #require(try calling.message())
            #expect(asked.method == "elicitation/create")
            _ = try session.respond(try #require(asked.json["id"]), ["action": "accept", "content": ["name": "Ada"]])
            #expect(eventuallyBlocking { !task.updates.value.isEmpty })
            task.become("completed", ["result": .object(text("hello Ada"))])
            #expect(try calling.message()?.result?["content"] == [["type": "text", "text": "hello Ada"]])
            // One that can declare it is told to.
            let told = try client.stateless("tools/call", ["name": "only", "arguments": [:]])
            #expect(told.status == 400)
            #expect(told.code == -32021)
        }
    }

    @Test func `is nothing to clients of older revisions`() async throws {
        try await withClient([ScriptedUpstream.withExtension(ScriptedTask(core: false))]) { client, _ in
            let session = try client.session("2025-06-18")
            let answer = try session.request("tools/call", ["name": "work", "arguments": [:], "task": [:]])
            #expect(answer.content == "done at once")
            for method in ["get", "result", "cancel", "list"] {
                let answer = try session.task(method, "any")
                #expect(answer.code == -32601)
            }
        }
    }
}

@Suite struct `The tasks of a session` {
    @Test func `are listed up to 200, the newest`() {
        var shelf = TaskShelf()
        for number in 1...TaskShelf.tasksMax { shelf.add("\(number)", held: nil, bytesMax: 100) }
        #expect(shelf.entries.first?.id == "1")
        shelf.add("one more", held: nil, bytesMax: 100)
        #expect(shelf.entries.count == 200)
        #expect(shelf.entries.first?.id == "2")
    }

    @Test func `hold results up to their limit, and the newest in any case`() {
        var shelf = TaskShelf()
        let result: JSONObject = ["result": "1234567"]  // 20 bytes
        shelf.add("a", held: result, bytesMax: 40)
        shelf.add("b", held: result, bytesMax: 40)
        #expect(shelf.held("a") == result)
        shelf.add("c", held: result, bytesMax: 39)
        #expect(shelf.held("a") == nil)
        #expect(shelf.held("b") == nil)
        #expect(shelf.held("c") == result)
        shelf.add("d", held: ["result": "much longer than the limit of all together"], bytesMax: 40)
        #expect(shelf.entries.map(\.id) == ["d"])
    }

    @Test func `come in pages of 20`() {
        var shelf = TaskShelf()
        for number in 1...21 { shelf.add("\(number)", held: nil, bytesMax: 0) }
        let first = shelf.page(after: 0, count: TaskList.pageMax)
        #expect(first.entries.count == 20)
        #expect(first.hasMore)
        let second = shelf.page(after: first.entries.last?.number ?? 0, count: TaskList.pageMax)
        #expect(second.entries.map(\.id) == ["21"])
        #expect(!second.hasMore)
    }
}
