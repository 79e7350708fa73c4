package import Connections
package import GatewayModel
package import Reactor

/// What the consent page does about upstreams; `ConnectionService` in operation.
package protocol UpstreamConnecting: Sendable {
    /// How a person stands with these upstreams, with what each Connect will ask for.
    func statesWithScopes(
        of user: String, role: UserRole?, upstreams: [UpstreamDefinition], on loop: EventLoop
    ) async throws(ConnectionError) -> [UpstreamConnection]
    /// Where the browser goes to connect one.
    func begin(_ start: ConnectStart, on loop: EventLoop) async throws(ConnectionError) -> String
    /// Forgets a connection.
    func disconnect(
        _ name: UpstreamName, user: String, role: UserRole?, on loop: EventLoop
    ) async throws(ConnectionError)
}

extension ConnectionService: UpstreamConnecting {}
