import JSONCoding
import OAuthRules
import Testing

@testable import AuthorizationServer

@Suite struct `A client that registers itself` {
    private let chatGPT = """
        {"client_name":"ChatGPT","redirect_uris":["https://chatgpt.com/connector/oauth/DoctorChk001"],
        "grant_types":["authorization_code","refresh_token"],"response_types":["code"],"application_type":"native",
        "token_endpoint_auth_method":"client_secret_post"}
        """

    private func register(_ clients: ClientsUnderTest, _ body: String) async throws(RegistrationProblem) -> JSONObject {
        try parsed(await clients.registration.register(Array(body.utf8)))
    }

    private func parsed(_ bytes: [UInt8]) -> JSONObject { (try? JSONParser.parse(bytes))?.objectValue ?? [:] }

    private func problem(_ body: () async throws(RegistrationProblem) -> Void) async -> RegistrationProblem? {
        do throws(RegistrationProblem) {
            try await body()
            return nil
        } catch {
            return error
        }
    }

    @Test("like ChatGPT gets a secret once, and everything that it said (clients D01)")
    func chatGPTs() async throws {
        try await withClients { clients in
            let answer = try await register(clients, chatGPT)
            #expect(answer["client_secret"]?.stringValue?.hasPrefix("pbs_") == true)
            #expect(answer["client_secret_expires_at"] == 0)
            #expect(answer["client_id_issued_at"] == .number(JSONNumber(clients.clock.seconds)))
            #expect(answer["application_type"] == "native")
            #expect(answer["token_endpoint_auth_method"] == "client_secret_post")
            #expect(answer["redirect_uris"] == ["https://chatgpt.com/connector/oauth/DoctorChk001"])
            #expect(answer["grant_types"] == ["authorization_code", "refresh_token"])
            let id = try #require(answer["client_id"]?.stringValue)
            #expect(id.hasPrefix("c_") && id.utf8.count == 22)
            #expect(answer["registration_client_uri"] == .string("https://gateway.example/oauth/register/\(id)"))
            let known = try await clients.registry.client(id)
            #expect(known.client.origin == .registered)
        }
    }

