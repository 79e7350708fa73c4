import Cryptography
import OAuthRules
import SQLDatabase
import Storage
import WebUI

extension ConsentEndpoint {
    /// Tells the client that its person was not let in by their provider (RFC 6749 4.1.2.1); nothing when the place that they
    /// wanted to go to is no request of this browser. The request is over then.
    func givenUp(_ next: WebAddress, _ web: WebRequest) async throws(WebProblem) -> WebResponse? {
        let start = Self.address("").text
        guard next.text.hasPrefix(start) else { return nil }
        let id = String(next.text.dropFirst(start.count))
        guard !id.isEmpty, Self.address(id) == next else { return nil }
        let digest = try office.made { () throws(CryptographyError) in try OpaqueToken(id).digest }
        let found = try await office.stored { () async throws(SQLError) in try await office.requests.pending(digest) }
        guard let found, try isSameBrowser(found, web) else { return nil }
        let request = found.request
        let client = try await office.client(request.client)
        guard client.client.redirect(request.redirectURI) == request.redirectURI else { return nil }
        let isRemoved = try await office.stored { () async throws(SQLError) in
            try await office.requests.remove(digest)
        }
        guard isRemoved else { return nil }
        let error = OAuthError(.accessDenied, "The person was not signed in.")
        return try office.redirect(request.redirectURI, .error(error), state: request.state)
    }
}
