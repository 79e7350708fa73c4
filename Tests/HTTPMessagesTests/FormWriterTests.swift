import Testing

@testable import HTTPMessages

@Suite("A form that is written")
struct FormWriterTests {
    @Test("escapes all but unreserved characters, in names and values")
    func escapes() {
        let form = FormWriter([("a b", "c&d=e+f"), ("ü", "-._~AZaz09")])
        #expect(form.text == "a%20b=c%26d%3De%2Bf&%C3%BC=-._~AZaz09")
        #expect(FormWriter.escaped("\r\n%") == "%0D%0A%25")
        #expect(FormWriter().bytes.isEmpty)
    }
}
