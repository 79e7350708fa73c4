import JSONCoding
import OAuthRules
import Testing

@Suite("The header of a token")
struct TokenHeaderTests {
    private func header(_ text: String) throws -> TokenHeader {
        let value = try JSONParser.parse(Array(text.utf8))
        return try TokenHeader(try #require(value.objectValue))
    }

    @Test("names algorithm, key and type")
    func members() throws {
        let found = try header(#"{"alg":"ES256","kid":"k1","typ":"at+jwt","unknown":{}}"#)
        #expect(found.algorithm == "ES256")
        #expect(found.keyID == "k1")
        #expect(found.type == "at+jwt")
    }

    @Test(
        "has one type in three spellings (RFC 7515, 4.1.9, RFC 9068, 4)",
        arguments: ["at+jwt", "application/at+jwt", "AT+JWT"])
    func types(spelling: String) throws {
        #expect(try header(#"{"alg":"ES256","typ":"\#(spelling)"}"#).type == "at+jwt")
        #expect(try header(#"{"alg":"ES256"}"#).type == "")
    }

    @Test(
        "is refused otherwise",
        arguments: [
            (text: #"{"typ":"JWT"}"#, clause: "RFC 7515, 4.1.1: alg is required"),
            (text: #"{"alg":""}"#, clause: "RFC 7515, 4.1.1: alg says something"),
            (text: #"{"alg":1}"#, clause: "RFC 7515, 4.1.1: alg is text"),
            (text: #"{"alg":"none"}"#, clause: "RFC 8725, 3.2: none is no algorithm"),
            (text: #"{"alg":"nOnE"}"#, clause: "RFC 8725, 3.2: in no spelling"),
            (text: #"{"alg":"ES256","crit":["exp"]}"#, clause: "RFC 7515, 4.1.11: an extension that we do not know"),
            (text: #"{"alg":"ES256","crit":[]}"#, clause: "RFC 7515, 4.1.11: an empty list"),
            (text: #"{"alg":"ES256","b64":false}"#, clause: "RFC 7797, 3: an unencoded payload"),
            (text: #"{"alg":"none","alg":"ES256"}"#, clause: "RFC 7515, 4: names stand once"),
            (text: #"{"alg":"ES256","\u0061lg":"none"}"#, clause: "RFC 7515, 4: however they are spelled"),
            (text: #"{"alg":"ES256","kid":7}"#, clause: "RFC 7515, 4.1.4: kid is text"),
            (text: #"{"alg":"ES256","typ":7}"#, clause: "RFC 7515, 4.1.9: typ is text"),
        ])
    func refused(text: String, clause: String) {
        #expect(throws: TokenFault.malformed, "\(clause)") { _ = try header(text) }
    }

    @Test("has a kid of at most 256 bytes")
    func keyIDLimit() throws {
        let longest = String(repeating: "k", count: 256)
        #expect(try header(#"{"alg":"ES256","kid":"\#(longest)"}"#).keyID == longest)
        #expect(throws: TokenFault.malformed) { _ = try header(#"{"alg":"ES256","kid":"\#(longest)k"}"#) }
    }
}
