package import OAuthRules
import SQLDatabase

/// A code with what came of it.
package struct StoredCode: Sendable, Hashable {
    /// What it is judged by.
    package let code: CodeUse.Code
    /// Its grant.
    package let grant: StoredGrant
}

/// A refresh token with its family.
package struct StoredRefreshToken: Sendable, Hashable {
    /// What it is judged by.
    package let token: RefreshUse.Token
    /// Its grant, which is the family.
    package let grant: StoredGrant
}

/// What came of bringing a code or a refresh token.
package struct TokenUse<Verdict: Sendable>: Sendable {
    /// What the rules say.
    package let verdict: Verdict
    /// Whose it was, as of before; nothing for what is not known here.
    package let grant: StoredGrant?
    /// The grant's end, where the rules ended it: for whoever remembers its tokens.
    package let ending: Ending?
}

extension StoredCode: StoredRow {
    /// Of a join of `codes` and `grants`.
    static let columns: SQL =
        """
        code_client, code_redirect, code_challenge, code_server, code_expires, code_used, \(StoredGrant.columns)
        """

    init(_ row: SQLRow) throws(SQLError) {
        let grant = try StoredGrant(row)
        self.init(
            code: CodeUse.Code(
                client: try row.value("code_client"), redirectURI: try row.value("code_redirect"),
                challenge: try row.value("code_challenge"), server: try row.value("code_server"),
                expires: try row.value("code_expires"), usedAt: try row.value("code_used"),
                isGrantEnded: grant.endedAt != nil),
            grant: grant)
    }
}

extension StoredRefreshToken: StoredRow {
    init(_ row: SQLRow) throws(SQLError) {
        self.init(
            token: RefreshUse.Token(
                generation: try row.value("token_generation"), expires: try row.value("token_expires")),
            grant: try StoredGrant(row))
    }
}
