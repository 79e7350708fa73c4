import OAuthRules
import Testing

struct FormParametersTests {
    @Test("a parameter without a value counts as left out (RFC 6749 3.1)")
    func empty() throws {
        let form = form("state=s&empty=&flag")
        #expect(try form.value("state") == "s")
        #expect(try form.value("empty") == nil)
        #expect(try form.value("flag") == nil)
        #expect(try form.value("other") == nil)
    }

    @Test("a parameter that stands there twice is refused, also when one of them is empty (RFC 6749 3.1)")
    func repetition() {
        let form = form("client_id=a&client_id=a&state=&state=b&resource=1&resource=&resource=2")
        #expect(throws: FormParameters.Problem.repeated("client_id")) { try form.value("client_id") }
        #expect(throws: FormParameters.Problem.repeated("state")) { try form.value("state") }
        #expect(form.values("resource") == ["1", "2"])
    }
}
