import GatewayModel
import Testing

@Suite struct `An address` {
    @Test(arguments: [
        ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
        ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
        ("0:1:0:1:0:1:0:1", "0:1:0:1:0:1:0:1"),
        ("::ffff:192.0.2.1", "::ffff:c000:201"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("fe80::00a", "fe80::a"),
    ])
    func `of version 6 has one canonical spelling`(text: String, canonical: String) throws {
        #expect(try IPv6Address(text).description == canonical)
        #expect(try IPv6Address(canonical) == IPv6Address(text))
    }

    @Test(arguments: [
        "", ":", ":::", "1", "1:2", ":1", "1:", "1::2::3", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "12345::", "g::",
        "fe80::1%eth0", "::1.2.3", "::1.2.3.4.5", "1.2.3.4::", "::ffff:192.0.2.256", "[::1]", " ::1",
    ])
    func `of version 6 has no other reading`(text: String) {
        #expect(throws: GatewayModelError.self) { try IPv6Address(text) }
    }

    @Test(arguments: [
        "127.1", "0x7f.0.0.1", "010.0.0.1", "1.2.3.4.", "1.2.3", "256.0.0.1", "1.2.3.+4", "", "1..2.3", "0177.0.0.1",
    ])
    func `of version 4 is four plain decimals`(text: String) {
        #expect(throws: GatewayModelError.self) { try IPv4Address(text) }
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.255.1.2", true), ("128.0.0.1", false), ("0.0.0.0", false), ("::1", true),
        ("::ffff:127.0.0.1", true), ("::ffff:10.0.0.1", false), ("::", false), ("::2", false),
    ])
    func `knows whether it leaves the machine`(text: String, isLoopback: Bool) throws {
        #expect(try IPAddress(text).isLoopback == isLoopback)
    }

    @Test(arguments: [
        ("127.0.0.1:8080", "127.0.0.1:8080"), ("[::1]:0", "[::1]:0"), ("localhost:65535", "127.0.0.1:65535"),
        ("0.0.0.0:80", "0.0.0.0:80"),
    ])
    func `with a port is what a socket binds to`(text: String, canonical: String) throws {
        #expect(try NetworkAddress(text).description == canonical)
    }

    @Test(arguments: [
        "", "8080", ":8080", "*:8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "::1:80", "[::1]",
        "[::1]80", "example.com:80",
    ])
    func `with a port is nothing else`(text: String) {
        #expect(throws: GatewayModelError.self) { try NetworkAddress(text) }
    }
}
