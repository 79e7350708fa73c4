import GatewayModel
import HTTPMessages
import JSONCoding
import Telemetry
import Testing

@testable import Connections

@Suite("Connecting an account")
struct ConnectTests {
    @Test("finds the way from the upstream's challenge, registers, and comes back with tokens that calls show")
    func wholeWay() async throws {
        try await withHouse { house, issuer in
            #expect(await house.state()?.state == .missing)
            #expect(await house.call() == "missing []")
            let url = try #require(await house.begin().value)
            #expect(url.hasPrefix(issuer.origin + "/authorize?"))
            let (query, asked) = issuer.agree(url)
            #expect(asked["response_type"] == "code")
            #expect(asked["client_id"] == "dcr-1")
            #expect(asked["redirect_uri"] == "https://gateway.example/connect/callback")
            #expect(asked["code_challenge_method"] == "S256")
            #expect(asked["code_challenge"]?.utf8.count == 43)
            #expect(asked["resource"] == issuer.origin + "/mcp")
            #expect(asked["scope"] == "read offline_access")
            #expect(await house.finish(query).value?.returnTo == "/account")
            #expect(await house.state()?.state == .connected)
            #expect(await house.call() == "token access-1")
            #expect(await house.call("u_bob") == "missing []")
            let registration = issuer.server.seen.value.first { $0.path == "/register" }?.json
            #expect(registration?["application_type"] == "web")
            #expect(registration?["redirect_uris"] == ["https://gateway.example/connect/callback"])
        }
    }

    @Test("registers at an issuer once, and says what it was given")
    func registersOnce() async throws {
        try await withHouse { house, issuer in
            issuer.behaviour.change {
                $0.registrationMethod = "client_secret_basic"
                $0.metadata = ["token_endpoint_auth_methods_supported": ["client_secret_basic"]]
            }
            await house.connect()
            await house.connect("u_bob")
            #expect(issuer.counts.value.registrations == 1)
            let request = issuer.server.seen.value.last { $0.path == "/token" }
            // "dcr-1:s3%3Acret", by RFC 6749 section 2.3.1.
            #expect(request?.fields.first(.authorization) == "Basic ZGNyLTE6czMlM0FjcmV0")
            #expect(request?.form["client_secret"] == nil)
            #expect(await house.call("u_bob") == "token access-2")
        }
    }

    @Test("goes by our own document where the server takes one and others can fetch it")
    func ownDocument() async throws {
        try await withHouse { house, issuer in
            issuer.behaviour.change { $0.metadata = ["client_id_metadata_document_supported": true] }
            let url = try #require(await house.begin().value)
            #expect(issuer.agree(url).asked["client_id"] == "https://gateway.example/oauth/client/notes.json")
            #expect(issuer.counts.value.registrations == 0)
            let document = house.service.documents.document(of: house.upstream)
            #expect(document["client_id"] == "https://gateway.example/oauth/client/notes.json")
            #expect(document["redirect_uris"] == ["https://gateway.example/connect/callback"])
        }
        try await withHouse(publicURL: "http://localhost:8080") { house, issuer in
            issuer.behaviour.change { $0.metadata = ["client_id_metadata_document_supported": true] }
            let url = try #require(await house.begin().value)
            #expect(issuer.agree(url).asked["client_id"] == "dcr-1")
        }
    }

