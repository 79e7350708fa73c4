import Testing

@testable import HTTPMessages

@Suite struct `A request head parser` {
    @Test func `reads a call with eight fields`() throws {
        let text = """
            POST /v1/mcp/default?x=1 HTTP/1.1\r
            Host: 127.0.0.1:8080\r
            User-Agent: python-httpx/0.27\r
            Accept: application/json, text/event-stream\r
            Accept-Encoding: gzip, deflate\r
            Connection: keep-alive\r
            Content-Type: application/json\r
            MCP-Protocol-Version: 2026-07-28\r
            Content-Length: 305\r
            \r\n
            """
        var parser = RequestHeadParser()
        guard case .complete(let head, let consumed) = parser.parse(Array((text + "{}").utf8).span) else {
            Issue.record("not complete")
            return
        }
        #expect(consumed == text.utf8.count)
        #expect(head.method == .post)
        #expect(head.pathEquals("/v1/mcp/default"))
        #expect(head.query == "x=1")
        #expect(head.host == "127.0.0.1:8080")
        #expect(head.framing == .length(305))
        #expect(head.keepsAlive)
        #expect(head.fields.first(.mcpProtocolVersion) == "2026-07-28")
        #expect(head.fields.listContains(.accept, "text/event-stream"))
    }
}
