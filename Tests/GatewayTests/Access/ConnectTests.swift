import GatewayModel
import JSONCoding
import MCPWire
import Testing
import UpstreamClients

@testable import Gateway

@Suite struct `An upstream that each person connects` {
    private static let calling: JSONObject = ["name": "a", "arguments": ["x": 1]]
    private static let opensPages = TestClient.Sender(capabilities: ["elicitation": ["url": [:]]])
    private static let page = "http://localhost:1/connect/mine"

    /// An upstream that is called for a person only when that one has connected it.
    private static func upstream(_ connections: TestConnections) -> ScriptedUpstream {
        ScriptedUpstream("mine", tools: ["a"]) { request, _ async throws(UpstreamError) in
            guard connections.has(request.lease.account, "mine") else {
                throw .connectRequired(ConnectNeed(upstream: "mine", reason: .missing, isPersonal: true))
            }
            return .result(text("for \(request.lease.account)"))
        }
    }

    private static func personal(
        _ connections: TestConnections, auth: ServerAuthMode = .oauth
    ) -> @Sendable (inout GatewayUnderTest.Options) -> Void {
        { options in
            options.auth = auth
            options.admitting = TestAdmitting(people)
            options.links = connections
            options.personal = ["mine"]
        }
    }

    @Test func `is asked for by a page, and the retry goes on when it is connected`() async throws {
        let connections = TestConnections()
        let upstream = Self.upstream(connections)
        try await withClient([upstream], Self.personal(connections)) { client, _ throws in
            let alice = client.signed("alice")
            let asked = try alice.stateless("tools/call", Self.calling, Self.opensPages)
            #expect(asked.result?["resultType"] == "input_required")
            let entry = try #require(asked.result?["inputRequests"]?.objectValue?.members.first)
            #expect(entry.value["method"] == "elicitation/create")
            #expect(entry.value["params"]?["mode"] == "url")
            #expect(entry.value["params"]?["url"] == .string(Self.page))
            var retry = Self.calling
            retry["requestState"] = asked.result?["requestState"]
            retry["inputResponses"] = .object(JSONObject([.init(name: entry.name, value: ["action": "accept"])]))
            // Not connected yet: asked again, after the person had time for it.
            let again = try alice.stateless("tools/call", retry, Self.opensPages)
            #expect(again.result?["resultType"] == "input_required")
            #expect(connections.waited == ["u_alice mine"])
            connections.connect("u_alice", "mine")
            retry["requestState"] = again.result?["requestState"]
            #expect(try alice.stateless("tools/call", retry, Self.opensPages).content == "for u_alice")
            #expect(upstream.requests.last?.params["requestState"] == nil)
            #expect(upstream.requests.last?.params["inputResponses"] == nil)
            // The state is for this person and this call.
            #expect(try client.signed("bob").stateless("tools/call", retry, Self.opensPages).code == -32602)
            retry["arguments"] = ["x": 2]
            #expect(try alice.stateless("tools/call", retry, Self.opensPages).code == -32602)
        }
    }

    @Test func `is asked for a number of times, and not at all after a no`() async throws {
        let connections = TestConnections()
        let upstream = Self.upstream(connections)
        try await withClient([upstream], Self.personal(connections)) { client, _ throws in
            let alice = client.signed("alice")
            var answer = try alice.stateless("tools/call", Self.calling, Self.opensPages)
            func retry(_ action: JSONValue) -> JSONObject {
                var retry = Self.calling
                retry["requestState"] = answer.result?["requestState"]
                retry["inputResponses"] = ["page1": ["action": action]]
                return retry
            }
            let calls = upstream.requests.count
            let declined = try alice.stateless("tools/call", retry("decline"), Self.opensPages)
            #expect(declined.result?["isError"] == true)
            #expect(declined.content?.contains("nothing was done") == true)
            #expect(upstream.requests.count == calls)
            var rounds = 1
            while answer.result?["resultType"] == "input_required", rounds < 20 {
                answer = try alice.stateless("tools/call", retry("accept"), Self.opensPages)
                rounds += 1
            }
            #expect(rounds == InputRequired.roundsMax + 1)
            #expect(answer.result?["isError"] == true)
            #expect(answer.content?.contains(Self.page) == true)
        }
    }

