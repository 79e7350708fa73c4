import GatewayModel
import Testing

@Suite("Blocks of addresses")
struct AddressBlockTests {
    @Test(
        "are read with their prefix, and hold what shares it",
        arguments: [
            ("10.1.2.0/24", "10.1.2.255", "10.1.3.0"), ("0.0.0.0/0", "255.1.2.3", "::1"),
            ("127.0.0.1", "127.0.0.1", "127.0.0.2"), ("fd00::/8", "fdff::1", "fe00::"),
            ("2001:db8::/64", "2001:db8::1", "2001:db8:0:1::"), ("2001:db8::8/125", "2001:db8::f", "2001:db8::7"),
            ("::/0", "::1", "1.2.3.4"),
        ])
    func hold(block: String, inside: String, outside: String) throws {
        let block = try AddressBlock(block)
        #expect(block.contains(try IPAddress(inside)))
        #expect(!block.contains(try IPAddress(outside)))
        #expect(try AddressBlock(block.description) == block)
    }

    @Test(
        "are refused when they mean two things",
        arguments: ["10.1.2.1/24", "10.1.2.0/33", "10.1.2.0/", "10.1.2.0/-1", "10.1.2.0/24/8", "fd00::1/8", "a/8", ""])
    func refuse(text: String) {
        #expect(throws: GatewayModelError.self) { try AddressBlock(text) }
    }
}
