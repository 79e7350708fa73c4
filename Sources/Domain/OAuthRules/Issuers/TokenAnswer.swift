package import JSONCoding
package import Telemetry

/// What a token endpoint of others answered (RFC 6749 sections 5.1 and 5.2).
package enum TokenAnswer: Sendable {
    /// Tokens.
    case tokens(ReceivedTokens)
    /// It refuses, with an error code that clients act on.
    case refused(code: String, description: String)
    /// No such answer: a fault on the way, or a server that is not well.
    case unusable(String)

    /// The longest token that is taken.
    package static let tokenBytesMax = 16_384

    /// Reads an answer. `now` is in seconds since 1970.
    package init(status: Int, body: JSONValue?, now: Int64) {
        guard let body = body?.objectValue else {
            self = .unusable("HTTP \(status) without JSON")
            return
        }
        // Some servers send errors with 200.
        if let code = body["error"]?.stringValue, (400..<500).contains(status) || status == 200 {
            self = .refused(
                code: String(code.prefix(100)),
                description: String((body["error_description"]?.stringValue ?? "").prefix(300)))
            return
        }
        guard status == 200 || status == 201 else {
            self = .unusable("HTTP \(status)")
            return
        }
        guard let token = body["access_token"]?.stringValue, Self.isToken(token) else {
            self = .unusable("no access token")
            return
        }
        guard body["token_type"]?.stringValue.map({ $0.lowercased() == "bearer" }) ?? true else {
            self = .unusable("a token that is no bearer token")
            return
        }
        let refresh = body["refresh_token"]?.stringValue
        let seconds = body["expires_in"].flatMap { $0.integer ?? $0.stringValue.flatMap { Int($0) } }
        self = .tokens(
            ReceivedTokens(
                access: Secret(token), refresh: refresh.flatMap { Self.isToken($0) ? Secret($0) : nil },
                expiresAt: seconds.map { now + Int64(min(max($0, 0), Self.secondsMax)) },
                scopes: body["scope"]?.stringValue.map(ScopeText.words), idToken: body["id_token"]?.stringValue))
    }

    private static let secondsMax = 10 * 365 * 86_400

    /// Visible characters only: it goes into a field of a request.
    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= tokenBytesMax && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }
}

/// Tokens as a token endpoint gave them.
package struct ReceivedTokens: Sendable {
    /// What is shown to the upstream.
    package let access: Secret<String>
    /// What is shown for new ones.
    package let refresh: Secret<String>?
    /// In seconds since 1970; nothing when nobody knows.
    package let expiresAt: Int64?
    /// What was granted; nothing when that is what was asked for.
    package let scopes: [String]?
    /// Who the account is, in the words of OpenID Connect; read for display only.
    package let idToken: String?
}
