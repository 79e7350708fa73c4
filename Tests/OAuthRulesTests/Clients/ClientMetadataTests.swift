import JSONCoding
import OAuthRules
import Testing

private func read(
    _ change: (inout JSONObject) -> Void = { _ in }, from source: ClientMetadataSource = .registration
) throws(ClientMetadataError) -> ClientMetadata {
    var object: JSONObject = ["redirect_uris": ["https://host.example/callback"]]
    change(&object)
    return try ClientMetadata(object, from: source)
}

private func code(of body: () throws -> Void) -> ClientMetadataError.Code? {
    do {
        try body()
        return nil
    } catch {
        return (error as? ClientMetadataError)?.code
    }
}

@Suite struct `A client's metadata` {
    @Test("of ChatGPT's registration is taken as it comes")
    func chatGPT() throws {
        let metadata = try read {
            $0["client_name"] = "ChatGPT"
            $0["redirect_uris"] = ["https://chatgpt.com/connector/oauth/OUbdUMlL15Ct"]
            $0["grant_types"] = ["authorization_code", "refresh_token"]
            $0["response_types"] = ["code"]
            $0["application_type"] = "native"
            $0["token_endpoint_auth_method"] = "client_secret_post"
        }
        #expect(metadata.authMethods == [.post])
        #expect(metadata.applicationType == "native")
        #expect(metadata.wantsRefresh)
        #expect(metadata.displayName == "ChatGPT")
    }

    @Test("without a method becomes public, and says so (rulings 5.7)")
    func omittedMethod() throws {
        #expect(try read().authMethods == [.none])
        #expect(try read().json["token_endpoint_auth_method"] == "none")
        #expect(try read({ $0["token_endpoint_auth_method"] = "" }).authMethods == [.none])
    }

    @Test("with a list of methods is ready for all of them that are served (clients D08)")
    func listedMethods() throws {
        let metadata = try read(
            {
                $0["token_endpoint_auth_method"] = "private_key_jwt"
                $0["token_endpoint_auth_methods_supported"] = ["none", "private_key_jwt", "tls_client_auth"]
                $0["jwks_uri"] = "https://chatgpt.com/oauth/jwks.json"
                $0["brand_new_member"] = ["a": 1]
            }, from: .document)
        #expect(metadata.authMethods == [.assertion, .none])
        #expect(metadata.others["brand_new_member"] == ["a": 1])
    }

    @Test("that asks for a secret is never public")
    func secretIsNotPublic() throws {
        let metadata = try read {
            $0["token_endpoint_auth_method"] = "client_secret_basic"
            $0["token_endpoint_auth_methods_supported"] = ["none"]
        }
        #expect(metadata.authMethods == [.basic])
    }

    @Test("comes back from what is kept of it")
    func roundTrip() throws {
        let metadata = try read {
            $0["client_name"] = "N\u{e4}me"
            $0["client_uri"] = "https://host.example/"
            $0["scope"] = "mcp:read"
            $0["jwks"] = ["keys": [["kty": "OKP", "crv": "Ed25519", "x": "AAAA"]]]
            $0["token_endpoint_auth_method"] = "private_key_jwt"
            $0["logo_uri"] = "https://host.example/logo.png"
            $0["client_name#de"] = "Name"
        }
        #expect(try ClientMetadata(metadata.json, from: .registration) == metadata)
    }

    @Test("needs redirect URIs that can be used (RFC 7591 3.2.2, invalid_redirect_uri)")
    func redirectURIs() {
        for value: JSONValue? in [nil, [], "https://host/", [1], ["http://host/"], ["javascript:x"], ["/callback"]] {
            #expect(code { _ = try read { $0["redirect_uris"] = value } } == .invalidRedirectURI)
        }
    }

    @Test(
        "must be what it is supposed to be (RFC 7591 3.2.2, invalid_client_metadata)",
        arguments: [
            ("client_name", 1), ("client_name", ["a"]), ("client_uri", "javascript:alert(1)"), ("logo_uri", "data:x"),
            ("tos_uri", "x"), ("policy_uri", 5), ("token_endpoint_auth_method", "tls_client_auth"),
            ("token_endpoint_auth_method", "client_secret_jwt"), ("token_endpoint_auth_method", ["none"]),
            ("token_endpoint_auth_method", "private_key_jwt"), ("grant_types", ["implicit"]),
            ("grant_types", ["client_credentials"]), ("grant_types", "authorization_code"),
            ("response_types", ["token"]),
            ("jwks", "x"), ("jwks", ["keys": 1]), ("jwks", ["keys": ["x"]]), ("jwks_uri", "ftp://host/"),
            ("scope", ["a"]),
            ("contacts", "me"), ("contacts", [1]), ("software_id", 3),
        ] as [(String, JSONValue)])
    func wrongMembers(name: String, value: JSONValue) {
        #expect(code { _ = try read { $0[name] = value } } == .invalidClientMetadata)
    }

    @Test("does not publish private keys (RFC 7517 9.3)", arguments: ["d", "k", "p"])
    func privateKeys(part: String) {
        let result = code {
            _ = try read { $0["jwks"] = ["keys": [.object([JSONObject.Member(name: part, value: "AA")].asObject)]] }
        }
        #expect(result == .invalidClientMetadata)
    }

