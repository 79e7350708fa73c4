import GatewayModel
import People

/// Who says who people are, besides the gateway itself: `identity`.
extension ConfigurationReader {
    /// `{ google: { preset: google, clientID: …, clientSecret: { env: … } } }`; the names are the operator's.
    mutating func identityProviders(_ field: Field?) -> [IdentityProvider] {
        let example =
            "write a name and its provider, like google: { preset: google, clientID: …, clientSecret: { env: … } }"
        guard let rows = field.flatMap({ $0.section(&log, instead: example) }) else { return [] }
        return rows.named.compactMap { key, field in
            let name = parsedName(
                key, noun: "a name for a provider", limit: UpstreamName.bytesMax, UpstreamName.init)
            let provider = identityProvider(field, name: name?.text ?? "")
            return name == nil ? nil : provider
        }
    }

    private mutating func identityProvider(_ field: Field, name: String) -> IdentityProvider? {
        let example = "write { preset: google, clientID: …, clientSecret: { env: … } }, or issuer instead of preset"
        guard var keys = field.section(&log, instead: example) else { return nil }
        let mistakes = log.count
        let preset = keys.take("preset").flatMap { $0.choice(&log, among: ProviderPreset.self, word: \.rawValue) }
        let hasPreset = preset != nil || log.count > mistakes
        let written = keys.take("issuer")
        var values: [String: String] = [:]
        if let preset { values = presetValues(preset, &keys) }
        let issuer = written.flatMap { issuerText($0, example: "write it as the provider's tokens say it") }
        if hasPreset == (written != nil) {
            log.add(
                field.position, field.path, "a provider is named by a preset or by its issuer",
                "write one of preset and issuer")
        }
        let clientID = keys.require("clientID", &log, instead: "write the id that the provider gave this gateway")
            .flatMap { shortText($0, noun: "a client id") }
        let clientSecret = keys.take("clientSecret").flatMap { secret($0) }
        let title = keys.take("title").flatMap { shortText($0, noun: "a title") }
        let scopes = scopes(keys.take("scopes"))
        let claim =
            keys.take("groupsClaim").flatMap { shortText($0, noun: "the name of a claim") } ?? preset?.groupsClaim
        let groupsClaim = claim ?? (hasPreset ? nil : "groups")
        let roles = roles(keys.take("roles"), hasGroups: groupsClaim != nil)
        let domains = emailDomains(keys.take("emailDomains"))
        keys.finish(&log)
        guard log.count == mistakes, let clientID, let issuer = preset?.issuer(values) ?? issuer else { return nil }
        do throws(GatewayModelError) {
            return try IdentityProvider(
                name: name, title: title ?? preset?.title ?? name, issuer: issuer, clientID: clientID,
                clientSecret: clientSecret,
                scopes: !scopes.isEmpty ? scopes : preset?.scopes(values) ?? ["openid", "profile", "email"],
                groupsClaim: groupsClaim, roles: roles, emailDomains: domains)
        } catch {
            log.add(field.position, field.path, "\(quoted(issuer)) is not an issuer: \(error.reason)", "correct it")
            return nil
        }
    }

    /// The few values that make a preset's issuer.
    private mutating func presetValues(_ preset: ProviderPreset, _ keys: inout Section) -> [String: String] {
        var values: [String: String] = [:]
        for value in preset.values {
            let instead = "write it like \(value.example)"
            let field =
                value.standard == nil
                ? keys.require(value.name, &log, instead: instead) : keys.take(value.name)
            guard let field else {
                values[value.name] = value.standard
                continue
            }
            guard let text = field.text(&log, instead: instead) else { continue }
            if let mistake = value.kind.mistake(in: text) {
                let hint =
                    value.kind == .host
                    ? "write the bare host name, without https:// and path, like \(value.example)" : instead
                log.add(field.position, field.path, "\(quoted(text)) \(mistake)", hint)
            }
            values[value.name] = text
        }
        return values
    }

    /// `{ operator: [admins], builder: [makers] }`; whoever is in none of these groups is a member.
    private mutating func roles(_ field: Field?, hasGroups: Bool) -> [UserRole: Set<String>] {
        let example = "write which groups give which role, like { operator: [admins] }"
        guard let field, var keys = field.section(&log, instead: example) else { return [:] }
        var roles: [UserRole: Set<String>] = [:]
        for role in UserRole.allCases where role != .member {
            let groups = groupNames(keys.take(role.rawValue))
            if !groups.isEmpty { roles[role] = groups }
        }
        keys.finish(&log)
        if !roles.isEmpty, !hasGroups {
            log.add(
                field.position, field.path, "roles come from groups, and this provider sends none by itself",
                "add groupsClaim with the claim that lists them, or remove the key")
        }
        return roles
    }

    private mutating func emailDomains(_ field: Field?) -> Set<String> {
        let instead = "put bare host names in brackets, like [example.com]"
        let names = (field?.items(&log, instead: instead) ?? []).compactMap { item -> String? in
            guard let text = item.text(&log, instead: instead) else { return nil }
            guard ProviderPreset.Kind.host.mistake(in: text.lowercased()) == nil else {
                log.add(item.position, item.path, "\(quoted(text)) is not a bare host name", instead)
                return nil
            }
            return text.lowercased()
        }
        return Set(names)
    }
}
