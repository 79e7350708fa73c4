import JSONCoding
import Testing
import UpstreamClients

@testable import Gateway

@Suite struct `Watching the upstreams of a server` {
    private let watchable: @Sendable (inout ScriptedUpstream.Contents) -> Void = {
        $0.capabilities = ["tools": [:], "resources": ["subscribe": true]]
        $0.tools = [tool("a")]
        $0.resources = [resource("file:///a"), resource("file:///b")]
    }

    private func subscription(
        _ gateway: GatewayUnderTest, _ interest: ServerSubscription.Interest,
        user: String = "", _ deliver: @escaping @Sendable (ServerSubscription.Change) -> Void = { _ in }
    ) async -> ServerSubscription {
        await gateway.run { [served = gateway.served] loop in
            let offer = await served.freshOffer(on: loop).offer
            return ServerSubscription(
                interest, server: served, offer: offer, user: user, loop: loop, deliver: deliver)
        }
    }

    @Test func `begins with the first who listens and ends with the last`() async throws {
        let upstream = ScriptedUpstream("one", watchable)
        try await withGateway([upstream]) { gateway async throws in
            let one = await subscription(gateway, .init(tools: true))
            #expect(await eventually { upstream.watching.count == 1 })
            let two = await subscription(gateway, .init(tools: true))
            #expect(upstream.watchesEver == 1, "an upstream sees one watcher, whoever listens here")
            one.end()
            one.end()
            #expect(upstream.watching.count == 1)
            two.end()
            #expect(await eventually { upstream.watching.isEmpty })
        }
    }

    @Test func `hears what anybody wants, and everybody hears what he wants`() async throws {
        let upstream = ScriptedUpstream("one", watchable)
        try await withGateway([upstream]) { gateway async throws in
            let heard = Box<[String]>([])
            let one = await subscription(gateway, .init(tools: true)) { change in
                if case .tools = change { heard.change { $0.append("one tools") } }
                if case .resourceUpdated = change { heard.change { $0.append("one resource") } }
            }
            let two = await subscription(gateway, .init(uris: ["file:///a"])) { change in
                if case .tools = change { heard.change { $0.append("two tools") } }
                if case .resourceUpdated(let params) = change {
                    heard.change { $0.append("two \(params["uri"]?.stringValue ?? "")") }
                }
            }
            #expect(
                await eventually {
                    upstream.watching.count == 1 && upstream.watching[0].interest.resourceURIs == ["file:///a"]
                })
            #expect(upstream.watching.first?.interest.tools == true)
            upstream.tell(.tools)
            upstream.tell(.resourceUpdated(["uri": "file:///a"]))
            upstream.tell(.resourceUpdated(["uri": "file:///b"]))
            #expect(heard.value == ["one tools", "two file:///a"])
            one.end()
            two.end()
        }
    }

    @Test func `changes with what is wanted, and begins nothing once it has ended`() async throws {
        let upstream = ScriptedUpstream("one", watchable)
        try await withGateway([upstream]) { gateway async throws in
            let offer = await gateway.run { [served = gateway.served] in await served.freshOffer(on: $0).offer }
            let one = await subscription(gateway, .init(uris: ["file:///a"]))
            #expect(await eventually { upstream.watching.first?.interest.resourceURIs == ["file:///a"] })
            one.change(to: .init(uris: ["file:///b"]), offer: offer)
            #expect(
                await eventually {
                    upstream.watching.count == 1 && upstream.watching[0].interest.resourceURIs == ["file:///b"]
                })
            one.change(to: .init(), offer: offer)
            #expect(await eventually { upstream.watching.isEmpty })
            one.change(to: .init(tools: true), offer: offer)
            #expect(await eventually { upstream.watching.count == 1 })
            one.end()
            one.change(to: .init(tools: true), offer: offer)
            #expect(await eventually { upstream.watching.isEmpty })
        }
    }

    @Test func `is begun once for a subscription that is changed from everywhere at once`() async throws {
        let upstream = ScriptedUpstream("one", watchable)
        try await withGateway([upstream]) { gateway async throws in
            let offer = await gateway.run { [served = gateway.served] in await served.freshOffer(on: $0).offer }
            let one = await subscription(gateway, .init())
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<16 { group.addTask { one.change(to: .init(tools: true), offer: offer) } }
            }
            #expect(await eventually { upstream.watching.count == 1 })
            one.end()
            #expect(await eventually { upstream.watching.isEmpty }, "a listener was left behind")
        }
    }

    @Test func `makes the lists be read again`() async throws {
        let upstream = ScriptedUpstream("one") {
            $0.tools = [tool("a")]
            $0.milliseconds = 3_600_000
        }
        try await withGateway([upstream]) { gateway async throws in
            let one = await subscription(gateway, .init(tools: true))
            #expect(await eventually { upstream.watching.count == 1 })
            upstream.change { $0.tools = [tool("b")] }
            upstream.tell(.tools)
            let names = await gateway.run { [served = gateway.served] in
                await served.freshOffer(on: $0).offer.tools.map(\.name)
            }
            #expect(names == ["b"])
            one.end()
        }
    }

    /// Of what changed while the upstream was away nobody tells.
    @Test func `tells of a gap as of changed lists`() async throws {
        let upstream = ScriptedUpstream("one", watchable)
        try await withGateway([upstream]) { gateway async throws in
            let heard = Box<[String]>([])
            let one = await subscription(gateway, .init(tools: true)) { change in
                if case .tools = change {
                    heard.change { $0.append("tools") }
                } else {
                    heard.change { $0.append("other") }
                }
            }
            #expect(await eventually { upstream.watching.count == 1 })
            #expect(heard.value.isEmpty)
            upstream.tell(.watching)
            #expect(heard.value == ["tools"])
            one.end()
        }
    }

    @Test func `speaks of resources by the URIs that clients know`() async throws {
        let one = ScriptedUpstream("one", watchable)
        let two = ScriptedUpstream("two", watchable)
        try await withGateway([one, two]) { gateway async throws in
            let heard = Box<[String]>([])
            let subscription = await subscription(gateway, .init(uris: ["patchbay+two+file:///a"])) { change in
                if case .resourceUpdated(let params) = change {
                    heard.change { $0.append(params["uri"]?.stringValue ?? "") }
                }
            }
            #expect(await eventually { two.watching.first?.interest.resourceURIs == ["file:///a"] })
            #expect(one.watching.isEmpty, "an upstream is watched that has nothing of it")
            two.tell(.resourceUpdated(["uri": "file:///a"]))
            #expect(heard.value == ["patchbay+two+file:///a"])
            subscription.end()
        }
    }
}
