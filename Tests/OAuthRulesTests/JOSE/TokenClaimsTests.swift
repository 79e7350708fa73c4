import JSONCoding
import OAuthRules
import Testing

@Suite("The claims of a token")
struct TokenClaimsTests {
    private func claims(_ text: String) throws -> TokenClaims {
        let value = try JSONParser.parse(Array(text.utf8))
        return try TokenClaims(try #require(value.objectValue))
    }

    @Test("stand once each (RFC 7519, 4)", arguments: [#"{"sub":"a","sub":"b"}"#, #"{"sub":"a","s\u0075b":"b"}"#])
    func duplicates(text: String) {
        #expect(throws: TokenFault.malformed) { _ = try claims(text) }
    }

    @Test(
        "name the issuer byte for byte (RFC 7519, 4.1.1; RFC 8725, 3.8)",
        arguments: [
            #"{}"#, #"{"iss":1}"#, #"{"iss":["https://a.example"]}"#, #"{"iss":"https://a.example/"}"#,
            #"{"iss":"https://A.example"}"#, #"{"iss":"http://a.example"}"#, #"{"iss":"https://a.example.evil"}"#,
        ])
    func otherIssuer(text: String) throws {
        let claims = try claims(text)
        #expect(throws: TokenFault.otherIssuer) { try claims.check(issuer: "https://a.example") }
    }

    @Test("that look like another issuer's are not it (RFC 8725, 3.8)")
    func alikeIssuer() throws {
        // One letter, in two ways of Unicode: equal as Swift's strings, not as bytes.
        let claims = try claims(#"{"iss":"https://a.example/\u00e4"}"#)
        #expect(throws: TokenFault.otherIssuer) { try claims.check(issuer: "https://a.example/a\u{308}") }
    }

    @Test(
        "name the audience as text or in a list (RFC 7519, 4.1.3)",
        arguments: [#"{"aud":"https://a.example/mcp"}"#, #"{"aud":["x","https://a.example/mcp"]}"#])
    func audience(text: String) throws {
        try claims(text).check(audience: ["https://a.example/v1/mcp/default", "https://a.example/mcp"])
    }

    @Test(
        "for somebody else are not for us (RFC 8725, 3.9; RFC 9068, 4)",
        arguments: [
            #"{}"#, #"{"aud":[]}"#, #"{"aud":{"https://a.example/mcp":1}}"#, #"{"aud":"https://a.example/mcp/"}"#,
            #"{"aud":[["https://a.example/mcp"]]}"#, #"{"aud":"https://a.example"}"#, #"{"aud":null}"#,
            #"{"aud":"https://a.example/mcp https://b.example"}"#,
        ])
    func otherAudience(text: String) throws {
        let claims = try claims(text)
        #expect(throws: TokenFault.otherAudience) { try claims.check(audience: ["https://a.example/mcp"]) }
    }

    @Test("end at `exp` and not a second later (RFC 7519, 4.1.4)")
    func expiry() throws {
        let claims = try claims(#"{"exp":1000}"#)
        #expect(try claims.checkTime(now: 999, grace: 0) == 1000)
        #expect(throws: TokenFault.expired) { try claims.checkTime(now: 1000, grace: 0) }
        #expect(try claims.checkTime(now: 1059) == 1060)
        #expect(throws: TokenFault.expired) { try claims.checkTime(now: 1060) }
    }

    @Test(
        "have an end (RFC 9068, 2.2; RFC 7519, 2: a number of seconds)",
        arguments: [
            #"{}"#, #"{"exp":"1000"}"#, #"{"exp":null}"#, #"{"exp":1e300}"#, #"{"exp":-1e13}"#, #"{"exp":[1000]}"#,
            #"{"exp":true}"#,
        ])
    func noExpiry(text: String) throws {
        let claims = try claims(text)
        #expect(throws: TokenFault.claimMissing("exp")) { try claims.checkTime(now: 0) }
    }

    @Test("have their fraction of a second cut off (RFC 7519, 2)")
    func fractions() throws {
        #expect(try claims(#"{"exp":1000.9}"#).checkTime(now: 999, grace: 0) == 1000)
    }

    @Test(
        "of later are not taken yet, but for the difference of two clocks (RFC 7519, 4.1.5; RFC 8725, 3.10)",
        arguments: ["nbf", "iat"])
    func notYet(name: String) throws {
        let claims = try claims(#"{"exp":9000,"\#(name)":1060}"#)
        try claims.checkTime(now: 1000)
        #expect(throws: TokenFault.notYet) { try claims.checkTime(now: 999) }
        let wrong = try self.claims(#"{"exp":9000,"\#(name)":"1060"}"#)
        #expect(throws: TokenFault.claimMissing(name)) { try wrong.checkTime(now: 1000) }
    }

    @Test("that must be text are text, and neither empty nor too long")
    func texts() throws {
        let claims = try claims(#"{"a":"x","b":"","c":1,"d":"\#(String(repeating: "d", count: 9))"}"#)
        #expect(try claims.required("a") == "x")
        for name in ["b", "c", "e"] {
            #expect(throws: TokenFault.claimMissing(name)) { _ = try claims.required(name) }
        }
        #expect(claims.text("d", bytesMax: 9) != nil)
        #expect(claims.text("d", bytesMax: 8) == nil)
    }

    @Test("that list texts may be one text, and a missing one lists nothing")
    func lists() throws {
        let claims = try claims(#"{"one":"a","many":["a",1,"b"],"none":{}}"#)
        #expect(claims.list("one") == ["a"])
        #expect(claims.list("many") == ["a", "b"])
        #expect(claims.list("none") == [])
        #expect(claims.list("missing") == [])
        #expect(claims.list("many", countMax: 2) == ["a"])
    }
}
