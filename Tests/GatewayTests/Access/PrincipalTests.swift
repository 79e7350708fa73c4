import GatewayModel
import JSONCoding
import MCPWire
import Testing
import UpstreamClients

@testable import Gateway

@Suite struct `What belongs to a principal` {
    private static func guarded(_ options: inout GatewayUnderTest.Options) {
        options.auth = .oauth
        options.admitting = TestAdmitting(people)
    }

    private static let calling: JSONObject = ["name": "a", "arguments": [:]]

    private static func asking() -> ScriptedUpstream {
        ScriptedUpstream("one", tools: ["a"]) { _, host in
            do throws(ClientSilence) {
                let answers = try await host.ask([question("q")])
                return .result(text(answers["q"]?.content?["word"]?.stringValue ?? "nothing"))
            } catch {
                return .result(text("\(error)"))
            }
        }
    }

    @Test func `is a session: another token of the same one goes on with it, and nobody else does`() async throws {
        try await withClient([ScriptedUpstream("one", tools: ["a"])], Self.guarded) { client, _ throws in
            let id = try client.signed("alice").session().id
            func session(_ person: String) -> TestClient.Session {
                TestClient.Session(client: client.signed(person), id: id, revision: "2025-11-25", path: "/mcp")
            }
            #expect(try session("alice2").request("tools/call", Self.calling).content == "one did a")
            #expect(try session("bob").request("ping").status == 404)
            #expect(try session("bob").delete().status == 404)
            let stream = try session("bob").stream()
            #expect(try stream.readHead().status == 404)
            stream.close()
            let none = TestClient.Session(client: client, id: id, revision: "2025-11-25", path: "/mcp")
            #expect(try none.request("ping").status == 401)
            #expect(try session("alice").request("ping").status == 200)
        }
    }

    @Test func `is a call that waits for its answers`() async throws {
        try await withClient([Self.asking()], Self.guarded) { client, _ throws in
            let asked = try client.signed("alice").stateless("tools/call", Self.calling, .asked)
            var retry = Self.calling
            retry["requestState"] = asked.result?["requestState"]
            retry["inputResponses"] = ["q": ["action": "accept", "content": ["word": "mine"]]]
            #expect(try client.signed("bob").stateless("tools/call", retry, .asked).code == -32602)
            #expect(try client.signed("alice2").stateless("tools/call", retry, .asked).content == "mine")
        }
    }

