import GatewayModel

/// Who may use a server, and which of its tools: `groups`, `tools`, `external`.
extension ConfigurationReader {
    /// `groups: [staff]`, and `tools: { groups: { "admin_*": [staff] }, open: ["search_*"] }`.
    mutating func serverAccess(groups: Field?, tools: Field?) -> ServerAccess {
        var access = ServerAccess()
        access.groups = groupNames(groups)
        let example = "write who may use which tools, like { groups: { \"admin_*\": [staff] } }"
        guard let tools, var keys = tools.section(&log, instead: example) else { return access }
        if let rows = keys.take("groups").flatMap({ $0.section(&log, instead: example) }) {
            for (name, value) in rows.named {
                guard let pattern = pattern(name.text, name.position, name.path) else { continue }
                access.tools.append(ToolAccess(pattern: pattern, groups: groupNames(value)))
            }
        }
        access.openTools = (keys.take("open")?.items(&log, instead: "put names in brackets, like [\"search_*\"]") ?? [])
            .compactMap { item in
                item.text(&log, instead: "write the name of a tool").flatMap { pattern($0, item.position, item.path) }
            }
        keys.refuse("allow", &log, "remove the key; clients see all tools of the upstreams")
        keys.refuse(
            "readOnly", &log, "remove the key; a token without mcp:write cannot call tools that change something")
        keys.finish(&log)
        return access
    }

    mutating func groupNames(_ field: Field?) -> Set<String> {
        let instead = "put the groups in brackets, like [staff]"
        let names = (field?.items(&log, instead: instead) ?? []).compactMap { item in
            item.text(&log, instead: "write the name of a group").flatMap { text -> String? in
                guard (1...200).contains(text.utf8.count), !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F })
                else {
                    log.add(item.position, item.path, "a group's name has 1 to 200 bytes in one line", instead)
                    return nil
                }
                return text
            }
        }
        return Set(names)
    }

    private mutating func pattern(_ text: String, _ position: YAMLPosition, _ path: String) -> String? {
        let isPattern = text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        guard (1...128).contains(text.utf8.count), isPattern else {
            log.add(
                position, path, "\(quoted(text)) is not the name of a tool",
                "write a name as clients see it; * stands for any characters")
            return nil
        }
        return text
    }

    /// `external: { issuer: https://login.example, audience: …, keys: …, groupsClaim: … }`, for `auth: external`.
    mutating func externalIssuer(_ field: Field) -> ExternalIssuer? {
        let example = "write { issuer: https://login.example } with the issuer exactly as its tokens say it"
        guard var keys = field.section(&log, instead: example) else { return nil }
        let issuer = keys.require("issuer", &log, instead: example).flatMap { issuerText($0, example: example) }
        let audience = keys.take("audience").flatMap { shortText($0, noun: "an audience") }
        let keysURL = keys.take("keys")?.parsed(
            &log, noun: "a URL that can be called", instead: "write it whole, like https://login.example/jwks.json",
            HTTPURL.init)
        let claim = keys.take("groupsClaim").flatMap { shortText($0, noun: "the name of a claim") }
        keys.finish(&log)
        return issuer.map {
            ExternalIssuer(issuer: $0, audience: audience, keys: keysURL, groupsClaim: claim ?? "groups")
        }
    }

    mutating func issuerText(_ field: Field, example: String) -> String? {
        guard let text = field.text(&log, instead: example) else { return nil }
        do throws(GatewayModelError) {
            _ = try HTTPURL(text)
            return text
        } catch {
            log.add(field.position, field.path, "\(quoted(text)) is not an issuer: \(error.reason)", example)
            return nil
        }
    }
}
