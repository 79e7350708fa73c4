import Cryptography
import JSONCoding
import OAuthRules
import Testing

@testable import AuthorizationServer

private func register(
    _ clients: ClientsUnderTest, _ change: (inout ClientMetadata) -> Void = { _ in }
) async throws -> MadeClient {
    var metadata = ClientMetadata(redirectURIs: [try RedirectURI("https://host.example/callback")])
    change(&metadata)
    return try await clients.registry.make(metadata)
}

/// A client's key, and what it signs.
private struct Signer {
    let key: SigningKey
    let name: String

    init(_ name: String = "k1") throws {
        key = try SigningKey.generate()
        self.name = name
    }

    var set: JSONObject {
        guard case .p256(let x, let y) = key.publicKey else { return [:] }
        let one: JSONObject = [
            "kty": "EC", "crv": "P-256", "kid": .string(name), "x": .string(Base64.url.encode(x.span)),
            "y": .string(Base64.url.encode(y.span)),
        ]
        return ["keys": [.object(one)]]
    }

    var setText: String { String(decoding: JSONWriter.bytes(of: .object(set)), as: UTF8.self) }

    func assertion(
        of client: String, at clock: MovingClock, header: JSONObject? = nil,
        _ change: (inout JSONObject) -> Void = { _ in }
    ) throws -> String {
        var claims: JSONObject = [
            "iss": .string(client), "sub": .string(client), "aud": "https://gateway.example/oauth/token",
            "exp": .number(JSONNumber(clock.seconds + 300)), "iat": .number(JSONNumber(clock.seconds)), "jti": "one",
        ]
        change(&claims)
        let parts = [header ?? ["alg": "ES256", "kid": .string(name)], claims].map { object in
            let bytes = JSONWriter.bytes(of: .object(object))
            return Base64.url.encode(bytes.span)
        }
        let signed = Array(parts.joined(separator: ".").utf8)
        let signature = try key.signature(of: signed.span)
        return parts.joined(separator: ".") + "." + Base64.url.encode(signature.span)
    }
}

@Suite struct `A client at the token endpoint` {
    @Test("comes in with its id alone when it is public")
    func publicClient() async throws {
        try await withClients { clients in
            let made = try await register(clients)
            #expect(made.secret == nil)
            let client = try await clients.registry.authenticate(.none(made.client.id))
            #expect(client.method == .none)
        }
    }

    @Test(
        "comes in with its secret, in the field or in the form, whichever it registered (F027 to F029)",
        arguments: [ClientAuthMethod.basic, .post])
    func secret(method: ClientAuthMethod) async throws {
        try await withClients { clients in
            let made = try await register(clients) { $0.authMethods = [method] }
            let secret = try #require(made.secret)
            #expect(secret.hasPrefix("pbs_"))
            #expect(try await clients.registry.authenticate(.basic(made.client.id, secret)).method == .basic)
            #expect(try await clients.registry.authenticate(.post(made.client.id, secret)).method == .post)
        }
    }