    @Test func `is a task, also for who knows its id`() async throws {
        let task = ScriptedTask(core: false)
        try await withClient([ScriptedUpstream.withExtension(task)], Self.guarded) { client, _ throws in
            let takesTasks = TestClient.Sender(capabilities: tasksExtension)
            let begun = try client.signed("alice").stateless(
                "tools/call", ["name": "work", "arguments": [:]], takesTasks)
            let id = try #require(begun.result?["taskId"])
            let looking = TestClient.Sender(
                capabilities: tasksExtension, fields: [("mcp-name", id.stringValue ?? "")])
            #expect(try client.signed("bob").stateless("tasks/get", ["taskId": id], looking).code == -32602)
            #expect(
                try client.signed("alice2").stateless("tasks/get", ["taskId": id], looking).result?["status"]
                    == "working")
        }
    }

    @Test func `is the session at an upstream in which it may be asked`() async throws {
        let upstream = ScriptedUpstream("one", tools: ["a"])
        try await withClient([upstream], Self.guarded) { client, _ throws in
            for person in ["alice", "alice2", "bob"] {
                _ = try client.signed(person).stateless("tools/call", Self.calling, .asked)
            }
            let leases = upstream.requests.map(\.lease)
            #expect(leases[0] == leases[1])
            #expect(leases[0] != leases[2])
            #expect(leases.allSatisfy { $0.account.isEmpty })
        }
    }

    @Test func `keeps its name short whatever its client is called`() async throws {
        var options = people
        options["long"] = .init(user: "u_long", client: "https://c.example/" + String(repeating: "x", count: 2_000))
        let tokens = options
        try await withClient(
            [Self.asking()],
            {
                $0.auth = .oauth
                $0.admitting = TestAdmitting(tokens)
            }
        ) { client, _ throws in
            let long = client.signed("long")
            #expect(try long.session().request("ping").status == 200)
            let asked = try long.stateless("tools/call", Self.calling, .asked)
            var retry = Self.calling
            retry["requestState"] = asked.result?["requestState"]
            retry["inputResponses"] = ["q": ["action": "accept", "content": ["word": "mine"]]]
            #expect(try long.stateless("tools/call", retry, .asked).content == "mine")
        }
    }

    @Test func `is a session over two addresses, for messages too`() async throws {
        try await withClient([ScriptedUpstream("one", tools: ["a"])], Self.guarded) { client, _ throws in
            let stream = try client.signed("alice").open("GET", "/sse", [("accept", "text/event-stream")])
            let address = try #require(try stream.event()?.data)
            let body = client.initialize("2024-11-05")
            #expect(try client.open("POST", address, body: body, TestClient.posting).whole().status == 401)
            #expect(
                try client.signed("bob").open("POST", address, body: body, TestClient.posting).whole().status == 404)
            #expect(
                try client.signed("alice2").open("POST", address, body: body, TestClient.posting).whole().status == 202)
            #expect(try stream.message()?.json["result"]?["protocolVersion"] == "2024-11-05")
            stream.close()
        }
    }

    // MARK: How much of it there may be

    @Test func `has a limit of calls that leaves the others theirs`() async throws {
        let gate = Gate()
        let upstream = ScriptedUpstream("one", tools: ["a"]) { _, _ in
            await gate.pass()
            return .result(text("done"))
        }
        try await withClient(
            [upstream],
            {
                Self.guarded(&$0)
                $0.limits.callsPerPrincipal = 2
            }
        ) { client, _ throws in
            let alice = client.signed("alice")
            let open = [
                try alice.openStateless("tools/call", Self.calling),
                try alice.openStateless("tools/call", Self.calling, id: 2),
            ]
            #expect(eventuallyBlocking { upstream.requests.count == 2 })
            let third = try client.signed("alice2").stateless("tools/call", Self.calling, id: 3)
            #expect(third.status == 200)
            #expect(third.error?["message"]?.stringValue?.contains("too many calls in flight") == true)
            #expect(third.json["id"] == 3)
            let other = try client.signed("bob").openStateless("tools/call", Self.calling)
            gate.open()
            #expect(try other.whole().content == "done")
            for call in open { #expect(try call.whole().content == "done") }
            #expect(try alice.stateless("tools/call", Self.calling).content == "done")
        }
    }

    @Test func `has a limit of streams and of calls that wait for a person`() async throws {
        try await withClient(
            [Self.asking()],
            {
                Self.guarded(&$0)
                $0.limits.streamsPerPrincipal = 1
                $0.limits.parkedPerPrincipal = 1
            }
        ) { client, gateway throws in
            let alice = client.signed("alice")
            func stream(_ client: TestClient) throws -> OpenAnswer {
                try client.open("GET", "/mcp", [("accept", "text/event-stream")])
            }
            let first = try stream(alice)
            #expect(try first.readHead().status == 200)
            #expect(try stream(alice).whole().status == 503)
            let other = try stream(client.signed("bob"))
            #expect(try other.readHead().status == 200)
            other.close()
            first.close()
            #expect(
                eventuallyBlocking {
                    guard let again = try? stream(alice), let head = try? again.readHead() else { return false }
                    again.close()
                    return head.status == 200
                })
            #expect(try alice.stateless("tools/call", Self.calling, .asked).result?["resultType"] == "input_required")
            #expect(try alice.stateless("tools/call", Self.calling, .asked).content == "tooManyParked")
            let bob = try client.signed("bob").stateless("tools/call", Self.calling, .asked)
            #expect(bob.result?["resultType"] == "input_required")
        }
    }

    @Test func `is remembered no longer than anything of it is open, when there are many`() {
        let uses = PrincipalUses(usesMax: 3)
        func principal(_ number: Int) -> Principal {
            Principal(user: "u\(number)", client: "c", server: .default, scopes: .all, groups: [], role: nil)
        }
        let busy = uses.use(of: principal(0))
        #expect(busy.calls.enter(limit: 1))
        for number in 1..<50 { _ = uses.use(of: principal(number)) }
        #expect(uses.use(of: principal(0)) === busy)
        #expect(uses.count <= 4)
        // One that comes with every call and one that comes anew are counted together, also after others were forgotten.
        let held = principal(7)
        _ = uses.use(of: held)
        for number in 50..<60 { _ = uses.use(of: principal(number)) }
        #expect(uses.use(of: held) === uses.use(of: principal(7)))
    }
}
