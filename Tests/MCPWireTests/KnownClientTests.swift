import HTTPMessages
import JSONCoding
import MCPWire
import Testing

/// Messages as clients in the field send them, to the byte where it matters.
@Suite struct `Messages of ChatGPT` {
    static let capabilities =
        #"{"experimental":{"openai/visibility":{"enabled":true}},"extensions":{"io.modelcontextprotocol/ui":{"mimeTypes":["text/html;profile=mcp-app"]}}}"#
    static let discover = Post(
        body: #"""
            {"jsonrpc":"2.0","id":"openai-mcp-discover","method":"server/discover",
             "params":{"_meta":{
               "io.modelcontextprotocol/protocolVersion":"2026-07-28",
               "io.modelcontextprotocol/clientInfo":{"name":"openai-mcp","version":"1.0.0"},
               "io.modelcontextprotocol/clientCapabilities":\#(capabilities)}}}
            """#,
        headers: [("Mcp-Protocol-Version", "2026-07-28"), ("Mcp-Method", "server/discover")])
    static let initialize = Post(
        body: #"""
            {"jsonrpc":"2.0","id":1,"method":"initialize","params":{
              "protocolVersion":"2025-11-25",
              "clientInfo":{"name":"openai-mcp","version":"1.0.0"},
              "capabilities":\#(capabilities),"_meta":{"openai/locale":"de-DE"}}}
            """#,
        headers: [])
    /// Without session, without version: as if nothing had been agreed on before.
    static let call = Post(
        body:
            #"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"add","arguments":{},"_meta":{"openai/userAgent":"x","openai/subject":"v1/y"}}}"#,
        headers: [])

    private func verdict(_ post: Post) -> PostVerdict {
        PostRules.check(MCPEnvelope.scan(bytes(post.body)), body: bytes(post.body), fields: post.fields)
    }

    @Test func `begin with a discover that is served`() {
        guard case .stateless(.request) = verdict(Self.discover) else {
            Issue.record("\(verdict(Self.discover))")
            return
        }
    }

    @Test func `go on with an initialize whose experimental holds objects`() throws {
        guard case .handshake(let message) = verdict(Self.initialize), case .initialize(let offer) = message.kind else {
            Issue.record("\(verdict(Self.initialize))")
            return
        }
        #expect(offer.answered == .v2025_11_25)
        let declared = try #require(try json(Self.initialize.body)["params"]?["capabilities"]?.objectValue)
        let capabilities = ClientCapabilities(declared, of: offer.answered)
        #expect(spelled(capabilities.object) == Self.capabilities)
        #expect(capabilities.showsApps)
        #expect(capabilities.interactive == [])
        // An SDK of upstreams cannot read objects in `experimental`; nothing that is not relayed reaches it.
        #expect(
            spelled(capabilities.relayed().object)
                == #"{"extensions":{"io.modelcontextprotocol/ui":{"mimeTypes":["text/html;profile=mcp-app"]}}}"#)
    }

    /// Rulings 2.9.
    @Test func `call without anything agreed on, and get all that 2025-11-25 has`() throws {
        guard case .handshake(let message) = verdict(Self.call) else {
            Issue.record("\(verdict(Self.call))")
            return
        }
        #expect(message.kind == .request)
        #expect(message.checkedRevision(session: nil) == .v2025_03_26)
        let rendering = ClientRendering(revision: message.renderedRevision(session: nil))
        let result = try object(
            #"{"resultType":"complete","content":[{"type":"text","text":"t"}],"structuredContent":{"a":1},"_meta":{"openai/closeWidget":true}}"#
        )
        #expect(
            spelled(rendering.result(result, of: .toolsCall))
                == #"{"content":[{"type":"text","text":"t"}],"structuredContent":{"a":1},"_meta":{"openai/closeWidget":true}}"#
        )
        let tool = try object(
            #"{"name":"t","_meta":{"ui":{"resourceUri":"ui://x","visibility":["app"]},"openai/outputTemplate":"ui://x"}}"#
        )
        #expect(spelled(rendering.tool(tool)) == spelled(tool))
        #expect(spelled(ClientRendering(revision: .v2025_03_26).tool(tool)) == spelled(tool))
    }
}
