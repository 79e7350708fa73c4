import JSONCoding

/// What the token endpoint gives (RFC 6749 5.1).
package struct GivenTokens: Sendable, Hashable {
    /// The access token.
    package let accessToken: String
    /// How many seconds it is good.
    package let expiresIn: Int
    /// The refresh token, where there is one.
    package let refreshToken: String?
    /// What was granted, which may be less than was asked for (RFC 6749 3.3).
    package let scope: String

    /// An answer of these parts.
    package init(accessToken: String, expiresIn: Int, refreshToken: String?, scope: String) {
        self.accessToken = accessToken
        self.expiresIn = expiresIn
        self.refreshToken = refreshToken
        self.scope = scope
    }

    /// The body.
    package var json: [UInt8] {
        var object: JSONObject = [
            "access_token": .string(accessToken), "token_type": "Bearer", "expires_in": .number(JSONNumber(expiresIn)),
        ]
        if let refreshToken {
            object.members.append(JSONObject.Member(name: "refresh_token", value: .string(refreshToken)))
        }
        object.members.append(JSONObject.Member(name: "scope", value: .string(scope)))
        return JSONWriter.bytes(of: .object(object))
    }
}