    @Test("without a method becomes public, and is told so (F026, rulings 5.7)")
    func omittedMethod() async throws {
        try await withClients { clients in
            let answer = try await register(clients, #"{"redirect_uris":["http://127.0.0.1:1234/callback"]}"#)
            #expect(answer["token_endpoint_auth_method"] == "none")
            #expect(answer["client_secret"] == nil)
            #expect(answer["client_secret_expires_at"] == nil)
        }
    }

    @Test("like Cursor and VS Code may mix custom schemes, https and loopback (clients D04)")
    func redirects() async throws {
        try await withClients { clients in
            _ = try await register(
                clients,
                #"{"redirect_uris":["cursor://anysphere.cursor-mcp/oauth/callback","https://www.cursor.com/agents/mcp/oauth/callback","http://localhost:8787/callback"],"token_endpoint_auth_method":"none"}"#
            )
            _ = try await register(
                clients,
                #"{"redirect_uris":["http://127.0.0.1:33418/","https://vscode.dev/redirect","https://insiders.vscode.dev/redirect","http://127.0.0.1/","http://localhost/"]}"#
            )
            #expect(clients.store.clients.count == 2)
        }
    }

    @Test(
        "is refused with the code that RFC 7591 3.2.2 names (clients D10)",
        arguments: [
            ("{}", "invalid_redirect_uri"), (#"{"redirect_uris":["javascript:alert(1)"]}"#, "invalid_redirect_uri"),
            (#"{"redirect_uris":["http://host.example/"]}"#, "invalid_redirect_uri"),
            (#"{"redirect_uris":["https://h/"],"token_endpoint_auth_method":"x"}"#, "invalid_client_metadata"),
            ("", "invalid_client_metadata"), ("[]", "invalid_client_metadata"), ("null", "invalid_client_metadata"),
            ("{", "invalid_client_metadata"),
        ])
    func refused(body: String, code: String) async throws {
        try await withClients { clients in
            let problem = await problem { () throws(RegistrationProblem) in _ = try await register(clients, body) }
            #expect(problem?.status == 400)
            #expect(parsed(problem?.body ?? [])["error"] == .string(code))
            #expect(clients.store.clients.isEmpty)
        }
    }

    @Test("cannot choose its id, secret or registration token")
    func chosen() async throws {
        try await withClients { clients in
            let answer = try await register(
                clients,
                #"{"redirect_uris":["https://h/"],"client_id":"c_mine","client_secret":"mine","registration_access_token":"mine"}"#
            )
            #expect(answer["client_id"] != "c_mine")
            #expect(answer.members.count { $0.name == "client_id" } == 1)
            #expect(answer["client_secret"] == nil)
            #expect(answer["registration_access_token"] != "mine")
        }
    }

    @Test("is asked to come later when there is no room, whoever asks (rulings 5.7)")
    func full() async throws {
        try await withClients { clients in
            clients.store.set(
                (0..<ClientRegistry.unusedMax).map {
                    KeptClient(id: "c_\($0)", origin: .registered, metadata: [], created: .zero)
                })
            let found = await problem { () throws(RegistrationProblem) in _ = try await register(clients, chatGPT) }
            #expect(found == .full)
            #expect(found?.status == 503)
            clients.store.set(clients.store.clients.dropLast())
            _ = try await register(clients, chatGPT)
        }
    }

    // MARK: Its registration (RFC 7592)

    @Test("sees what is registered with its token, without the secret (RFC 7592 2.1)")
    func show() async throws {
        try await withClients { clients in
            let answer = try await register(clients, chatGPT)
            let (id, token) = try idAndToken(answer)
            let shown = parsed(try await clients.registration.show(id, token: token))
            #expect(shown["client_name"] == "ChatGPT")
            #expect(shown["client_secret"] == nil)
            #expect(shown["registration_access_token"] == .string(token))
        }
    }

    @Test("needs its token: none or a wrong one is 401, another client's is 403 (F033)")
    func tokens() async throws {
        try await withClients { clients in
            let (id, token) = try idAndToken(try await register(clients, chatGPT))
            let (other, _) = try idAndToken(try await register(clients, chatGPT))
            for wrong in [nil, "pbg_wrong", token + "x", ""] {
                for method in ["GET", "PUT", "DELETE"] {
                    let found = await manage(clients, method, id, wrong)
                    #expect(found == .tokenUnknown)
                    #expect(found?.status == 401)
                    #expect(found?.challenge?.hasPrefix("Bearer ") == true)
                }
            }
            for method in ["GET", "PUT", "DELETE"] {
                let found = await manage(clients, method, other, token)
                #expect(found == .tokenOfAnother)
                #expect(found?.status == 403)
            }
            #expect(clients.store.clients.count == 2)
        }
    }

    /// What RFC 7592 has for a client, by its method.
    private func manage(
        _ clients: ClientsUnderTest, _ method: String, _ id: String, _ token: String?
    ) async -> RegistrationProblem? {
        let registration = clients.registration
        let body = Array(#"{"client_id":"\#(id)","redirect_uris":["https://evil.example/"]}"#.utf8)
        do throws(RegistrationProblem) {
            switch method {
            case "GET": _ = try await registration.show(id, token: token)
            case "PUT": _ = try await registration.replace(id, token: token, body)
            default: try await registration.remove(id, token: token)
            }
            return nil
        } catch {
            return error
        }
    }

    @Test("goes with everything that came of it, and its token with it (RFC 7592 2.3)")
    func remove() async throws {
        try await withClients { clients in
            let (id, token) = try idAndToken(try await register(clients, chatGPT))
            try await clients.registration.remove(id, token: token)
            #expect(clients.store.clients.isEmpty)
            #expect(clients.ended.hasEnded([.client(id)], madeAt: clients.clock.seconds))
            let again = await problem { () throws(RegistrationProblem) in
                try await clients.registration.remove(id, token: token)
            }
            #expect(again == .tokenUnknown)
        }
    }

    @Test("replaces what it says as a whole, and its secret only when it begins or ends to use one (RFC 7592 2.2)")
    func replace() async throws {
        try await withClients { clients in
            let answer = try await register(clients, chatGPT)
            let (id, token) = try idAndToken(answer)
            let secret = try #require(answer["client_secret"]?.stringValue)
            func update(_ members: String) async throws -> JSONObject {
                let body = #"{"client_id":"\#(id)","redirect_uris":["https://new.example/"]\#(members)}"#
                return parsed(try await clients.registration.replace(id, token: token, Array(body.utf8)))
            }
            let kept = try await update(
                #","token_endpoint_auth_method":"client_secret_basic","client_secret":"\#(secret)""#)
            #expect(kept["client_name"] == nil)
            #expect(kept["client_secret"] == nil)
            _ = try await clients.registry.authenticate(.basic(id, secret))
            #expect(try await update("")["token_endpoint_auth_method"] == "none")
            _ = try await clients.registry.authenticate(.none(id))
            let fresh = try await update(#","token_endpoint_auth_method":"client_secret_post""#)["client_secret"]?
                .stringValue
            #expect(fresh != nil && fresh != secret)
            _ = try await clients.registry.authenticate(.post(id, try #require(fresh)))
            let client = try await clients.registry.client(id).client
            #expect(client.redirect("https://chatgpt.com/connector/oauth/DoctorChk001") == nil)
            #expect(client.redirect("https://new.example/") != nil)
        }
    }

    @Test(
        "is not replaced by what RFC 7592 2.2 forbids",
        arguments: [
            #"{"redirect_uris":["https://h/"]}"#, #"{"client_id":"c_other","redirect_uris":["https://h/"]}"#,
            #"{"client_id":"ID","redirect_uris":["https://h/"],"client_secret":"wrong"}"#,
            #"{"client_id":"ID","redirect_uris":["https://h/"],"registration_access_token":"x"}"#,
            #"{"client_id":"ID","redirect_uris":["https://h/"],"client_id_issued_at":1}"#,
            #"{"client_id":"ID","redirect_uris":["javascript:x"]}"#, #"{"client_id":"ID"}"#,
        ])
    func badReplacement(body: String) async throws {
        try await withClients { clients in
            let (id, token) = try idAndToken(try await register(clients, chatGPT))
            let before = clients.store.clients
            let text = body.split(separator: "ID", maxSplits: 1).joined(separator: id)
            let found = await problem { () throws(RegistrationProblem) in
                _ = try await clients.registration.replace(id, token: token, Array(text.utf8))
            }
            #expect(found != nil)
            #expect(clients.store.clients == before)
        }
    }

    private func idAndToken(_ answer: JSONObject) throws -> (String, String) {
        (
            try #require(answer["client_id"]?.stringValue),
            try #require(answer["registration_access_token"]?.stringValue)
        )
    }
}