    @Test("with a secret never comes in without it, or with another one (RFC 6749 3.2.1)")
    func secretEnforced() async throws {
        try await withClients { clients in
            let made = try await register(clients) { $0.authMethods = [.post] }
            let other = try await register(clients) { $0.authMethods = [.post] }
            let id = made.client.id
            let secret = try #require(made.secret)
            for credentials in [
                PresentedCredentials.none(id), .post(id, secret + "x"), .post(id, String(secret.dropLast())),
                .post(id, try #require(other.secret)), .basic(id, ""), .basic(id, "wrong"), .post("c_unknown", secret),
            ] {
                let problem = await clients.problem { () throws(ClientProblem) in
                    _ = try await clients.registry.authenticate(credentials)
                }
                #expect(problem?.status == 401)
                #expect(problem?.sentence == PresentedProof.unknown.description, "an answer tells clients apart")
            }
        }
    }

    @Test("that is public does not come in with a secret that nobody gave it")
    func inventedSecret() async throws {
        try await withClients { clients in
            let made = try await register(clients)
            let problem = await clients.problem { () throws(ClientProblem) in
                _ = try await clients.registry.authenticate(.post(made.client.id, "x"))
            }
            #expect(problem?.error == "invalid_client")
        }
    }

    @Test("is told the scheme when it had used the field, and only then (RFC 6749 5.2)")
    func challenge() async throws {
        try await withClients { clients in
            for (credentials, isExpected) in [
                (PresentedCredentials.basic("c_x", "y"), true), (.post("c_x", "y"), false), (.none("c_x"), false),
                (
                    PresentedCredentials(
                        authorization: "Bearer x", clientID: nil, clientSecret: nil, assertionType: nil, assertion: nil),
                    true
                ),
                (
                    PresentedCredentials(
                        authorization: "Basic ???", clientID: nil, clientSecret: nil, assertionType: nil, assertion: nil
                    ), true
                ),
            ] {
                let problem = await clients.problem { () throws(ClientProblem) in
                    _ = try await clients.registry.authenticate(credentials)
                }
                #expect(problem?.status == 401)
                #expect((problem?.wwwAuthenticate?.hasPrefix("Basic ") == true) == isExpected)
            }
        }
    }

    @Test("is not refused for good when the store is away")
    func storeAway() async throws {
        try await withClients { clients in
            clients.store.takeAway()
            let problem = await clients.problem { () throws(ClientProblem) in
                _ = try await clients.registry.authenticate(.none("c_x"))
            }
            #expect(problem?.status == 503)
            #expect(problem?.error == "temporarily_unavailable")
        }
    }

    @Test("leaves no secret in the store (F034)")
    func digestsOnly() async throws {
        try await withClients { clients in
            let made = try await register(clients) { $0.authMethods = [.basic] }
            let secret = try #require(made.secret)
            let kept = try #require(clients.store.clients.first)
            #expect(kept.secretDigest?.count == 32)
            #expect(!String(decoding: kept.metadata, as: UTF8.self).contains(secret))
            #expect(kept.secretDigest != Array(secret.utf8))
        }
    }

    @Test("that was removed does not come in, and its tokens end")
    func removed() async throws {
        try await withClients { clients in
            let made = try await register(clients)
            #expect(try await clients.registry.remove(made.client.id))
            #expect(clients.ended.hasEnded([.client(made.client.id)], madeAt: clients.clock.seconds))
            #expect(!(try await clients.registry.remove(made.client.id)))
            let problem = await clients.problem { () throws(ClientProblem) in
                _ = try await clients.registry.authenticate(.none(made.client.id))
            }
            #expect(problem?.error == "invalid_client")
        }
    }
}

@Suite struct `A client's assertion` {
    private func known(_ clients: ClientsUnderTest, _ signer: Signer) async throws -> String {
        try await register(clients) {
            $0.authMethods = [.assertion]
            $0.keys = signer.set
        }.client.id
    }

    private func problem(
        _ clients: ClientsUnderTest, _ text: String, client: String? = nil
    ) async -> ClientProblem? {
        await clients.problem { () throws(ClientProblem) in
            _ = try await clients.registry.authenticate(.signed(text, client: client))
        }
    }

    @Test("lets the client in that signed it, for the token endpoint or the issuer (rulings 5.5, RFC 7523 3)")
    func good() async throws {
        try await withClients { clients in
            let signer = try Signer()
            let id = try await known(clients, signer)
            for audience: JSONValue in [
                "https://gateway.example/oauth/token", "https://gateway.example", ["x", "https://gateway.example"],
            ] {
                let text = try signer.assertion(of: id, at: clients.clock) { $0["aud"] = audience }
                #expect(try await clients.registry.authenticate(.signed(text)).method == .assertion)
                #expect(try await clients.registry.authenticate(.signed(text, client: id)).client.id == id)
            }
        }
    }

