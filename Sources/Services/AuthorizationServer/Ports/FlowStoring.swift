package import OAuthRules
package import SQLDatabase

/// What the flows keep. Each method is one transaction, and what it says was decided in it: of two at once, one comes first.
///
/// Ids, codes and tokens come as SHA-256 digests, so that nobody who reads the store can use what is there.
package protocol FlowStoring: Sendable {
    /// Keeps a request for ``PendingAuthorization/lifetime``; `false` when there are too many already.
    func keep(_ pending: PendingAuthorization, id: [UInt8]) async throws(SQLError) -> Bool
    /// A request that is still good.
    func pending(_ id: [UInt8]) async throws(SQLError) -> PendingAuthorization?
    /// Binds a request to the first browser session that opens it.
    func claim(_ id: [UInt8], session: [UInt8]) async throws(SQLError) -> PendingClaim
    /// Forgets a request; `false` when it was not there.
    func dropPending(_ id: [UInt8]) async throws(SQLError) -> Bool

    /// What a person allowed a client before.
    func approval(_ key: Approval.Key) async throws(SQLError) -> Approval?
    /// Keeps what a person allowed: scopes are added to those that are there, the rest is replaced.
    func keep(_ approval: Approval, of key: Approval.Key) async throws(SQLError)
    /// Forgets what a person allowed.
    func forgetApproval(_ key: Approval.Key) async throws(SQLError)

    /// Begins a grant with its code, and marks the request that it answers as answered. `false`, and nothing, when that is not
    /// there any more, or was answered longer ago than ``PendingAuthorization/repetitionTime``.
    func begin(_ grant: Grant, code: CodeUse.Code, digest: [UInt8], answering pending: [UInt8]?) async throws(SQLError)
        -> Bool
    /// A code and its grant, used or not.
    func code(_ digest: [UInt8]) async throws(SQLError) -> KeptCode?
    /// Uses a code as ``CodeUse`` says, with the grant's first refresh token, if there is to be one.
    func use(code digest: [UInt8], _ attempt: CodeUse.Attempt, refreshToken: [UInt8]?) async throws(SQLError)
        -> CodeUse.Verdict
    /// A refresh token and its grant.
    func refreshToken(_ digest: [UInt8]) async throws(SQLError) -> KeptRefreshToken?
    /// Uses a refresh token as ``RefreshUse`` says, with the one that follows.
    func use(refreshToken digest: [UInt8], _ attempt: RefreshUse.Attempt, next: [UInt8]) async throws(SQLError)
        -> RefreshUse.Verdict
    /// Ends a grant with all that came of it; once is enough.
    func endGrant(_ id: String) async throws(SQLError)
}

/// Whose a pending request is.
package enum PendingClaim: Sendable, Hashable {
    /// This session's, from now on.
    case first
    /// This session's already.
    case again
    /// Another one's, or it is not there.
    case foreign
}

/// A code with what came of it.
package struct KeptCode: Sendable {
    /// The code.
    package let code: CodeUse.Code
    /// Its grant.
    package let grant: Grant

    /// A code of a grant.
    package init(code: CodeUse.Code, grant: Grant) {
        self.code = code
        self.grant = grant
    }
}

/// A refresh token with its family.
package struct KeptRefreshToken: Sendable {
    /// The token.
    package let token: RefreshUse.Token
    /// What its grant knows of its tokens.
    package let family: RefreshUse.Family
    /// Its grant.
    package let grant: Grant

    /// A token of a grant.
    package init(token: RefreshUse.Token, family: RefreshUse.Family, grant: Grant) {
        self.token = token
        self.family = family
        self.grant = grant
    }
}
