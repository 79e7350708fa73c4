package import OAuthRules
package import SQLDatabase

extension GrantStore {
    /// For how long the answer to a request may be repeated: of two clicks the browser shows what the second one brings.
    package static let repetitionTime: Duration = .seconds(60)

    /// Begins a grant with its code, and marks the request that it answers as answered.
    package func begin(
        _ grant: StoredGrant, code: CodeUse.Code, digest: [UInt8], answering request: [UInt8]? = nil
    ) async throws(SQLError) -> GrantBeginning {
        let time = now()
        return try await database.write { connection throws(SQLError) in
            guard let user = try connection.user(grant.user), !user.isDisabled else { return .userIsGone }
            if let request {
                guard let found = try connection.request(request, now: time) else { return .requestIsOver }
                if let answeredAt = found.answeredAt, time - answeredAt > Self.repetitionTime { return .requestIsOver }
                try connection.execute(
                    """
                    UPDATE authorization_requests SET answered_at = COALESCE(answered_at, \(time))
                    WHERE digest = \(request)
                    """)
            }
            let ended = try connection.endOldest(beside: grant, now: time)
            try connection.insert(grant, keptUntil: code.expires + CodeUse.memory)
            try connection.insert(code, digest: digest, grant: grant.id)
            return .begun(ended: ended)
        }
    }

    /// Uses a code as ``CodeUse`` says, with the grant's first refresh token, if there is to be one.
    package func use(
        code digest: [UInt8], _ attempt: CodeUse.Attempt, refreshToken: [UInt8]?
    ) async throws(SQLError) -> TokenUse<CodeUse.Verdict> {
        let time = now()
        return try await database.write { connection throws(SQLError) in
            guard let found = try connection.code(digest) else {
                return TokenUse(verdict: .refuse(.unknownCode), grant: nil, ending: nil)
            }
            let verdict = CodeUse.judge(found.code, attempt, now: time)
            var ending: Ending?
            switch verdict {
            case .accept:
                try connection.execute("UPDATE codes SET used_at = \(time) WHERE digest = \(digest)")
                try connection.give(refreshToken, generation: 1, to: found.grant, now: time)
            case .refuseAndEndGrant:
                if found.grant.endedAt == nil { ending = try connection.end(found.grant.id, now: time) }
            case .refuse:
                break
            }
            return TokenUse(verdict: verdict, grant: found.grant, ending: ending)
        }
    }

    /// Uses a refresh token as ``RefreshUse`` says, with the one that follows.
    package func use(
        refreshToken digest: [UInt8], _ attempt: RefreshUse.Attempt, next: [UInt8]
    ) async throws(SQLError) -> TokenUse<RefreshUse.Verdict> {
        let time = now()
        return try await database.write { connection throws(SQLError) in
            guard let found = try connection.refreshToken(digest) else {
                return TokenUse(verdict: .refuse(.unknownRefreshToken), grant: nil, ending: nil)
            }
            let verdict = RefreshUse.judge(found.token, of: found.grant.family, attempt, now: time)
            var ending: Ending?
            switch verdict {
            case .accept(_, let generation):
                try connection.give(next, generation: generation, to: found.grant, now: time)
            case .refuseAndEndGrant:
                ending = try connection.end(found.grant.id, now: time)
            case .refuse:
                break
            }
            return TokenUse(verdict: verdict, grant: found.grant, ending: ending)
        }
    }
}

/// What came of beginning a grant.
package enum GrantBeginning: Sendable, Hashable {
    /// It is there; these older ones of the same person, client and server made room.
    case begun(ended: [Ending])
    /// The request is not there any more, or was answered some time ago.
    case requestIsOver
    /// The person was removed or disabled meanwhile.
    case userIsGone
}
