import GatewayModel
import Testing

@Suite struct `A name` {
    @Test(arguments: ["a", "0", "weather", "a-b", "a--b", "9-lives"])
    func `of lower-case letters, digits and inner hyphens is taken`(text: String) throws {
        #expect(try ServerSlug(text).text == text)
        #expect(try UpstreamName(text).text == text)
        #expect(try BuiltinAppName(text).text == text)
    }

    @Test(arguments: ["", "-", "-a", "a-", "A", "a_b", "a.b", "a/b", "a b", "ä", "a\0", "a\n", "..", "%61"])
    func `of anything else is refused`(text: String) {
        #expect(throws: GatewayModelError.self) { try ServerSlug(text) }
        #expect(throws: GatewayModelError.self) { try UpstreamName(text) }
    }

    @Test func `has its own length`() throws {
        #expect(try ServerSlug(String(repeating: "s", count: ServerSlug.bytesMax)).text.count == 63)
        #expect(throws: GatewayModelError.tooLong(limit: 63)) { try ServerSlug(String(repeating: "s", count: 64)) }
        #expect(try UpstreamName(String(repeating: "u", count: UpstreamName.bytesMax)).text.count == 32)
        #expect(throws: GatewayModelError.tooLong(limit: 32)) { try UpstreamName(String(repeating: "u", count: 33)) }
    }
}