    @Test("is good once, and is used up only at the end (rulings 5.1, RFC 7523 3 item 7)")
    func replay() async throws {
        try await withClients { clients in
            let signer = try Signer()
            let id = try await known(clients, signer)
            let text = try signer.assertion(of: id, at: clients.clock)
            _ = try await clients.registry.authenticate(.signed(text))
            let client = try await clients.registry.authenticate(.signed(text))
            try await clients.registry.commit(client)
            let second = await clients.problem { () throws(ClientProblem) in try await clients.registry.commit(client) }
            #expect(second?.error == "invalid_client")
            // The same id of another client is another id.
            let other = try await known(clients, signer)
            let own = try signer.assertion(of: other, at: clients.clock)
            try await clients.registry.commit(try await clients.registry.authenticate(.signed(own)))
        }
    }

    @Test("is refused when a claim is not what it must be (RFC 7523 3)", arguments: 0..<12)
    func claims(number: Int) async throws {
        try await withClients { clients in
            let signer = try Signer()
            let id = try await known(clients, signer)
            let now = clients.clock.seconds
            let changes: [(inout JSONObject) -> Void] = [
                { $0["iss"] = "c_other" }, { $0["sub"] = "c_other" }, { $0["sub"] = nil },
                { $0["aud"] = "https://other.example/oauth/token" }, { $0["aud"] = nil },
                { $0["aud"] = "https://gateway.example/oauth/token/" }, { $0["exp"] = nil },
                { $0["exp"] = .number(JSONNumber(now - 61)) }, { $0["exp"] = .number(JSONNumber(now + 3_661)) },
                { $0["nbf"] = .number(JSONNumber(now + 61)) }, { $0["jti"] = nil },
                { $0["jti"] = .string(String(repeating: "x", count: AssertionCheck.idBytesMax + 1)) },
            ]
            let text = try signer.assertion(of: id, at: clients.clock, changes[number])
            let problem = await problem(clients, text, client: id)
            #expect(problem?.status == 401)
            #expect(problem?.error == "invalid_client")
        }
    }

    @Test("holds its limits, and not one more")
    func edges() async throws {
        try await withClients { clients in
            let signer = try Signer()
            let id = try await known(clients, signer)
            let now = clients.clock.seconds
            let text = try signer.assertion(of: id, at: clients.clock) {
                $0["exp"] = .number(JSONNumber(now + AssertionCheck.lifetimeMax + 60))
                $0["jti"] = .string(String(repeating: "x", count: AssertionCheck.idBytesMax))
            }
            #expect(await problem(clients, text) == nil)
        }
    }

    @Test("is refused when somebody else signed it, or nobody (RFC 8725 3.1, 3.2)")
    func signatures() async throws {
        try await withClients { clients in
            let signer = try Signer()
            let id = try await known(clients, signer)
            let thief = try Signer()
            #expect(await problem(clients, try thief.assertion(of: id, at: clients.clock)) != nil)
            let unsigned = try signer.assertion(of: id, at: clients.clock, header: ["alg": "none"])
            #expect(await problem(clients, unsigned) != nil)
            #expect(
                await problem(clients, unsigned.split(separator: ".").dropLast().joined(separator: ".") + ".") != nil)
            // A key of ES256 checks no HS256, whatever the header says.
            let confused = try signer.assertion(of: id, at: clients.clock, header: ["alg": "HS256", "kid": "k1"])
            #expect(await problem(clients, confused) != nil)
            for text in ["", "a", "a.b", "a.b.c", "a.b.c.d", "{}.{}.{}"] {
                #expect(await problem(clients, text, client: id) != nil)
            }
        }
    }

    @Test("is signed in the way that the metadata name")
    func algorithm() async throws {
        try await withClients { clients in
            let signer = try Signer()
            let made = try await register(clients) {
                $0.authMethods = [.assertion]
                $0.keys = signer.set
                $0.signingAlgorithm = "RS256"
            }
            #expect(await problem(clients, try signer.assertion(of: made.client.id, at: clients.clock)) != nil)
        }
    }

