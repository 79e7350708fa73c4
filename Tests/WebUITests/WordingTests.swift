import Testing

@testable import WebUI

@Suite("The texts of the pages")
struct WordingTests {
    @Test("say the same in both languages, as far as a program can see")
    func catalogsAgree() {
        #expect(WebWord.disagreements == [])
        #expect(ConsentWord.disagreements == [])
    }
}
