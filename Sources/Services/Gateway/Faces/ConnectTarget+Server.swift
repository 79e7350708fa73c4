package import ClientGuides
package import GatewayModel

extension ConnectTarget {
    /// One of our servers, at the address that a person pastes into a client.
    package init(_ server: VirtualServerDefinition, _ snapshot: GatewaySnapshot) {
        self.init(
            url: MCPAddress.url(server, snapshot), title: server.title, slug: server.slug.text,
            asksToSignIn: server.auth != .none)
    }
}
