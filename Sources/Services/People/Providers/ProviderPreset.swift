import GatewayModel

/// Providers that many have: what few values make their issuer, and what they call things.
package enum ProviderPreset: String, Sendable, Hashable, CaseIterable {
    case auth0, okta, entra, google, keycloak, cognito, clerk, logto, onelogin, ping, workos

    /// A value that the operator writes for a preset.
    package struct Value: Sendable, Hashable {
        /// Its key in the configuration.
        package let name: String
        /// What it looks like.
        package let example: String
        /// What it is.
        package let kind: Kind
        /// What it is when nothing is written; it must be written where this is nothing.
        package var standard: String?
    }

    /// What a value is.
    package enum Kind: Sendable, Hashable {
        /// A host without anything around it.
        case host
        /// One part of a path.
        case word
        /// A tenant's id: a name of it would not be the issuer that its tokens say.
        case guid

        /// What is wrong with a text, or nothing.
        package func mistake(in text: String) -> String? {
            switch self {
            case .host:
                let isHost = (try? HTTPHost(text)).map { $0.description == text } ?? false
                return isHost ? nil : "is not a bare host name"
            case .word:
                let isWord =
                    (1...128).contains(text.utf8.count)
                    && text.utf8.allSatisfy { byte in
                        switch byte {
                        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                        default: byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
                        }
                    } && text.utf8.contains { $0 != UInt8(ascii: ".") }
                return isWord ? nil : "is not one word of letters, digits, dots, hyphens and underscores"
            case .guid:
                let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
                let isGUID =
                    parts.map(\.count) == [8, 4, 4, 4, 12]
                    && parts.allSatisfy { part in
                        part.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0 | 0x20) }
                    }
                return isGUID ? nil : "is not the id of a tenant"
            }
        }
    }

    /// What people read on the button when nothing else is written.
    package var title: String {
        switch self {
        case .auth0: "Auth0"
        case .okta: "Okta"
        case .entra: "Microsoft"
        case .google: "Google"
        case .keycloak: "Keycloak"
        case .cognito: "Amazon Cognito"
        case .clerk: "Clerk"
        case .logto: "Logto"
        case .onelogin: "OneLogin"
        case .ping: "PingOne"
        case .workos: "WorkOS"
        }
    }

    /// The values that make its issuer.
    package var values: [Value] {
        switch self {
        case .auth0: [Value(name: "domain", example: "example.eu.auth0.com", kind: .host)]
        case .okta:
            [
                Value(name: "domain", example: "example.okta.com", kind: .host),
                Value(name: "authorizationServer", example: "default", kind: .word, standard: ""),
            ]
        case .entra: [Value(name: "tenant", example: "72f988bf-86f1-41af-91ab-2d7cd011db47", kind: .guid)]
        case .google: []
        case .keycloak:
            [
                Value(name: "domain", example: "login.example.com", kind: .host),
                Value(name: "realm", example: "staff", kind: .word),
            ]
        case .cognito:
            [
                Value(name: "region", example: "eu-central-1", kind: .word),
                Value(name: "userPool", example: "eu-central-1_AbCdEfGhI", kind: .word),
            ]
        case .clerk: [Value(name: "domain", example: "clerk.example.com", kind: .host)]
        case .logto: [Value(name: "domain", example: "example.logto.app", kind: .host)]
        case .onelogin: [Value(name: "domain", example: "example.onelogin.com", kind: .host)]
        case .ping:
            [
                Value(name: "environment", example: "3d1c6b1e-6a1f-4c8a-9b51-0c4a5d6c2f10", kind: .guid),
                Value(name: "domain", example: "auth.pingone.eu", kind: .host, standard: "auth.pingone.com"),
            ]
        case .workos: [Value(name: "domain", example: "example.authkit.app", kind: .host)]
        }
    }

    /// Its issuer, of values that were checked.
    package func issuer(_ values: [String: String]) -> String {
        func value(_ name: String) -> String { values[name] ?? "" }
        let domain = value("domain")
        return switch self {
        // Auth0 alone says it with a slash at its end, and issuers are compared byte for byte.
        case .auth0: "https://\(domain)/"
        case .okta:
            value("authorizationServer").isEmpty
                ? "https://\(domain)" : "https://\(domain)/oauth2/\(value("authorizationServer"))"
        case .entra: "https://login.microsoftonline.com/\(value("tenant").lowercased())/v2.0"
        case .google: "https://accounts.google.com"
        case .keycloak: "https://\(domain)/realms/\(value("realm"))"
        case .cognito: "https://cognito-idp.\(value("region")).amazonaws.com/\(value("userPool"))"
        case .clerk, .workos: "https://\(domain)"
        case .logto: "https://\(domain)/oidc"
        case .onelogin: "https://\(domain)/oidc/2"
        case .ping: "https://\(domain)/\(value("environment").lowercased())/as"
        }
    }

    /// What is asked for when nothing is written.
    package func scopes(_ values: [String: String]) -> [String] {
        let usual = ["openid", "profile", "email"]
        return switch self {
        // An authorization server of one's own knows the scope only where somebody made it.
        case .okta: (values["authorizationServer"] ?? "").isEmpty ? usual + ["groups"] : usual
        case .onelogin: usual + ["groups"]
        case .logto: usual + ["roles"]
        case .auth0, .entra, .google, .keycloak, .cognito, .clerk, .ping, .workos: usual
        }
    }

    /// The claim with groups when nothing is written; nothing where the provider has no such thing.
    package var groupsClaim: String? {
        switch self {
        case .cognito: "cognito:groups"
        case .logto: "roles"
        case .google, .clerk, .workos: nil
        case .auth0, .okta, .entra, .keycloak, .onelogin, .ping: "groups"
        }
    }
}
