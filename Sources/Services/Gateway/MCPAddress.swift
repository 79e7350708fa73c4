package import GatewayModel
package import HTTPMessages

/// The addresses of virtual servers: `/v1/mcp/{slug}`, and `/mcp` for the default one; a final slash is the same.
package enum MCPAddress {
    /// The position of the server that a request's path names.
    package static func server(_ head: borrowing RequestHead, _ snapshot: borrowing GatewaySnapshot) -> Int? {
        if head.pathEquals("/mcp") || head.pathEquals("/mcp/") { return snapshot.defaultServerIndex }
        guard head.pathHasPrefix("/v1/mcp/") else { return nil }
        return slug(head, snapshot)
    }

    /// The slug behind a prefix of eight bytes; a final slash is the same.
    private static func slug(_ head: borrowing RequestHead, _ snapshot: borrowing GatewaySnapshot) -> Int? {
        head.withPath { path in
            var end = path.count
            if path[end - 1] == UInt8(ascii: "/") { end -= 1 }
            guard end > 8 else { return nil }
            return snapshot.serverIndex(slug: path.extracting(8..<end))
        }
    }

    /// The position of the server whose HTTP+SSE address a request's path is: `/sse` or `/v1/sse/{slug}`.
    package static func twoEndpointServer(_ head: borrowing RequestHead, _ snapshot: borrowing GatewaySnapshot) -> Int?
    {
        if head.pathEquals("/sse") || head.pathEquals("/sse/") { return snapshot.defaultServerIndex }
        guard head.pathHasPrefix("/v1/sse/") else { return nil }
        return slug(head, snapshot)
    }

    /// The URL that a person pastes into a client.
    package static func url(_ server: VirtualServerDefinition, _ snapshot: GatewaySnapshot) -> String {
        server.slug == snapshot.defaultServer.slug
            ? "\(snapshot.publicURL)/mcp" : "\(snapshot.publicURL)/v1/mcp/\(server.slug)"
    }
}
