import GatewayModel
import JSONCoding
import Testing

@testable import Connections

@Suite("Who lets in at an upstream")
struct DiscoveryTests {
    @Test("is found where the metadata have to be when the challenge names none: with the path, then at the root")
    func wellKnown() async throws {
        for path in ["/.well-known/oauth-protected-resource/mcp", "/.well-known/oauth-protected-resource"] {
            try await withHouse { house, issuer in
                issuer.behaviour.change {
                    $0.namesMetadata = false
                    $0.challengeScope = nil
                    $0.resourcePaths = [path]
                }
                let url = try #require(await house.begin().value)
                #expect(issuer.agree(url).asked["scope"] == "read write offline_access")
                #expect(await house.connect().value != nil)
            }
        }
    }

    @Test("has its metadata at any of the usual places of its issuer")
    func issuerPlaces() async throws {
        let places = [
            "/.well-known/oauth-authorization-server/tenant", "/.well-known/openid-configuration/tenant",
            "/tenant/.well-known/openid-configuration",
        ]
        for place in places {
            try await withHouse { house, issuer in
                issuer.behaviour.change {
                    $0.issuerPath = "/tenant"
                    $0.metadataPaths = [place]
                }
                #expect(await house.connect().value != nil)
            }
        }
    }

    @Test("is the origin at servers of 2025-03-26, with metadata or without; they hear nothing of a resource")
    func origin() async throws {
        for hasDocument in [true, false] {
            try await withHouse { house, issuer in
                issuer.behaviour.change {
                    $0.resourcePaths = []
                    $0.namesMetadata = false
                    $0.hasDocument = hasDocument
                }
                let url = try #require(await house.begin().value)
                let (query, asked) = issuer.agree(url)
                #expect(asked["resource"] == nil)
                #expect(await house.finish(query).value != nil)
            }
        }
    }

    @Test("is refused when a document is another's, or offers no S256")
    func refused() async throws {
        let faults: [(resource: JSONObject, metadata: JSONObject, text: String)] = [
            (["resource": "https://evil.example/mcp"], [:], "another resource"),
            (["resource": "http://127.0.0.1:1/mcp"], [:], "another resource"),
            (["authorization_servers": []], [:], "no authorization server"),
            (["authorization_servers": ["ftp://x"]], [:], "may be called"),
            ([:], ["issuer": "https://evil.example"], "another issuer"),
            ([:], ["code_challenge_methods_supported": ["plain"]], "S256"),
            ([:], ["code_challenge_methods_supported": .null], "S256"),
            ([:], ["token_endpoint": "http://10.0.0.1/token"], "token_endpoint"),
            ([:], ["authorization_endpoint": "javascript:alert(1)"], "authorization_endpoint"),
            ([:], ["response_types_supported": ["token"]], "authorization code"),
        ]
        for fault in faults {
            try await withHouse { house, issuer in
                issuer.behaviour.change {
                    $0.resource = fault.resource
                    $0.metadata = fault.metadata
                }
                let problem = await house.begin().problem
                #expect(problem?.reason.contains(fault.text) == true, "\(fault.text): \(String(describing: problem))")
                #expect(problem?.isRetryable == false)
                #expect(issuer.counts.value.registrations == 0)
            }
        }
    }

    @Test("is asked by a list too, where anybody may begin: the challenge is heard all the same")
    func openInitialize() async throws {
        try await withHouse { house, issuer in
            issuer.behaviour.change {
                $0.isOpenToInitialize = true
                $0.challengeScope = "basic"
            }
            let url = try #require(await house.begin().value)
            #expect(issuer.agree(url).asked["scope"] == "basic offline_access")
        }
    }

    @Test("is looked for anew after a refusal: the upstream has moved to another one (SEP-2352)")
    func moved() async throws {
        let other = try await LittleIssuer.start()
        try await withHouse { house, issuer in
            await house.connect()
            issuer.behaviour.change {
                $0.accepts = { _ in false }
                $0.givesRefresh = false
                $0.resource = ["authorization_servers": [.string(other.issuer)]]
            }
            #expect(await house.call().hasPrefix("re"))
            let url = try #require(await house.begin().value)
            #expect(url.hasPrefix(other.origin + "/"))
            #expect(other.counts.value.registrations == 1)
        }
        await other.server.stop()
    }

    @Test("has an issuer that is compared byte by byte: a final slash is another one")
    func issuerSlash() async throws {
        try await withHouse { house, issuer in
            issuer.behaviour.change { $0.metadata = ["issuer": .string(issuer.origin + "/")] }
            #expect(await house.begin().problem?.reason.contains("another issuer") == true)
        }
    }

    @Test("is never looked for in a weaker way because a better one is broken")
    func noDowngrade() async throws {
        let broken = try await LittleServer { $0.path == "/mcp" ? Told(status: 401) : Told(status: 500) }
        try await withHouse(port: broken.port) { house, issuer in
            let problem = await house.begin().problem
            #expect(problem?.isRetryable == true)
            #expect(problem?.reason.contains("HTTP 500") == true)
        }
        await broken.stop()
    }

    @Test("is not fetched from a private address that only the upstream has named")
    func privateAddress() async throws {
        let inside = try await LittleServer { _ in Told() }
        try await withHouse { house, issuer in
            // Another name of this machine, which the operator has not written.
            issuer.behaviour.change {
                $0.resource = ["authorization_servers": [.string("https://localhost:\(inside.port)")]]
            }
            #expect(await house.begin().problem?.reason.contains("not on the public Internet") == true)
            #expect(inside.seen.value.isEmpty)
        }
        await inside.stop()
    }

    @Test("is told apart from no way to become a client")
    func noClient() async throws {
        try await withHouse { house, issuer in
            issuer.behaviour.change { $0.metadata = ["registration_endpoint": .null] }
            #expect(await house.begin().problem == .noClient(upstream: "notes", issuer: issuer.issuer))
        }
    }

    @Test("is looked for again by who presses the button, though a page has just failed to find it")
    func again() async throws {
        try await withHouse { house, issuer in
            issuer.behaviour.change { $0.metadata = ["issuer": "x"] }
            #expect(await house.begin().problem != nil)
            issuer.behaviour.change { $0.metadata = JSONObject() }
            #expect(await house.begin().value != nil)
        }
    }
}
