import GatewayModel
import OAuthRules

/// A request for tokens of one kind: a file of its own in this folder, and a line in ``TokenGrantKind/all``.
protocol TokenGrant: Sendable {
    /// Gives tokens to a client that has been authenticated.
    func answer(_ client: AuthenticatedClient, _ office: TokenOffice) async throws(TokenFailure) -> GivenTokens
}

/// A kind of grant, by what `grant_type` calls it.
struct TokenGrantKind: Sendable {
    /// The value of `grant_type`.
    let name: String
    /// Reads what a request says, before anybody is believed.
    let read: @Sendable (FormParameters, ServerAddresses) throws(OAuthError) -> any TokenGrant

    /// Every kind, in the order of the metadata.
    static let all = [AuthorizationCodeGrant.kind, RefreshTokenGrant.kind]

    /// The kind of a `grant_type`.
    static func named(_ name: String) -> TokenGrantKind? { all.first { $0.name == name } }
}
