import HTTPMessages
import JSONCoding
import MCPWire
import Testing

@testable import UpstreamClients

@Suite struct `A wait for a task` {
    private static let related = "io.modelcontextprotocol/related-task"

    private func waiting(_ task: String) -> (inout Wish) -> Void {
        { wish in
            wish.method = .tasksResult
            wish.params = ["taskId": .string(task)]
            wish.capabilities = ["elicitation": [:]]
        }
    }

    /// A server that asks about both tasks on the stream of the session, once both are waited for, and then ends them.
    private func server(_ answers: Box<[String: JSONValue]>) -> SessionServer {
        let waits = Box(0)
        let server = Box<SessionServer?>(nil)
        let made = SessionServer().answering { incoming in
            if incoming.httpMethod == .get {
                guard let events = incoming.events() else { return }
                _ = await eventually { waits.value == 2 }
                for task in ["two", "nobody's", "one"] {
                    await events.request(
                        .string("about \(task)"), "elicitation/create",
                        [
                            "message": .string(task), "mode": "form", "requestedSchema": ["type": "object"],
                            "_meta": .object(JSONObject([.init(name: Self.related, value: ["taskId": .string(task)])])),
                        ])
                }
                return await events.untilClientGone()
            }
            guard incoming.method == "tasks/result", let events = incoming.events() else { return incoming.empty(405) }
            let task = incoming.params?["taskId"]?.stringValue ?? ""
            waits.add()
            let answer = await server.value?.answer(to: "about \(task)") ?? .null
            answers.change { $0[task] = answer["result"] }
            await events.result(text("\(task) is over"))
        }
        server.change { $0 = made }
        return made
    }

    @Test func `hears what is asked about it on the session's stream, and nothing about others`() async throws {
        let answers = Box<[String: JSONValue]>([:])
        let old = server(answers)
        try await withServer(old.script) { client, server in
            let hosts = ["one": TestHost.accepting(["word": "first"]), "two": TestHost.accepting(["word": "second"])]
            await withTaskGroup { group in
                for (task, host) in hosts {
                    group.addTask {
                        let end = await client.call("", waiting(task), host: host)
                        #expect(end.text == "\(task) is over")
                    }
                }
            }
            for (task, host) in hosts {
                #expect(host.rounds.map { $0.map { $0.params?["message"] } } == [[.string(task)]])
                // The answer says which task it is about.
                #expect(answers.value[task]?["_meta"]?[Self.related] == ["taskId": .string(task)])
            }
            #expect(answers.value["one"]?["content"] == ["word": "first"])
            #expect(answers.value["two"]?["content"] == ["word": "second"])
            // What belongs to nobody is refused, not left open.
            #expect(await eventually { server.seen.contains { $0.message["id"] == "about nobody's" } })
            #expect(server.seen.count { $0.httpMethod == .get } == 1)
        }
    }

    @Test func `begins when a server that takes one stream at a time has seen the end of the last`() async throws {
        let refused = Box(0)
        let server = Box<SessionServer?>(nil)
        let asking = Gate()
        let old = SessionServer().answering { incoming in
            if incoming.httpMethod == .get {
                guard refused.add() > 2 else { return incoming.empty(409) }
                guard let events = incoming.events() else { return }
                await asking.pass()
                await events.request(
                    "q", "elicitation/create",
                    [
                        "message": "?", "mode": "form", "requestedSchema": ["type": "object"],
                        "_meta": .object(JSONObject([.init(name: Self.related, value: ["taskId": "one"])])),
                    ])
                return await events.untilClientGone()
            }
            guard incoming.method == "tasks/result", let events = incoming.events() else { return incoming.empty(405) }
            asking.open()
            _ = await server.value?.answer(to: "q")
            await events.result(text("over"))
        }
        server.change { $0 = old }
        try await withServer(old.script) { client, _ in
            #expect(await client.call("", waiting("one"), host: TestHost.accepting([:])).text == "over")
            #expect(refused.value == 3)
        }
    }

    @Test func `goes without that stream where there is none, and where nobody can be asked`() async throws {
        let old = SessionServer().answering { incoming in
            guard incoming.method == "tasks/result" else { return incoming.empty(405) }
            incoming.result(text("over"))
        }
        try await withServer(old.script) { client, server in
            #expect(await client.call("", waiting("one"), host: TestHost.accepting([:])).text == "over")
            #expect(server.seen.count { $0.httpMethod == .get } == 1)
            #expect(
                await client.call(
                    "",
                    {
                        waiting("one")(&$0)
                        $0.capabilities = [:]
                    }
                ).text == "over")
            #expect(server.seen.count { $0.httpMethod == .get } == 1)
        }
    }
}
