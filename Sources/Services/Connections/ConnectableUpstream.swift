import GatewayModel
import OAuthRules

/// An upstream that accounts are connected to, with what is kept of it between calls.
struct ConnectableUpstream: Sendable {
    let definition: UpstreamDefinition
    let url: HTTPURL
    let oauth: UpstreamOAuth
    let isPerUser: Bool
    let vault: CredentialVault
    let logins: LoginMemory

    var name: String { definition.name.text }
    var callable: CallableURLs { CallableURLs(beside: url) }

    /// Whose the connection of a person is.
    func owner(_ user: String) -> String { isPerUser ? user : "" }
}

extension UpstreamDefinition {
    /// Where it is, if it is somewhere else.
    var url: HTTPURL? {
        switch kind {
        case .http(let remote), .sse(let remote): remote.url
        case .stdio, .builtin: nil
        }
    }
}
