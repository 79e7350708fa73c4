import HTTPMessages
import Testing

@testable import WebUI

@Suite("Pages in the reader's language")
struct LanguageTests {
    @Test(
        "the language that a browser likes best is taken, and English where it reads neither",
        arguments: [
            ("de", Language.german), ("de-AT,en;q=0.5", .german), ("en;q=0.3, de;q=0.7", .german),
            ("fr, de;q=0.1", .german),
            ("en, de", .english), ("fr", .english), ("", .english), ("de;q=0", .english),
            ("de;q=0.0001, en;q=0.1", .english),
            ("de;q=9, en;q=0.1", .english), ("deutsch", .english), ("*", .english), ("DE-de", .german),
        ])
    func negotiation(_ value: String, _ expected: Language) {
        var fields = HTTPFields()
        _ = fields.append(.acceptLanguage, value)
        #expect(Language(acceptedBy: fields) == expected)
    }

    @Test("a choice in the footer is kept, leads back, and leads nowhere else")
    func choice() async throws {
        let route = WebRoute(.get, "/open", .everyone) { (request) throws(WebProblem) in
            .page(Page(heading: request.language.ownName) {})
        }
        try await withSite([route]) { site in
            let page = try await site.ask("GET", "/open?a=1")
            #expect(page.text.contains("/language?lang=de&amp;next=%2Fopen%3Fa%3D1"))
            let choice = try await site.ask("GET", "/language?lang=de&next=%2Fopen%3Fa%3D1")
            #expect(choice.status == 303 && choice.field("location") == "/open?a=1")
            #expect(choice.cookie("patchbay-language") == "de")
            let german = try await site.ask("GET", "/open", ["cookie: patchbay-language=de", "accept-language: en"])
            #expect(german.text.contains("<html lang=\"de\">") && german.field("content-language") == "de")
            let elsewhere = try await site.ask("GET", "/language?lang=de&next=%2F%2Fevil.example")
            #expect(elsewhere.field("location") == "/")
            #expect(try await site.ask("GET", "/language?lang=fr").status == 404)
        }
    }
}