    @Test("takes the operator's client before all others, and stays with the issuer that it was first used at")
    func givenClient() async throws {
        let oauth = UpstreamOAuth(clientID: "mine", clientSecret: Secret("pst"), scopes: ["only"])
        try await withHouse(.userOAuth(oauth)) { house, issuer in
            issuer.behaviour.change { $0.metadata = ["token_endpoint_auth_methods_supported": ["client_secret_post"]] }
            let url = try #require(await house.begin().value)
            let (query, asked) = issuer.agree(url)
            #expect(asked["client_id"] == "mine")
            #expect(asked["scope"] == "only")
            #expect(await house.finish(query).value != nil)
            let form = issuer.server.seen.value.last { $0.path == "/token" }?.form
            #expect(form?["client_secret"] == "pst")
        }
        let store = MemoryStore()
        try await withHouse(.userOAuth(oauth), store: store) { house, _ in await house.connect() }
        // The same store, and an upstream that names another issuer now.
        try await withHouse(.userOAuth(oauth), store: store) { house, issuer in
            #expect(await house.begin().problem == .issuerChanged(upstream: "notes", issuer: issuer.issuer))
        }
    }

    @Test("uses the addresses that the operator wrote, and asks the upstream nothing")
    func manual() async throws {
        try await withHouse { _, issuer in
            let oauth = UpstreamOAuth(
                clientID: "mine", authorizationURL: try HTTPURL(issuer.origin + "/hand/authorize?audience=x"),
                tokenURL: try HTTPURL(issuer.origin + "/as/token"), scopes: ["a", "b"])
            try await withHouse(.userOAuth(oauth), port: issuer.server.port) { house, _ in
                let url = try #require(await house.begin().value)
                #expect(url.hasPrefix(issuer.origin + "/hand/authorize?audience=x&response_type=code"))
                let (query, asked) = issuer.agree(url, iss: .some(nil))
                #expect(asked["resource"] == nil)
                #expect(asked["scope"] == "a b")
                #expect(issuer.server.count("/mcp") == 0)
                #expect(await house.finish(query).value != nil)
                #expect(issuer.server.count("/as/token") == 1)
            }
        }
    }

    @Test("is the operator's affair where one connection serves everybody")
    func shared() async throws {
        try await withHouse(.sharedOAuth(UpstreamOAuth())) { house, issuer in
            #expect(await house.call("") == "missing of the operator []")
            #expect(await house.connect().problem == .operatorOnly("notes"))
            #expect(await house.connect("u_op", role: .operator).value != nil)
            #expect(await house.call("") == "token access-1")
            let row = await house.state()
            #expect(row?.state == .byOperator)
            #expect(row?.canConnect == false)
            #expect(await house.disconnect() == .operatorOnly("notes"))
            #expect(await house.disconnect("u_op", role: .operator) == nil)
            #expect(await house.call("") == "missing of the operator []")
        }
    }

    @Test("gives tokens back, and forgets them, when a person disconnects")
    func disconnecting() async throws {
        try await withHouse { house, issuer in
            await house.connect()
            await house.connect("u_bob")
            #expect(await house.call() == "token access-1")
            #expect(await house.disconnect() == nil)
            #expect(await house.call() == "missing []")
            #expect(issuer.counts.value.revoked == ["refresh-1"])
            #expect(house.store.connections.value.values.map(\.owner) == ["u_bob"])
            #expect(await house.call("u_bob") == "token access-2")
        }
    }

    @Test("serves lists by the connection of an operator, else of whoever is connected")
    func gatewayOwn() async throws {
        try await withHouse { house, issuer in
            house.store.order.change { $0 = ["u_op", "u_ada"] }
            #expect(await house.call("") == "missing of the operator []")
            await house.connect()
            #expect(await house.call("") == "token access-1")
            await house.connect("u_op", role: .operator)
            #expect(await house.call("") == "token access-2")
            _ = await house.disconnect("u_op")
            #expect(await house.call("") == "token access-1")
        }
    }

    @Test("shows the name of the account where the upstream tells it")
    func accountName() async throws {
        try await withHouse { house, issuer in
            // {"sub":"1","email":"ada@example.org"}
            issuer.behaviour.change {
                $0.idToken = "e30.eyJzdWIiOiIxIiwiZW1haWwiOiJhZGFAZXhhbXBsZS5vcmcifQ.x"
            }
            await house.connect()
            #expect(await house.state()?.account == "ada@example.org")
        }
    }
}
