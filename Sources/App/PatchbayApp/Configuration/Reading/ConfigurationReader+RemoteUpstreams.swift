import GatewayModel

/// Upstreams of the kinds `http` and `sse`: an address, and how we sign in there.
extension ConfigurationReader {
    mutating func remoteUpstream(_ keys: consuming Section, example url: String) -> HTTPUpstreamDefinition? {
        let example = "write its MCP address, like \(url)"
        let url = keys.require("url", &log, instead: example)?.parsed(
            &log, noun: "a URL that can be called", instead: example, HTTPURL.init)
        let auth = upstreamAuth(keys.take("auth"))
        keys.finish(&log)
        guard let url, let auth else { return nil }
        return HTTPUpstreamDefinition(url: url, auth: auth)
    }
}
