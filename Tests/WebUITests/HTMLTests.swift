import Testing

@testable import WebUI

@Suite("Pages are made of pieces that cannot break out")
struct HTMLTests {
    @Test("a text is a text, in content and in attributes")
    func escaping() {
        let evil = "<script>alert('x')</script>\"&\u{0}\u{7F}"
        let html = Tag.p(.label(evil), .value(evil)) { evil }.text
        #expect(!html.contains("<script") && !html.contains("'x'") && !html.contains("\u{0}"))
        #expect(html.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;\u{FFFD}\u{FFFD}"))
        #expect(html.split(separator: "\"").count == 5, "no quote of the text ends an attribute")
    }

    @Test("pieces in conditions, choices and loops stand in their order")
    func builder() {
        let isShown = [true, false]
        let html = HTML {
            for shown in isShown {
                if shown { Tag.strong { "a" } } else { "<" }
            }
            if isShown.count > 5 { "never" }
        }
        #expect(html.text == "<strong>a</strong>&lt;")
    }

    @Test(
        "an address of ours stays ours",
        arguments: [
            "//evil.example", "/\\evil.example", "\\/evil.example", "https://evil.example", "javascript:alert(1)",
            "/\t/evil.example", "/a\r\nset-cookie: x=y", "/a b", "/ä", "", "evil", "/a#b", "/<", "/\"",
            "/" + String(repeating: "a", count: WebAddress.bytesMax),
        ])
    func foreignAddresses(_ text: String) {
        #expect(WebAddress(local: text) == nil)
    }

    @Test(
        "an address of ours is taken as it is",
        arguments: [
            "/", "/account", "/oauth/consent?request=abc&x=%2F%2Fevil", "/a//b",
            "/" + String(repeating: "a", count: WebAddress.bytesMax - 1),
        ])
    func localAddresses(_ text: String) {
        #expect(WebAddress(local: text)?.text == text)
    }

    @Test("an address of others has a scheme that runs nothing")
    func absoluteAddresses() {
        #expect(WebAddress(absolute: "https://a.example/x")?.text == "https://a.example/x")
        for text in [
            "javascript:alert(1)", "data:text/html,x", "//a.example", "/local", "vbscript:x", " https://a.example",
        ] {
            #expect(WebAddress(absolute: text) == nil, "\(text)")
        }
    }

    @Test("segments and parameters that are put in are escaped")
    func composedAddresses() {
        let address = WebAddress(path: ["connect", "a/b?c"], query: [("next", "/x?y=1&z"), ("ä", "")])
        #expect(address.text == "/connect/a%2Fb%3Fc?next=%2Fx%3Fy%3D1%26z&%C3%A4=")
    }

    @Test("a name that another party chose is short, on one line, and reorders nothing")
    func foreignTexts() {
        #expect(ForeignText(" a\u{202E}b\u{200B}\n\n c\u{7}\t").text == "ab c")
        let long = String(repeating: "x", count: 81)
        #expect(ForeignText(long).text == String(repeating: "x", count: 79) + "…")
        #expect(ForeignText(String(long.dropLast())).text.count == 80)
        #expect(ForeignText("<i>").html.text == "<bdi>&lt;i&gt;</bdi>")
    }

    @Test("a picture stands in the page itself, or is not shown")
    func pictures() {
        #expect(InlineImage("data:image/png;base64,iVBORw0=") != nil)
        for text in [
            "https://evil.example/pixel.png", "data:text/html;base64,PGI+", "data:image/png;base64,\"onerror=",
            "javascript:x",
            "data:image/png;base64," + String(repeating: "A", count: InlineImage.bytesMax),
        ] {
            #expect(InlineImage(text) == nil)
        }
    }
}
