package import GatewayModel

/// What `scope` asks for (RFC 6749 3.3, rulings 3.5 and 5.3).
package struct ScopeRequest: Sendable, Hashable {
    /// Ten times what any client sends.
    package static let bytesMax = 2048

    /// What may be done: everything where nothing was said of it.
    package let access: AccessScopes
    /// Whether a refresh token is asked for.
    package let isOffline: Bool

    /// A request of these parts.
    package init(access: AccessScopes, isOffline: Bool) {
        self.access = access
        self.isOffline = isOffline
    }

    /// Reads the parameter. Unknown names are dropped where a known one remains; `openid`, `profile`, `email` and
    /// `offline_access` are known, and say nothing about access.
    package init(_ text: String?) throws(OAuthError) {
        guard let text else {
            self.init(access: .all, isOffline: false)
            return
        }
        guard text.utf8.count <= Self.bytesMax else {
            throw OAuthError(.invalidScope, "scope is longer than \(Self.bytesMax) bytes; ask for \(Self.advice).")
        }
        guard text.utf8.allSatisfy({ (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }) else {
            throw OAuthError(.invalidScope, "scope has a character that no scope has; ask for \(Self.advice).")
        }
        let names = text.split(separator: " ")
        let access = names.reduce(into: AccessScopes()) { all, name in
            if let scope = AccessScopes(name: name) { all.insert(scope) }
        }
        let isOffline = names.contains { $0 == Self.offlineAccess }
        let isKnown = names.contains { AccessScopes(name: $0) != nil || Self.neutral.contains(String($0)) }
        guard isKnown || names.isEmpty else {
            throw OAuthError(.invalidScope, "No scope of the request is known here; ask for \(Self.advice).")
        }
        self.init(access: access.isEmpty ? .all : access, isOffline: isOffline)
    }

    /// What `scope` asks for at a refresh: nothing where it names no access, because a refresh keeps what the grant has.
    package static func narrowing(_ text: String?) throws(OAuthError) -> AccessScopes? {
        guard let text else { return nil }
        let request = try ScopeRequest(text)
        let namesAccess = text.split(separator: " ").contains { AccessScopes(name: $0) != nil }
        return namesAccess ? request.access : nil
    }

    /// The scope that asks for a refresh token.
    package static let offlineAccess = "offline_access"
    /// What the metadata of the authorization server lists (rulings 1.3).
    package static let supported = AccessScopes.names.map(\.name) + [offlineAccess]

    private static let neutral: Set<String> = ["openid", "profile", "email", offlineAccess]
    private static let advice = supported.joined(separator: " ")
}