    @Test("has keys in one place only (RFC 7591 2)")
    func keysTwice() {
        let result = code {
            _ = try read {
                $0["jwks"] = ["keys": []]
                $0["jwks_uri"] = "https://host/jwks"
            }
        }
        #expect(result == .invalidClientMetadata)
    }

    @Test("holds each limit, and not one more")
    func limits() {
        let text: (Int) -> JSONValue = { .string(String(repeating: "x", count: $0)) }
        let list: (Int) -> JSONValue = { .array(Array(repeating: "x", count: $0)) }
        let redirects: (Int) -> JSONValue = { .array((0..<$0).map { .string("https://host/\($0)") }) }
        let keys: (Int) -> JSONValue = { ["keys": .array(Array(repeating: [:], count: $0))] }
        let rows: [(String, (Int) -> JSONValue, Int)] = [
            ("client_name", text, ClientLimits.nameBytes), ("scope", text, ClientLimits.scopeBytes),
            ("software_id", text, ClientLimits.textBytes), ("contacts", list, ClientLimits.listEntries),
            ("redirect_uris", redirects, ClientLimits.redirectURIs), ("jwks", keys, ClientLimits.keys),
        ]
        for (name, value, limit) in rows {
            #expect(code { _ = try read { $0[name] = value(limit) } } == nil, "\(name)")
            #expect(code { _ = try read { $0[name] = value(limit + 1) } } != nil, "\(name)")
        }
        #expect(code { _ = try read { $0["jwks"] = ["keys": [["x": text(ClientLimits.keysBytes)]]] } } != nil)
    }

    @Test("keeps members that nobody knows as far as they fit, and nothing that only we may say")
    func unknownMembers() throws {
        let metadata = try read {
            $0["a"] = .string(String(repeating: "x", count: ClientLimits.unknownBytes))
            $0["b"] = "small"
            $0["client_id"] = "c_other"
            $0["client_secret"] = "mine"
            $0["registration_access_token"] = "x"
            $0["software_statement"] = "x.y.z"
        }
        #expect(metadata.others == ["b": "small"])
    }
}

extension [JSONObject.Member] {
    fileprivate var asObject: JSONObject { JSONObject(self) }
}

@Suite struct `A client's metadata document` {
    private func url(_ text: String = "https://host.example/client.json") throws(ClientMetadataError)
        -> ClientDocumentURL
    {
        try ClientDocumentURL(text, allowsLoopback: false)
    }

    private func problem(_ text: String) -> String? {
        do {
            _ = try ClientDocument.client(Array(text.utf8), at: try url())
            return nil
        } catch {
            return error.description
        }
    }

    private let tail = #""redirect_uris":["https://elsewhere.example/callback"],"client_name":"A""#

    @Test("describes the client of its address, whose redirects may be of other origins (rulings 5.6)")
    func whole() throws {
        let text = #"{"client_id":"https://host.example/client.json","# + tail + "}"
        let client = try ClientDocument.client(Array(text.utf8), at: try url())
        #expect(client.id == "https://host.example/client.json")
        #expect(client.origin == .document)
        #expect(client.isPublic)
    }

    @Test("names the very address that it was fetched from (draft 4.1)")
    func otherID() {
        for id in [
            "https://host.example/client.json/", "https://HOST.example/client.json",
            "https://other.example/client.json", "",
        ] {
            #expect(problem(#"{"client_id":"\#(id)",\#(tail)}"#)?.contains("address of the document") == true)
        }
        #expect(problem("{\(tail)}") != nil)
        let twice = #""client_id":"https://host.example/client.json","#
        #expect(problem("{\(twice)\(twice)\(tail)}") != nil)
    }

    @Test("is a JSON object", arguments: ["", "[]", "null", "<html>", "{"])
    func object(text: String) {
        #expect(problem(text) != nil)
    }

    @Test("has no secret and no method with one (draft 4.1)")
    func secrets() {
        let head = #"{"client_id":"https://host.example/client.json","# + tail
        #expect(problem(head + #","client_secret":"x"}"#)?.contains("client_secret") == true)
        #expect(problem(head + #","client_secret_expires_at":0}"#) != nil)
        for method in ["client_secret_basic", "client_secret_post", "client_secret_jwt"] {
            #expect(problem(head + #","token_endpoint_auth_method":"\#(method)"}"#) != nil)
        }
    }

    @Test(
        "has an https address with a path, without user, fragment or dots (draft 3)",
        arguments: [
            "http://host.example/client.json", "https://host.example", "https://host.example/",
            "https://host.example/?x",
            "https://u:p@host.example/c", "https://host.example/c#x", "https://host.example/a/../c",
            "https://host.example/./c", "https://host.example/a/%2e%2E/c", "https://host.example/.%2e", "https:host/x",
        ])
    func addresses(text: String) {
        #expect(ClientDocumentURL.isMeant(by: text) || text == "https:host/x")
        #expect(throws: ClientMetadataError.self) { try url(text) }
    }

    @Test("of this machine has an address only where we have one too (draft 6.5)")
    func loopback() throws {
        for text in ["http://127.0.0.1:8000/c.json", "http://localhost:8000/c.json"] {
            #expect(throws: ClientMetadataError.self) { try ClientDocumentURL(text, allowsLoopback: false) }
            #expect(try ClientDocumentURL(text, allowsLoopback: true).text == text)
        }
        #expect(throws: ClientMetadataError.self) { try ClientDocumentURL("http://host/c.json", allowsLoopback: true) }
    }
}
