import GatewayModel

/// Upstreams of the kinds `http` and `sse`: an address, and how we sign in there.
extension ConfigurationReader {
    mutating func remoteUpstream(_ keys: consuming Section, example url: String) -> HTTPUpstreamDefinition? {
        let example = "write its MCP address, like \(url)"
        let url = keys.require("url", &log, instead: example)?.parsed(
            &log, noun: "a URL that can be called", instead: example, HTTPURL.init)
        upstreamAuth(keys.take("auth"))
        keys.finish(&log)
        return url.map { HTTPUpstreamDefinition(url: $0) }
    }

    private mutating func upstreamAuth(_ field: Field?) {
        let example = "write { mode: none }"
        guard let field, var keys = field.section(&log, instead: example) else { return }
        guard let modeField = keys.require("mode", &log, instead: example),
            let mode = modeField.text(&log, instead: example)
        else { return }
        switch mode {
        case "none": keys.finish(&log)
        case "key", "shared-oauth", "user-oauth":
            log.add(
                modeField.position, modeField.path, "the mode `\(mode)` is not in this version yet",
                "\(example) if the upstream answers without credentials")
        default:
            log.add(
                modeField.position, modeField.path, "\(quoted(mode)) is not a way to sign in at an upstream", example)
        }
    }
}
