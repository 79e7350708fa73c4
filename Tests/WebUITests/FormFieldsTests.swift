import HTTPMessages
import Testing

@testable import WebUI

@Suite("Queries, forms and cookies are read strictly")
struct FormFieldsTests {
    private func read(_ text: String) throws(FormProblem) -> FormFields {
        try FormFields(Array(text.utf8))
    }

    @Test("names and values are decoded once")
    func decoding() throws {
        let fields = try read("a=1+2&b=%2B%25&c&=d&%C3%A4=%252B&")
        #expect(fields.all.map(\.name) == ["a", "b", "c", "", "ä"])
        #expect(fields.all.map(\.value) == ["1 2", "+%", "", "d", "%2B"])
        #expect(fields["a"] == "1 2" && fields["x"] == nil)
    }

    @Test("a parameter that stands there twice has no value, and is named")
    func repeated() throws {
        let fields = try read("a=1&b=2&a=3&b=4")
        #expect(fields["a"] == nil && fields.values("a") == ["1", "3"])
        #expect(fields.firstRepeated() == "a" && fields.firstRepeated(except: ["a"]) == "b")
    }

    @Test(
        "what two readers could read differently is refused",
        arguments: ["a=%", "a=%2", "a=%zz", "%C3=1", "a=%FF", "a=%00"])
    func malformed(_ text: String) {
        #expect(throws: FormProblem.self) { try read(text) }
    }

    @Test("count, names and values have limits")
    func limits() throws {
        func pairs(_ count: Int) -> String { (0..<count).map { "a\($0)=" }.joined(separator: "&") }
        #expect(try read(pairs(FormFields.countMax)).all.count == FormFields.countMax)
        #expect(throws: FormProblem.tooMany(limit: FormFields.countMax)) { try read(pairs(FormFields.countMax + 1)) }
        let name = String(repeating: "n", count: FormFields.nameBytesMax)
        #expect(try read(name)[name] == "")
        #expect(throws: FormProblem.tooLong(limit: FormFields.nameBytesMax)) { try read(name + "n") }
        let value = String(repeating: "v", count: FormFields.valueBytesMax)
        #expect(try read("a=" + value)["a"] == value)
        #expect(throws: FormProblem.tooLong(limit: FormFields.valueBytesMax)) { try read("a=v" + value) }
    }

    @Test("cookies are read by the letter, and one that stands there twice is nobody's")
    func cookies() {
        var fields = HTTPFields()
        _ = fields.append(.cookie, "patchbay=abc; x=1;patchbay-device=a b; =y; nothing")
        _ = fields.append(.cookie, "patchbay-language=de; patchbay-visit=1; patchbay-visit=2; __Host-patchbay=s")
        let jar = CookieJar(fields)
        #expect(jar.value(.session, isSecure: false) == "abc")
        #expect(jar.value(.session, isSecure: true) == "s", "on https only the name that no neighbour can set")
        #expect(jar.value(.device, isSecure: false) == nil)
        #expect(jar.value(.language, isSecure: false) == "de")
        #expect(jar.value(.visit, isSecure: false) == nil)
    }

    @Test("cookies are set for this host, for no program of a page, and on https by their safe name")
    func settingCookies() {
        let change = CookieChange(cookie: .session, value: "v", maxAge: nil)
        #expect(change.text(isSecure: true) == "__Host-patchbay=v; Path=/; HttpOnly; SameSite=Lax; Secure")
        #expect(change.text(isSecure: false) == "patchbay=v; Path=/; HttpOnly; SameSite=Lax")
        let end = CookieChange(cookie: .session, value: nil, maxAge: nil)
        #expect(end.text(isSecure: true).hasSuffix("; Secure; Max-Age=0"))
    }
}
