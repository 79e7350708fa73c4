import SQLDatabase
import Storage

extension AuthorizationRequestStore {
    /// Keeps a request under the digest of its id; `false` when there are too many already.
    func keep(_ pending: PendingAuthorization, digest: [UInt8]) async throws(SQLError) -> Bool {
        try await keep(StoredAuthorizationRequest(digest: digest, contents: pending.text, endsAt: pending.expires))
    }

    /// A request that is still good.
    func pending(_ digest: [UInt8]) async throws(SQLError) -> PendingAuthorization? {
        guard let found = try await request(digest) else { return nil }
        guard let pending = PendingAuthorization(text: found.contents, expires: found.endsAt) else {
            throw .wrongKind(column: "contents", found: "another text than a request")
        }
        return pending
    }
}
