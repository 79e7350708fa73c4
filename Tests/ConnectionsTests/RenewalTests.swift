import HTTPMessages
import JSONCoding
import Testing
import UpstreamClients

@testable import Connections

@Suite("A token that is renewed")
struct RenewalTests {
    @Test("is renewed once, ahead of its end, however many calls wait")
    func oneFlight() async throws {
        try await withHouse { house, issuer in
            await house.connect()
            #expect(await house.call() == "token access-1")
            // A minute before its end it still holds, and is renewed all the same.
            house.clock.change { $0 += 3600 - 50 }
            try house.service.connectable(house.upstream).vault.forget("u_ada")
            let answers = await withTaskGroup { group in
                for _ in 0..<100 { group.addTask { await house.call() } }
                return await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(answers == ["token access-2"])
            #expect(issuer.server.count("/token") == 2)
            let form = issuer.server.seen.value.last { $0.path == "/token" }?.form
            #expect(form?["refresh_token"] == "refresh-1")
            #expect(form?["resource"] == issuer.origin + "/mcp")
            #expect(form?["client_id"] == "dcr-1")
        }
    }

    @Test("is renewed once for all calls that the upstream refused, which are sent once more")
    func afterRefusal() async throws {
        try await withHouse { house, issuer in
            await house.connect()
            #expect(await house.call() == "token access-1")
            // Taken back at the upstream, long before its end.
            issuer.counts.change { $0.valid = [] }
            let answers = await withTaskGroup { group in
                for _ in 0..<20 { group.addTask { await house.call() } }
                return await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(answers == ["token access-2"])
            #expect(issuer.server.count("/token") == 2)
        }
    }

    @Test(
        "stays what it is while its server cannot be asked and it still holds; afterwards the call can be tried again")
    func networkError() async throws {
        for answer in [Told.nothing, Told(status: 503), Told(status: 429, body: ["error": "slow_down"])] {
            try await withHouse { house, issuer in
                await house.connect()
                issuer.behaviour.change { $0.refreshAnswer = answer }
                house.clock.change { $0 += 3600 - 50 }
                #expect(await house.call() == "token access-1")
                #expect(await house.call() == "token access-1")
                // It was tried once, and not with every call.
                #expect(issuer.server.count("/token") == 2)
                #expect(await house.state()?.state == .connected)
                house.clock.change { $0 += 60 }
                let later = try House(reopening: house)
                #expect(await later.call().contains("cannot be renewed now"))
                #expect(await later.state()?.state == .connected)
                issuer.behaviour.change { $0.refreshAnswer = nil }
                #expect(await later.call() == "token access-2")
            }
        }
    }

    @Test("ends with invalid_grant: the person has to connect again, and sees it")
    func invalidGrant() async throws {
        try await withHouse { house, issuer in
            await house.connect()
            issuer.counts.change {
                $0.valid = []
                $0.refreshes = [:]
            }
            #expect(await house.call() == "revoked []")
            let row = await house.state()
            #expect(row?.state == .reconnect)
            #expect(row?.problem?.contains("invalid_grant") == true)
            let asked = issuer.server.count("/token")
            #expect(await house.call() == "revoked []")
            #expect(issuer.server.count("/token") == asked)
            #expect(await house.connect().value != nil)
            #expect(await house.call() == "token access-2")
            #expect(await house.state()?.state == .connected)
        }
    }

    @Test("ends at once when it has run out and there is nothing to renew it with")
    func withoutRefresh() async throws {
        try await withHouse { house, issuer in
            issuer.behaviour.change { $0.givesRefresh = false }
            await house.connect()
            house.clock.change { $0 += 3600 - 50 }
            #expect(await house.call() == "token access-1")
            house.clock.change { $0 += 60 }
            let later = try House(reopening: house)
            #expect(await later.call() == "revoked []")
            #expect(issuer.server.count("/token") == 1)
        }
    }

    @Test("is refused although it is fresh: connect again, and the upstream is not asked with every call")
    func freshRefused() async throws {
        try await withHouse { house, issuer in
            await house.connect()
            #expect(await house.call() == "token access-1")
            issuer.behaviour.change { $0.accepts = { _ in false } }
            #expect(await house.call() == "refused []")
            let calls = issuer.server.count("/mcp")
            #expect(await house.call() == "refused []")
            #expect(issuer.server.count("/mcp") == calls)
            #expect(await house.state()?.state == .reconnect)
            issuer.behaviour.change { $0.accepts = nil }
            #expect(await house.connect().value != nil)
            #expect(await house.call() == "token access-3")
        }
    }

    @Test("lacks scopes: the next connecting asks for what it had and for what was missing")
    func stepUp() async throws {
        try await withHouse { house, issuer in
            await house.connect()
            #expect(await house.call() == "token access-1")
            issuer.behaviour.change {
                $0.accepts = { _ in false }
                $0.refusesWith = 403
            }
            #expect(await house.call() == #"insufficientScope ["read", "offline_access", "admin"]"#)
            // It serves other calls, and stands in no client's way.
            let row = try #require(await house.state())
            #expect(row.state == .connected && row.lacksRights)
            let url = try #require(await house.begin().value)
            let (query, asked) = issuer.agree(url)
            #expect(asked["scope"] == "read offline_access admin")
            #expect(await house.finish(query).value != nil)
            #expect(await house.state()?.lacksRights == false)
        }
    }

    @Test("is not written over a connection that was made or ended meanwhile")
    func disconnectedMeanwhile() async throws {
        try await withHouse { house, issuer in
            await house.connect()
            issuer.beforeRefresh.change { $0 = { _ = await house.disconnect() } }
            issuer.counts.change { $0.valid = [] }
            #expect(await house.call() == "missing []")
            #expect(house.store.connections.value.isEmpty)
        }
    }
}
