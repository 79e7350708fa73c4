import HTTPMessages
import OAuthRules
import Outbound
import Testing

@testable import AuthorizationServer

private let address = "https://host.example/client.json"

private func document(_ id: String = address, redirect: String = "https://host.example/callback", more: String = "")
    -> String
{
    #"{"client_id":"\#(id)","client_name":"Host","redirect_uris":["\#(redirect)"]\#(more)}"#
}

@Suite struct `A client that is known by its document` {
    @Test("is fetched once, and again when its time is over (MCP, Client ID Metadata Documents)")
    func cached() async throws {
        try await withClients { clients in
            clients.world[address] = .answer(document(), cacheControl: "max-age=600")
            let known = try await clients.registry.client(address)
            #expect(known.client.metadata.displayName == "Host")
            #expect(known.client.redirect("https://host.example/callback") != nil)
            _ = try await clients.registry.authenticate(.none(address))
            clients.clock.pass(.seconds(599))
            _ = try await clients.registry.client(address)
            #expect(clients.world.fetches == [address])
            clients.clock.pass(.seconds(2))
            _ = try await clients.registry.client(address)
            #expect(clients.world.fetches.count == 2)
        }
    }

    @Test("is fetched once when many ask at the same time")
    func together() async throws {
        try await withClients { clients in
            clients.world[address] = .answer(document())
            clients.world.hold()
            let registry = clients.registry
            let asking = (0..<5).map { _ in Task { try await registry.client(address).client.id } }
            while clients.world.fetches.isEmpty { await Task.yield() }
            clients.world.release()
            for task in asking {
                let id = try await task.value
                #expect(id == address)
            }
            #expect(clients.world.fetches == [address])
        }
    }

    @Test("shows changed redirect URIs by another digest, so that consent is asked again (rulings 5.6)")
    func changedRedirects() async throws {
        try await withClients { clients in
            clients.world[address] = .answer(document())
            let before = try await clients.registry.client(address)
            clients.world[address] = .answer(document(redirect: "https://host.example/other"))
            clients.clock.pass(CacheLifetime.ceiling)
            let after = try await clients.registry.client(address)
            #expect(before.redirectsDigest != after.redirectsDigest)
            #expect(after.client.redirect("https://host.example/callback") == nil)
        }
    }

    @Test("is not remembered when it could not be read: errors are not cached")
    func errorsForgotten() async throws {
        try await withClients { clients in
            clients.world[address] = .answer("{}")
            let problem = await clients.problem { () throws(ClientProblem) in
                _ = try await clients.registry.client(address)
            }
            #expect(problem?.error == "invalid_client")
            clients.world[address] = .answer(document())
            _ = try await clients.registry.client(address)
        }
    }

    @Test("of another address is refused (draft 4.1)")
    func otherID() async throws {
        try await withClients { clients in
            clients.world[address] = .answer(document("https://other.example/client.json"))
            let problem = await clients.problem { () throws(ClientProblem) in
                _ = try await clients.registry.client(address)
            }
            #expect(problem?.status == 401)
            #expect(clients.store.clients.isEmpty)
        }
    }

    @Test(
        "comes only with status 200, and no redirect is followed (draft 4)",
        arguments: [201, 204, 301, 302, 307, 403, 404, 500])
    func status(status: Int) async throws {
        try await withClients { clients in
            clients.world[address] = .answer(document(), status: status)
            let problem = await clients.problem { () throws(ClientProblem) in
                _ = try await clients.registry.client(address)
            }
            #expect(problem?.error == "invalid_client")
        }
    }

    @Test("stays known for a while when its host is away, after a restart too, and not for ever")
    func stale() async throws {
        try await withClients { clients in
            clients.world[address] = .answer(document())
            _ = try await clients.registry.client(address)
            clients.world[address] = .failure(.timedOut(host: "host.example", seconds: 5, isSent: true))
            clients.clock.pass(.seconds(86_400))
            clients.registry.documents.forget(address)
            _ = try await clients.registry.client(address)
            #expect(clients.reports.all.count == 1)
            let fetches = clients.world.fetches.count
            _ = try await clients.registry.client(address)
            #expect(clients.world.fetches.count == fetches, "the host is asked again at once")
            clients.clock.pass(DocumentClients.staleTime)
            let problem = await clients.problem { () throws(ClientProblem) in
                _ = try await clients.registry.client(address)
            }
            #expect(problem?.error == "invalid_client")
        }
    }