    @Test func `is named by a sentence with the page where a client opens none`() async throws {
        let connections = TestConnections()
        try await withClient([Self.upstream(connections)], Self.personal(connections)) { client, _ throws in
            let alice = client.signed("alice")
            for answer in [
                try alice.stateless("tools/call", Self.calling),
                try alice.session().request("tools/call", Self.calling),
                try alice.session("2025-06-18", ["elicitation": [:]]).request("tools/call", Self.calling),
                // ChatGPT of the handshake era: no session at all.
                try alice.open(
                    "POST", body: TestClient.message("tools/call", Self.calling), TestClient.posting
                ).whole(),
            ] {
                #expect(answer.status == 200)
                #expect(answer.result?["isError"] == true)
                #expect(answer.content?.contains(Self.page) == true)
                #expect(answer.content?.contains("Connect your account") == true)
            }
        }
    }

    @Test func `is asked for by -32042 where 2025-11-25 opens pages`() async throws {
        let connections = TestConnections()
        try await withClient([Self.upstream(connections)], Self.personal(connections)) { client, _ throws in
            let session = try client.signed("alice").session("2025-11-25", ["elicitation": ["url": [:]]])
            let asked = try session.request("tools/call", Self.calling)
            #expect(asked.code == -32042)
            let page = asked.error?["data"]?["elicitations"]?.arrayValue?.first
            #expect(page?["url"] == .string(Self.page))
            #expect(page?["mode"] == "url")
            #expect(page?["elicitationId"]?.stringValue?.isEmpty == false)
            connections.connect("u_alice", "mine")
            #expect(try session.request("tools/call", Self.calling).content == "for u_alice")
        }
    }

    @Test func `leaves the others of the server as they are`() async throws {
        let connections = TestConnections()
        let away = ScriptedUpstream("mine") {
            $0.failure = .connectRequired(ConnectNeed(upstream: "mine", reason: .missing, isPersonal: false))
        }
        try await withClient(
            [ScriptedUpstream("one", tools: ["b"]), away], Self.personal(connections)
        ) { client, _ throws in
            let alice = client.signed("alice")
            let list = try alice.stateless("tools/list").result
            #expect(list?["tools"]?.arrayValue?.map { $0["name"] } == ["b"])
            #expect(list?["ttlMs"] == 0)
            #expect(try alice.stateless("tools/call", ["name": "b", "arguments": [:]]).content == "one did b")
        }
    }

    @Test(arguments: [ServerAuthMode.mixed, .none])
    func `is never called for somebody who has not signed in`(auth: ServerAuthMode) async throws {
        let connections = TestConnections()
        // The gateway's own connection is there.
        connections.connect("", "mine")
        let upstream = Self.upstream(connections)
        try await withClient(
            [upstream],
            {
                Self.personal(connections, auth: auth)(&$0)
                $0.access.openTools = ["*"]
            }
        ) { client, _ throws in
            let session = try client.session()
            for answer in [
                try client.stateless("tools/call", Self.calling), try session.request("tools/call", Self.calling),
                try client.stateless("tools/call", Self.calling, Self.opensPages),
            ] {
                if auth == .mixed {
                    #expect(answer.status == 401)
                } else {
                    #expect(answer.result?["isError"] == true)
                    #expect(answer.content?.contains("nobody signs in") == true)
                }
            }
            #expect(upstream.requests.isEmpty)
        }
    }

    @Test func `is watched for a person by that person's connection`() async throws {
        let connections = TestConnections()
        let upstream = ScriptedUpstream("mine") {
            $0.capabilities = ["tools": [:], "resources": ["subscribe": true]]
            $0.resources = [resource("file:///a")]
        }
        try await withClient([upstream], Self.personal(connections)) { client, _ throws in
            let params: JSONObject = [
                "notifications": ["toolsListChanged": true, "resourceSubscriptions": ["file:///a"]]
            ]
            let alice = try client.signed("alice").openStateless("subscriptions/listen", params)
            let bob = try client.signed("bob").openStateless("subscriptions/listen", params)
            #expect(try alice.message() != nil)
            #expect(try bob.message() != nil)
            let watches = upstream.watching
            #expect(Set(watches.map(\.interest.account)) == ["", "u_alice", "u_bob"])
            for watch in watches {
                #expect(watch.interest.resourceURIs == (watch.interest.account.isEmpty ? [] : ["file:///a"]))
                #expect(watch.interest.tools == watch.interest.account.isEmpty)
            }
            for watch in watches where watch.interest.account == "u_alice" {
                watch.sink.changed(.resourceUpdated(["uri": "file:///a"]))
            }
            upstream.tell(.tools)
            #expect(try alice.message()?.json["method"] == "notifications/resources/updated")
            #expect(try alice.message()?.json["method"] == "notifications/tools/list_changed")
            #expect(try bob.message()?.json["method"] == "notifications/tools/list_changed")
            alice.close()
            bob.close()
            #expect(eventuallyBlocking { upstream.watching.isEmpty })
        }
    }
}
