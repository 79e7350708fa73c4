import HTTPMessages
import HTTPTransport
import Reactor

/// What requests to an upstream show, on behalf of one account.
struct HopAccess: Sendable {
    let credentials: any UpstreamCredentials
    let account: String

    /// How long a request that may take for ever, such as an event stream, waits for what it shows.
    private static let waitNanoseconds: UInt64 = 30_000_000_000

    /// The same of another account.
    func of(_ account: String) -> HopAccess { HopAccess(credentials: credentials, account: account) }

    /// Sends something with what is at hand, and once more with another one when the upstream answers 401: it has not executed
    /// what it did not let in (RFC 9110 section 15.5.2). `first` is an answer that is here already, and what it was asked with.
    func showing(
        after first: (HTTPClientResponse, UpstreamCredential)? = nil, deadline: UInt64, on loop: EventLoop,
        _ send: (UpstreamCredential) async throws(UpstreamError) -> HTTPClientResponse
    ) async throws(UpstreamError) -> HTTPClientResponse {
        let limit = min(deadline, loop.now &+ Self.waitNanoseconds)
        let response: HTTPClientResponse
        let credential: UpstreamCredential
        if let first {
            (response, credential) = first
        } else {
            credential = try await credentials.credential(account: account, deadline: limit, on: loop)
            response = try await send(credential)
        }
        guard response.head.status == 401 else { return try judged(response, credential) }
        let challenge = UpstreamChallenge(status: response.head.status, fields: response.head.fields)
        response.discard()
        let fresh = try await credentials.renewed(
            after: credential, challenge, account: account, deadline: limit, on: loop)
        return try judged(try await send(fresh), fresh)
    }

    /// Passes on what is not about the credential.
    private func judged(
        _ response: HTTPClientResponse, _ credential: UpstreamCredential
    ) throws(UpstreamError) -> HTTPClientResponse {
        switch response.head.status {
        case 401, 403:
            let challenge = UpstreamChallenge(status: response.head.status, fields: response.head.fields)
            response.discard()
            throw credentials.refused(credential, challenge, account: account)
        default:
            if credential.isDoubted { credentials.accepted(credential, account: account) }
            return response  // Statuses are an open set; no other one is about what was shown.
        }
    }
}
