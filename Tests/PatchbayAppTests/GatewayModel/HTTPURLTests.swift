import GatewayModel
import Testing

@Suite struct `An HTTP URL` {
    struct Good: Sendable {
        let text: String
        let scheme: HTTPURL.Scheme
        let authority: String
        let port: UInt16
        let target: String
    }

    @Test(arguments: [
        Good(text: "http://a", scheme: .http, authority: "a", port: 80, target: "/"),
        Good(text: "HTTPS://Example.COM:443/MCP", scheme: .https, authority: "example.com", port: 443, target: "/MCP"),
        Good(
            text: "https://e.x:8443/a/b?c=d/e?f", scheme: .https, authority: "e.x:8443", port: 8443,
            target: "/a/b?c=d/e?f"),
        Good(text: "http://e.x?q", scheme: .http, authority: "e.x", port: 80, target: "/?q"),
        Good(text: "http://[::0:1]:9/", scheme: .http, authority: "[::1]:9", port: 9, target: "/"),
        Good(text: "http://[2001:db8::1]", scheme: .http, authority: "[2001:db8::1]", port: 80, target: "/"),
        Good(text: "http://10.0.0.1/%2e%2F", scheme: .http, authority: "10.0.0.1", port: 80, target: "/%2e%2F"),
        Good(text: "http://my_service:80/", scheme: .http, authority: "my_service", port: 80, target: "/"),
        Good(text: "http://a/~!$&'()*+,;=:@", scheme: .http, authority: "a", port: 80, target: "/~!$&'()*+,;=:@"),
    ])
    func `is taken apart and its target left alone`(good: Good) throws {
        let url = try HTTPURL(good.text)
        #expect(url.scheme == good.scheme)
        #expect(url.authority == good.authority)
        #expect(url.port == good.port)
        #expect(url.target == good.target)
        #expect(try HTTPURL(url.description) == url)
    }

    @Test(
        arguments: [
            ("", .empty), ("ftp://a/", .scheme), ("http:/a", .scheme), ("//a", .scheme), ("a.example/mcp", .scheme),
            (" http://a", .unexpectedByte(0x20, offset: 0)), ("http://a/ b", .unexpectedByte(0x20, offset: 9)),
            ("http://a/\r\nX: y", .unexpectedByte(0x0D, offset: 9)), ("http://a/\0", .unexpectedByte(0, offset: 9)),
            ("http://ä/", .unexpectedByte(0xC3, offset: 7)), ("http://a\\b", .unexpectedByte(0x5C, offset: 8)),
            ("http://a/#x", .fragment), ("http://u@a/", .userInfo), ("http://u:p@a/", .userInfo),
            ("http://", .host), ("http:///x", .host), ("http://:80/", .host), ("http://a..b/", .host),
            ("http://-a/", .host),
            ("http://a-/", .host), ("http://a./", .host), ("http://127.1/", .host), ("http://0x7f000001/", .host),
            ("http://2130706433/", .host), ("http://1.2.3.4.5/", .host), ("http://[::1/", .host),
            ("http://[::1]x/", .host),
            ("http://[::1%25eth0]/", .host), ("http://::1/", .host), ("http://a:b@/", .userInfo),
            ("http://a!b/", .host),
            ("http://a:/", .port), ("http://a:0/", .port), ("http://a:65536/", .port), ("http://a:8x/", .port),
            ("http://a:+80/", .port), ("http://a:080808/", .port), ("http://a/%", .percentEncoding(offset: 9)),
            ("http://a/%4", .percentEncoding(offset: 9)), ("http://a/%4g", .percentEncoding(offset: 9)),
        ] as [(String, GatewayModelError)])
    func `is refused rather than repaired`(text: String, error: GatewayModelError) {
        #expect(throws: error) { try HTTPURL(text) }
    }

    @Test func `has at most 2048 bytes`() throws {
        let longest = "http://a/" + String(repeating: "b", count: HTTPURL.bytesMax - 9)
        #expect(try HTTPURL(longest).target.utf8.count == 2040)
        #expect(throws: GatewayModelError.tooLong(limit: 2048)) { try HTTPURL(longest + "b") }
    }

    @Test func `may be shown without its query`() throws {
        #expect(try HTTPURL("https://a/b?key=hunter2").withoutQuery == "https://a/b?…")
        #expect(try HTTPURL("https://a/b").withoutQuery == "https://a/b")
    }

    @Test func `has a host name of at most 253 bytes in labels of 63`() throws {
        let label = String(repeating: "a", count: 63)
        let longest = "\(label).\(label).\(label).\(String(repeating: "a", count: 61))"
        #expect(try HTTPURL("http://\(longest)/").host == .name(longest))
        #expect(throws: GatewayModelError.host) { try HTTPURL("http://\(longest)a/") }
        #expect(throws: GatewayModelError.host) { try HTTPURL("http://\(label)a/") }
    }
}