    @Test("is not trusted any more when its document has become invalid")
    func becomesInvalid() async throws {
        try await withClients { clients in
            clients.world[address] = .answer(document())
            _ = try await clients.registry.client(address)
            clients.world[address] = .answer(document(redirect: "javascript:x"))
            clients.clock.pass(CacheLifetime.ceiling)
            let problem = await clients.problem { () throws(ClientProblem) in
                _ = try await clients.registry.client(address)
            }
            #expect(problem?.error == "invalid_client")
        }
    }

    @Test("is known without a store too")
    func storeAway() async throws {
        try await withClients { clients in
            clients.store.takeAway()
            clients.world[address] = .answer(document())
            let known = try await clients.registry.client(address)
            #expect(known.client.id == address)
        }
    }

    @Test("is refused where documents are switched off (F031)")
    func switchedOff() async throws {
        try await withClients(takesDocuments: false) { clients in
            clients.world[address] = .answer(document())
            let problem = await clients.problem { () throws(ClientProblem) in
                _ = try await clients.registry.client(address)
            }
            #expect(problem?.error == "invalid_client")
            #expect(clients.world.fetches.isEmpty)
        }
    }

    @Test("of this machine is one only where the gateway is known by a loopback address (draft 6.5)")
    func loopback() async throws {
        let local = "http://127.0.0.1:9000/client.json"
        try await withClients { clients in
            let problem = await clients.problem { () throws(ClientProblem) in
                _ = try await clients.registry.client(local)
            }
            #expect(problem?.error == "invalid_client")
            #expect(clients.world.fetches.isEmpty)
        }
        try await withClients(publicURL: "http://127.0.0.1:8080") { clients in
            clients.world[local] = .answer(document(local))
            let known = try await clients.registry.client(local)
            #expect(known.client.id == local)
        }
    }

    @Test(
        "of ChatGPT or Claude is known by our copy when its host turns us away (rulings 5.6, clients D09)",
        arguments: [
            ("https://chatgpt.com/oauth/client.json", "https://chatgpt.com/connector_platform_oauth_redirect"),
            ("https://chatgpt.com/oauth/OUbdUMlL15Ct/client.json", "https://chatgpt.com/connector/oauth/OUbdUMlL15Ct"),
            ("https://chatgpt.com/oauth/codex/client.json", "http://127.0.0.1:4711/callback"),
            ("https://claude.ai/oauth/mcp-oauth-client-metadata", "https://claude.ai/api/mcp/auth_callback"),
            ("https://claude.ai/oauth/claude-code-client-metadata", "http://localhost:4711/callback"),
        ])
    func pinned(id: String, redirect: String) async throws {
        try await withClients { clients in
            clients.world[id] = .answer("<html>", status: 403)
            let known = try await clients.registry.client(id)
            #expect(known.client.redirect(redirect) == redirect)
            #expect(known.client.isPublic)
            #expect(clients.reports.all.count == 1)
            // What can be fetched wins.
            clients.world[id] = .answer(document(id, redirect: "https://chatgpt.com/new"))
            clients.clock.pass(DocumentClients.retryTime)
            let fetched = try await clients.registry.client(id)
            #expect(fetched.client.redirect("https://chatgpt.com/new") != nil)
        }
    }

    @Test(
        "has a copy for these addresses only",
        arguments: [
            "https://chatgpt.com/oauth/a/b/client.json", "https://chatgpt.com/oauth//client.json",
            "https://chatgpt.com/oauth/OUbdUMlL15C%22/client.json",
            "https://chatgpt.com/oauth/OUbdUMlL15Ct/client.json/",
            "https://chatgpt.com.evil/oauth/client.json", "https://claude.ai/oauth/other",
            "https://chatgpt.com/oauth/short/client.json",
        ])
    func notPinned(id: String) {
        #expect(PinnedDocuments.document(at: id) == nil)
    }
}

@Suite struct `The lifetime of a fetched document` {
    @Test(
        "is what it says, between a floor and a ceiling",
        arguments: [
            (nil, 3_600), ("max-age=600", 600), ("public, max-age=0", 300), ("max-age=299", 300), ("max-age=301", 301),
            ("max-age=86401", 86_400), ("max-age=99999999999999999999", 86_400), ("no-store", 300),
            ("no-cache, max-age=600", 300), ("s-maxage=700, max-age=600", 700), ("max-age=\"600\"", 600),
            ("max-age=x", 300),
            ("max-age=", 300), ("private", 3_600),
        ] as [(String?, Int)])
    func lifetime(cacheControl: String?, seconds: Int) {
        var fields = HTTPFields()
        if let cacheControl { _ = fields.append(.cacheControl, cacheControl) }
        #expect(CacheLifetime.of(fields) == .seconds(seconds))
    }
}
