import JSONCoding
import OAuthRules
import Testing

@Suite("A published key")
struct PublishedKeyTests {
    private static let point = #""kty":"EC","crv":"P-256","x":"eA","y":"eQ""#

    private func keys(_ texts: [String]) throws -> [PublishedKey] {
        let text = "{\"keys\":[\(texts.joined(separator: ","))]}"
        return PublishedKey.keys(of: try #require(try JSONParser.parse(Array(text.utf8)).objectValue))
    }

    private func header(_ text: String) throws -> TokenHeader {
        try TokenHeader(try #require(try JSONParser.parse(Array(text.utf8)).objectValue))
    }

    @Test("knows its one algorithm by its numbers, and is written as it was read")
    func kinds() throws {
        let found = try keys([
            "{\(Self.point),\"kid\":\"a\",\"use\":\"sig\",\"alg\":\"ES256\",\"key_ops\":[\"verify\"]}",
            #"{"kty":"RSA","n":"bg","e":"AQAB","kid":"b"}"#,
            #"{"kty":"OKP","crv":"Ed25519","x":"eA","alg":"Ed25519"}"#,
        ])
        #expect(found.map(\.algorithm) == ["ES256", "RS256", "EdDSA"])
        #expect(found.map(\.id) == ["a", "b", nil])
        let again = PublishedKey.keys(of: ["keys": .array(found.map { .object($0.json) })])
        #expect(again == found)
    }

    @Test(
        "is skipped when it is none of ours",
        arguments: [
            (text: "7", clause: "RFC 7517, 5: keys are objects"),
            (text: #"{"kty":"oct","k":"c2VjcmV0"}"#, clause: "RFC 7517, 5 and RFC 8725, 2.1: no symmetric key"),
            (text: "{\(point),\"d\":\"ZA\"}", clause: "RFC 7517, 9.2: a private key that everybody knows"),
            (text: "{\(point),\"use\":\"enc\"}", clause: "RFC 7517, 4.2: another use"),
            (text: "{\(point),\"use\":7}", clause: "RFC 7517, 4.2: use is text"),
            (text: "{\(point),\"key_ops\":[\"encrypt\"]}", clause: "RFC 7517, 4.3: other operations"),
            (text: "{\(point),\"key_ops\":\"verify\"}", clause: "RFC 7517, 4.3: a list"),
            (text: "{\(point),\"alg\":\"RS256\"}", clause: "RFC 7517, 4.4: another algorithm"),
            (text: "{\(point),\"alg\":\"Ed25519\"}", clause: "RFC 7517, 4.4: another algorithm"),
            (text: "{\(point),\"alg\":7}", clause: "RFC 7517, 4.4: alg is text"),
            (text: "{\(point),\"kid\":7}", clause: "RFC 7517, 4.5: kid is text"),
            (text: #"{"kty":"RSA","n":"bg","e":"AQAB","alg":"PS256"}"#, clause: "RFC 7517, 4.4: another algorithm"),
            (text: #"{"kty":"RSA","n":"bg","e":"AQAB","alg":"HS256"}"#, clause: "RFC 8725, 2.1: no key confusion"),
            (text: "{\(point),\"x\":\"eB\"}", clause: "RFC 7517, 4: names stand once"),
            (text: #"{"kty":"EC","crv":"P-384","x":"eA","y":"eQ"}"#, clause: "RFC 7517, 5: an unknown curve"),
            (text: #"{"kty":"EC","crv":"P-256","x":"eA"}"#, clause: "RFC 7518, 6.2.1: both numbers"),
            (text: #"{"kty":"RSA","e":"AQAB"}"#, clause: "RFC 7518, 6.3.1: both numbers"),
            (text: #"{"kty":"OKP","crv":"X25519","x":"eA"}"#, clause: "RFC 8037, 2: a key of another use"),
            (text: #"{"kty":"AKP","alg":"ML-DSA-44","pub":"eA"}"#, clause: "RFC 7517, 5: an unknown kty"),
        ])
    func skipped(text: String, clause: String) throws {
        let found = try keys([text, "{\(Self.point),\"kid\":\"good\"}"])
        #expect(found.map(\.id) == ["good"], "\(clause)")
    }

    @Test("is chosen by the token's algorithm and kid, never by one of them alone (RFC 8725, 3.1)")
    func candidates() throws {
        let found = try keys([
            "{\(Self.point),\"kid\":\"a\"}", #"{"kty":"RSA","n":"bg","e":"AQAB","kid":"a"}"#,
            "{\(Self.point),\"kid\":\"b\"}", "{\(Self.point)}",
        ])
        func chosen(_ text: String) throws -> [PublishedKey] {
            PublishedKey.candidates(in: found, for: try header(text))
        }
        #expect(try chosen(#"{"alg":"ES256","kid":"a"}"#) == [found[0], found[3]])
        #expect(try chosen(#"{"alg":"RS256","kid":"a"}"#) == [found[1]])
        #expect(try chosen(#"{"alg":"RS256","kid":"b"}"#) == [])
        #expect(try chosen(#"{"alg":"HS256","kid":"a"}"#) == [])
        #expect(try chosen(#"{"alg":"ES256"}"#) == [found[0], found[2], found[3]])
        #expect(try chosen(#"{"alg":"ES256","kid":"c"}"#) == [found[3]])
    }

    @Test("is one of at most so many of a set, and one of at most so many that are tried")
    func limits() throws {
        let many = (0...PublishedKey.keysMax).map { "{\(Self.point),\"kid\":\"\($0)\"}" }
        let found = try keys(many)
        #expect(found.count == PublishedKey.keysMax)
        let tried = PublishedKey.candidates(in: found, for: try header(#"{"alg":"ES256"}"#))
        #expect(tried.count == PublishedKey.candidatesMax)
    }

    @Test("is not found in what is no set", arguments: [#"{}"#, #"{"keys":{}}"#, #"{"keys":null}"#])
    func noSet(text: String) throws {
        #expect(PublishedKey.keys(of: try #require(try JSONParser.parse(Array(text.utf8)).objectValue)).isEmpty)
    }
}
