import HTTPMessages
import HTTPTransport
import JSONCoding
import MCPWire
import Reactor
import Testing

@testable import UpstreamClients

@Suite struct `Watching an upstream` {
    private func interest(_ uris: String...) -> WatchInterest {
        var interest = WatchInterest()
        interest.tools = true
        interest.resourceURIs = Set(uris)
        return interest
    }

    @Test func `listens at a stateless one, again when it stops, and until it is cancelled`() async throws {
        let gone = Box(0)
        let new = statelessServer()
        let script: Script = { incoming in
            guard incoming.method == "subscriptions/listen" else { return await new(incoming) }
            guard let events = incoming.events() else { return }
            let meta: JSONObject = ["_meta": ["io.modelcontextprotocol/subscriptionId": incoming.id ?? .null]]
            await events.notify("notifications/subscriptions/acknowledged", meta)
            var updated = meta
            updated["uri"] = "file:///a"
            await events.notify("notifications/resources/updated", updated)
            await events.notify("notifications/tools/list_changed", meta)
            if gone.value == 0 {
                gone.add()
                return await events.result(["resultType": "complete"])
            }
            await events.untilClientGone()
            gone.add()
        }
        let wanted = interest("file:///a")
        try await withServer(script, settings: { $0.pauseMin = .milliseconds(1) }) { client, server in
            let sink = TestSink()
            let watching = client.loop.runTask { await client.upstream.watch(wanted, sink: sink, on: client.loop) }
            #expect(await eventually { sink.changes.count == 6 })
            let once = ["watching", "updated file:///a", "tools"]
            #expect(sink.changes == once + once)
            watching.cancel()
            await watching.value
            #expect(await eventually { gone.value == 2 })
            let listen = try #require(server.seen("subscriptions/listen").first)
            #expect(listen.field(.mcpMethod) == "subscriptions/listen")
            #expect(
                listen.message["params"]?["notifications"]
                    == ["toolsListChanged": true, "resourceSubscriptions": ["file:///a"]])
        }
    }

    @Test func `hears the stream of a session, and subscribes to what is wanted`() async throws {
        let streams = Box(0)
        let old = SessionServer().answering { incoming in
            guard incoming.httpMethod == .get, streams.add() == 1, let events = incoming.events() else {
                return incoming.empty(405)
            }
            await events.notify("notifications/tools/list_changed")
            await events.request("q", "elicitation/create", ["message": "?"])
            await events.request("r", "roots/list")
            await events.notify("notifications/resources/updated", ["uri": "file:///a"])
            await events.untilClientGone()
        }
        let wanted = interest("file:///a")
        try await withServer(old.script) { client, server in
            let sink = TestSink()
            let watching = client.loop.runTask { await client.upstream.watch(wanted, sink: sink, on: client.loop) }
            #expect(await eventually { sink.changes.contains("updated file:///a") })
            #expect(sink.changes == ["watching", "tools", "updated file:///a"])
            #expect(await old.answer(to: "q")["error"]?["code"] == -32602)
            #expect(await old.answer(to: "r")["result"] == ["roots": []])
            #expect(server.seen("resources/subscribe").map { $0.message["params"]?["uri"] } == ["file:///a"])
            watching.cancel()
            await watching.value
            #expect(await eventually { server.count("resources/unsubscribe") == 1 })
            #expect(await client.call().text == "done")
            #expect(server.count("initialize") == 1)
        }
    }

    @Test func `goes on where a session's stream broke off`() async throws {
        let streams = Box(0)
        let old = SessionServer().answering { incoming in
            guard let events = incoming.events() else { return }
            switch streams.add() {
            case 1:
                await events.raw("retry: 1\n\n")
                await events.message(
                    ["jsonrpc": "2.0", "method": "notifications/tools/list_changed"], eventID: "w1")
                events.cut()
            default:
                let method =
                    incoming.field(.lastEventID) == "w1"
                    ? "notifications/prompts/list_changed" : "notifications/resources/list_changed"
                await events.message(["jsonrpc": "2.0", "method": .string(method)], eventID: "w2")
                await events.untilClientGone()
            }
        }
        let wanted = interest()
        try await withServer(old.script) { client, server in
            let sink = TestSink()
            let watching = client.loop.runTask { await client.upstream.watch(wanted, sink: sink, on: client.loop) }
            #expect(await eventually { sink.changes.count == 3 })
            #expect(sink.changes == ["watching", "tools", "prompts"])
            watching.cancel()
            await watching.value
        }
    }

    @Test func `begins again with a new session when the old one is lost`() async throws {
        let stop = Gate()
        let streams = Box(0)
        let old = SessionServer().answering { incoming in
            guard let events = incoming.events() else { return }
            await events.raw(": hello\n\n")
            guard streams.add() == 1 else { return await events.untilClientGone() }
            await stop.pass()
            events.finish()
        }
        let wanted = interest()
        try await withServer(old.script, settings: { $0.pauseMin = .milliseconds(1) }) { client, server in
            let sink = TestSink()
            let watching = client.loop.runTask { await client.upstream.watch(wanted, sink: sink, on: client.loop) }
            #expect(await eventually { sink.changes == ["watching"] })
            old.restart()
            stop.open()
            #expect(await eventually { sink.changes == ["watching", "watching"] })
            #expect(server.count("initialize") == 2)
            watching.cancel()
            await watching.value
        }
    }

    @Test(arguments: [405, 404, 400]) func `waits when there is nothing to watch`(status: Int) async throws {
        let old = SessionServer(usesIDs: false).answering { $0.empty(status) }
        let wanted = interest()
        try await withServer(
            old.script,
            settings: {
                $0.pauseMin = .milliseconds(1)
                $0.unwatchablePause = .seconds(3600)
            }
        ) { client, server in
            let sink = TestSink()
            let watching = client.loop.runTask { await client.upstream.watch(wanted, sink: sink, on: client.loop) }
            #expect(await eventually { server.seen.contains { $0.httpMethod == .get } })
            #expect(await client.call().text == "done")
            watching.cancel()
            await watching.value
            #expect(server.seen.count { $0.httpMethod == .get } == 1)
            #expect(sink.changes == [])
        }
    }

    @Test func `tries until the upstream is there`() async throws {
        let server = try await ScriptedServer(statelessServer())
        let port = server.port
        await server.stop()
        let wanted = interest()
        try await withClient(
            port: port,
            settings: {
                $0.pauseMin = .milliseconds(1)
                $0.pauseMax = .milliseconds(2)
            }
        ) { client in
            let sink = TestSink()
            let watching = client.loop.runTask { await client.upstream.watch(wanted, sink: sink, on: client.loop) }
            let new = statelessServer()
            let again = try await ScriptedServer(port: port) { incoming in
                guard incoming.method == "subscriptions/listen" else { return await new(incoming) }
                guard let events = incoming.events() else { return }
                await events.notify("notifications/subscriptions/acknowledged")
                await events.untilClientGone()
            }
            #expect(await eventually { sink.changes == ["watching"] })
            watching.cancel()
            await watching.value
            await again.stop()
        }
    }
}
