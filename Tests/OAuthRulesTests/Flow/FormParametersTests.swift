import OAuthRules
import Testing

struct FormParametersTests {
    @Test("names and values are decoded once, and a parameter without a value counts as left out (RFC 6749 3.1)")
    func decoding() throws {
        let form = try form("state=a%2Bb%2F%3D%25~%20c+d&empty=&flag&%6Eame=v&&x=1=2")
        #expect(try form.value("state") == "a+b/=%~ c d")
        #expect(try form.value("empty") == nil)
        #expect(try form.value("flag") == nil)
        #expect(try form.value("name") == "v")
        #expect(try form.value("x") == "1=2")
        #expect(try form.value("other") == nil)
    }

    @Test("a parameter that stands there twice is refused, however it is spelled (RFC 6749 3.1)")
    func repetition() throws {
        let form = try form("client_id=a&client%5Fid=a&resource=1&resource=2")
        #expect(throws: FormParameters.Problem.repeated("client_id")) { try form.value("client_id") }
        #expect(form.values("resource") == ["1", "2"])
    }

    @Test("what two readers could read differently is refused", arguments: ["a=%", "a=%2", "a=%zz", "a=%ff", "%c3=1"])
    func unreadable(text: String) {
        #expect(throws: FormParameters.Problem.notReadable) { try form(text) }
    }

    @Test("length and number have limits")
    func limits() throws {
        let longest = "a=" + String(repeating: "b", count: FormParameters.bytesMax - 2)
        #expect(try form(longest).value("a")?.utf8.count == FormParameters.bytesMax - 2)
        #expect(throws: FormParameters.Problem.tooLong) { try form(longest + "b") }
        let most = (1...FormParameters.parametersMax).map { "p\($0)=1" }.joined(separator: "&")
        #expect(try form(most).value("p1") == "1")
        #expect(throws: FormParameters.Problem.tooMany) { try form(most + "&more=1") }
    }
}
