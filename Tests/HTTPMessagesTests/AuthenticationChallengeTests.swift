import Testing

@testable import HTTPMessages

@Suite("A challenge of WWW-Authenticate")
struct AuthenticationChallengeTests {
    @Test("is read with its parameters, quoted or not, in any case")
    func parameters() {
        let found = AuthenticationChallenge.all(
            in: #"bEaReR Resource_Metadata="https://a/x,y", scope = "a b" ,error=invalid_token, x="q\"\\z""#)
        #expect(found.count == 1)
        #expect(found.first?.isBearer == true)
        #expect(found.first?["resource_metadata"] == "https://a/x,y")
        #expect(found.first?["scope"] == "a b")
        #expect(found.first?["error"] == "invalid_token")
        #expect(found.first?["x"] == #"q"\z"#)
    }

    @Test("stands beside others in one field or in several")
    func several() {
        let text = #"Basic realm="a", Negotiate abc==, Bearer, Bearer scope="s", DPoP algs="ES256""#
        let found = AuthenticationChallenge.all(in: text)
        #expect(found.map(\.scheme) == ["Basic", "Negotiate", "Bearer", "Bearer", "DPoP"])
        #expect(found[0]["realm"] == "a")
        #expect(found[3]["scope"] == "s")
        var fields = HTTPFields()
        fields.append(.wwwAuthenticate, literal: "Basic realm=x")
        fields.append(.wwwAuthenticate, literal: #"Bearer scope="z""#)
        #expect(AuthenticationChallenge.all(in: fields).first { $0.isBearer }?["scope"] == "z")
    }

    @Test("is read as far as it follows the grammar", arguments: ["", ",,", "\"", "=", "Bearer =", "Bearer a=\"b"])
    func broken(text: String) {
        #expect(AuthenticationChallenge.all(in: text).count <= 1)
    }

    @Test("has a bounded number of parameters and of neighbours")
    func bounds() {
        let many = AuthenticationChallenge.all(in: "Bearer " + (0..<100).map { "a\($0)=b" }.joined(separator: ", "))
        #expect(many.first?.parameters.count == AuthenticationChallenge.countMax)
        let crowd = AuthenticationChallenge.all(in: (0..<100).map { "S\($0)" }.joined(separator: ", "))
        #expect(crowd.count <= AuthenticationChallenge.countMax)
    }
}
