import OAuthRules
import Testing

@Suite("The text of a token")
struct TokenTextTests {
    @Test("is three parts, and what is signed is the first two as they came")
    func parts() throws {
        let token = try #require(TokenText("aGVhZGVy.Y2xhaW1z.c2ln"))
        #expect(token.header == "aGVhZGVy")
        #expect(token.claims == "Y2xhaW1z")
        #expect(token.signature == "c2ln")
        #expect(token.signed == "aGVhZGVy.Y2xhaW1z")
    }

    @Test(
        "is refused otherwise",
        arguments: [
            (text: "", clause: "RFC 7515, 7.1: three parts"),
            (text: "a.b", clause: "RFC 7515, 7.1: three parts"),
            (text: "a.b.c.d", clause: "RFC 7515, 7.1: three parts"),
            (text: "a.b.c.d.e", clause: "RFC 7516, 7.1: an encrypted token is none that we take"),
            (text: "a.b.", clause: "RFC 8725, 3.2: an empty signature is `alg: none`"),
            (text: ".b.c", clause: "RFC 7515, 5.2: a header"),
            (text: "a..c", clause: "RFC 7797 is not spoken: no detached payload"),
            (text: "a=.b.c", clause: "RFC 7515, 2: base64url without padding"),
            (text: "a+.b.c", clause: "RFC 7515, 2: base64url, not base64"),
            (text: "a/.b.c", clause: "RFC 7515, 2: base64url, not base64"),
            (text: " a.b.c", clause: "RFC 7515, 2: no white space"),
            (text: "a.b.c\n", clause: "RFC 7515, 2: no line end"),
            (text: "a.b.c\0", clause: "RFC 7515, 2: no other character"),
            (text: "ä.b.c", clause: "RFC 7515, 2: no other character"),
            (text: "{\"payload\":\"a\"}", clause: "RFC 7515, 7.2: no JSON serialization"),
        ])
    func refused(text: String, clause: String) {
        #expect(TokenText(text) == nil, "\(clause)")
    }

    @Test("has at most so many bytes")
    func limit() {
        let room = TokenText.bytesMax - "a..c".utf8.count
        #expect(TokenText("a.\(String(repeating: "b", count: room)).c") != nil)
        #expect(TokenText("a.\(String(repeating: "b", count: room + 1)).c") == nil)
    }
}
