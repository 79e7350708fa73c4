import Cryptography
import Testing

private func encoded(_ form: Base64, _ bytes: [UInt8]) -> String { form.encode(bytes.span) }

@Suite struct `Base64 text` {
    /// RFC 4648 §10, and two that show the alphabets apart.
    @Test(arguments: [
        ("", "", ""), ("f", "Zg==", "Zg"), ("fo", "Zm8=", "Zm8"), ("foo", "Zm9v", "Zm9v"),
        ("foob", "Zm9vYg==", "Zm9vYg"),
        ("fooba", "Zm9vYmE=", "Zm9vYmE"), ("foobar", "Zm9vYmFy", "Zm9vYmFy"), ("~~~???", "fn5+Pz8/", "fn5-Pz8_"),
    ])
    func `is what RFC 4648 says`(bytes: String, standard: String, url: String) {
        let bytes = Array(bytes.utf8)
        #expect(encoded(.standard, bytes) == standard)
        #expect(encoded(.url, bytes) == url)
        #expect(Base64.standard.decode(standard) == bytes)
        #expect(Base64.url.decode(url) == bytes)
    }

    @Test(arguments: Base64.allCases, 0..<260)
    func `comes back from every length`(form: Base64, count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 73 &+ 5) }
        #expect(form.decode(encoded(form, bytes)) == bytes)
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "Zg===", "Zm8", "Zm8==", "Z===", "====", "=", "Zg==Zg==", "Zh==", "Zm9=", "Zm9v\n", " Zm9v",
        "Zm 9v",
        "Zm9v====", "fn5-Pz8_", "Zm9é", "Zm=v", "Z\u{0}9v",
    ])
    func `in the standard form refuses what nobody wrote`(text: String) {
        #expect(Base64.standard.decode(text) == nil)
    }

    @Test(arguments: ["Z", "Zg==", "Zh", "Zm9", "Zm9vY", "fn5+Pz8/", "Zm9v\n", "Zm9v ", "Zm.v", "Zm9vé"])
    func `for addresses refuses what nobody wrote`(text: String) {
        #expect(Base64.url.decode(text) == nil)
    }
}