    @Test("does not let in a client that never registered for it, nor one under the id of another")
    func otherWays() async throws {
        try await withClients { clients in
            let signer = try Signer()
            let plain = try await register(clients) { $0.keys = signer.set }
            #expect(await problem(clients, try signer.assertion(of: plain.client.id, at: clients.clock)) != nil)
            let id = try await known(clients, signer)
            let victim = try await known(clients, try Signer())
            let text = try signer.assertion(of: id, at: clients.clock)
            #expect(await problem(clients, text, client: victim) != nil)
        }
    }

    // MARK: Keys at an address

    private static let keys = "https://host.example/jwks.json"
    private static let address = "https://host.example/client.json"

    private func document(_ methods: String) -> OutsideWorld.Page {
        .answer(
            #"{"client_id":"\#(Self.address)","redirect_uris":["https://host.example/cb"],"#
                + #""token_endpoint_auth_method":"private_key_jwt","token_endpoint_auth_methods_supported":\#(methods),"#
                + #""jwks_uri":"\#(Self.keys)"}"#)
    }

    @Test("is checked with keys that are fetched, kept, and fetched again when one is missing")
    func fetchedKeys() async throws {
        try await withClients { clients in
            clients.world[Self.address] = document(#"["none","private_key_jwt"]"#)
            let old = try Signer("old")
            clients.world[Self.keys] = .answer(old.setText)
            for _ in 0..<3 {
                let text = try old.assertion(of: Self.address, at: clients.clock)
                #expect(try await clients.registry.authenticate(.signed(text)).method == .assertion)
            }
            #expect(clients.world.fetches.count { $0 == Self.keys } == 1)
            let new = try Signer("new")
            clients.world[Self.keys] = .answer(new.setText)
            clients.clock.pass(ClientKeys.againTime)
            let text = try new.assertion(of: Self.address, at: clients.clock)
            #expect(await problem(clients, text) == nil)
            #expect(clients.world.fetches.count { $0 == Self.keys } == 2)
            // An invented key id makes nobody fetch again at once.
            for _ in 0..<3 {
                #expect(
                    await problem(clients, try Signer("invented").assertion(of: Self.address, at: clients.clock)) != nil
                )
            }
            #expect(clients.world.fetches.count { $0 == Self.keys } == 2)
        }
    }

    @Test("that is wrong is refused although the client may come without one (rulings 5.5)")
    func wrongIsRefused() async throws {
        try await withClients { clients in
            clients.world[Self.address] = document(#"["none","private_key_jwt"]"#)
            clients.world[Self.keys] = .answer(try Signer().setText)
            #expect(await problem(clients, try Signer().assertion(of: Self.address, at: clients.clock)) != nil)
        }
    }

    @Test("counts as none when its keys cannot be fetched and the client may come without (rulings 5.5)")
    func keysAway() async throws {
        try await withClients { clients in
            clients.world[Self.address] = document(#"["none","private_key_jwt"]"#)
            let text = try Signer().assertion(of: Self.address, at: clients.clock)
            #expect(try await clients.registry.authenticate(.signed(text)).method == .none)
        }
        try await withClients { clients in
            clients.world[Self.address] = document(#"["private_key_jwt"]"#)
            let found = await problem(clients, try Signer().assertion(of: Self.address, at: clients.clock))
            #expect(found?.error == "temporarily_unavailable")
        }
    }

    @Test("is still checked with known keys while their host is away")
    func staleKeys() async throws {
        try await withClients { clients in
            clients.world[Self.address] = document(#"["private_key_jwt"]"#)
            let signer = try Signer()
            clients.world[Self.keys] = .answer(signer.setText)
            #expect(await problem(clients, try signer.assertion(of: Self.address, at: clients.clock)) == nil)
            clients.world[Self.keys] = .answer("", status: 500)
            clients.clock.pass(ClientKeys.freshTime)
            #expect(await problem(clients, try signer.assertion(of: Self.address, at: clients.clock)) == nil)
            clients.clock.pass(ClientKeys.staleTime)
            #expect(await problem(clients, try signer.assertion(of: Self.address, at: clients.clock)) != nil)
        }
    }
}
