import OAuthRules
import Testing

private func proof(
    _ field: PresentedProof.Field = .absent, client: String? = nil, secret: String? = nil, type: String? = nil,
    assertion: String? = nil
) throws(OAuthError) -> PresentedProof {
    try PresentedProof(field: field, client: client, secret: secret, assertionType: type, assertion: assertion)
}

private func basic(_ text: String) -> PresentedProof.Field { .basic(Array(text.utf8)) }

@Suite struct `What a client proves itself with` {
    @Test("is one of four ways (RFC 6749 2.3, RFC 7523 2.2)")
    func fourWays() throws {
        #expect(try proof(client: "c") == .none(client: "c"))
        #expect(try proof(client: "c", secret: "s") == .secret(client: "c", secret: "s", method: .post))
        #expect(try proof(basic("c:s"), client: "c") == .secret(client: "c", secret: "s", method: .basic))
        #expect(
            try proof(client: "c", type: PresentedProof.assertionType, assertion: "a.b.c")
                == .assertion(client: "c", text: "a.b.c"))
        #expect(
            try proof(type: PresentedProof.assertionType, assertion: "a.b.c") == .assertion(client: nil, text: "a.b.c"))
    }

    @Test("may be the Basic field alone (F028)")
    func basicAlone() throws {
        #expect(try proof(basic("c:s")) == .secret(client: "c", secret: "s", method: .basic))
        #expect(try proof(basic("c:")) == .none(client: "c"))
    }

    @Test("is form-encoded in the Basic field, and read as it is meant where a client forgot that (RFC 6749 2.3.1)")
    func formEncoding() throws {
        #expect(
            try proof(basic("https%3A%2F%2Fhost%2Fc:a%2Bb+c%3A"))
                == .secret(
                    client: "https://host/c", secret: "a+b c:", method: .basic))
        #expect(try proof(basic("c:50%")) == .secret(client: "c", secret: "50%", method: .basic))
        #expect(try proof(basic("c:a&b")) == .secret(client: "c", secret: "a&b", method: .basic))
    }

    @Test("is never two ways at once (RFC 6749 2.3)")
    func twoWays() {
        #expect(throws: OAuthError.self) { try proof(basic("c:s"), client: "c", secret: "s") }
        #expect(throws: OAuthError.self) {
            try proof(basic("c:s"), type: PresentedProof.assertionType, assertion: "a.b.c")
        }
        #expect(throws: OAuthError.self) {
            try proof(client: "c", secret: "s", type: PresentedProof.assertionType, assertion: "a.b.c")
        }
    }

    @Test("names one client in both places (RFC 6749 2.3.1)")
    func twoClients() {
        #expect { try proof(basic("c:s"), client: "d") } throws: { ($0 as? OAuthError)?.code == .invalidRequest }
    }

    @Test("is refused as invalid_client when it cannot be read (RFC 6749 5.2)")
    func unreadable() {
        let attempts: [() throws -> Void] = [
            { _ = try proof() }, { _ = try proof(.unreadable) }, { _ = try proof(basic("")) },
            { _ = try proof(basic("c")) },
            { _ = try proof(basic(":s")) }, { _ = try proof(.basic([0xFF, 0x3A, 0x41])) },
            { _ = try proof(client: "c", type: "saml", assertion: "x") },
            { _ = try proof(client: "c", assertion: "a.b.c") },
            { _ = try proof(client: "c", type: PresentedProof.assertionType) },
        ]
        for attempt in attempts {
            #expect { try attempt() } throws: { ($0 as? OAuthError)?.code == .invalidClient }
        }
    }

    @Test("has a client id of a URL's length at most")
    func length() throws {
        let longest = String(repeating: "c", count: PresentedProof.clientBytesMax)
        #expect(try proof(client: longest) == .none(client: longest))
        #expect(throws: OAuthError.self) { try proof(client: longest + "c") }
        #expect(throws: OAuthError.self) { try proof(basic(longest + "c:s")) }
    }
}
