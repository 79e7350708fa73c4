import Cryptography
import GatewayModel
import OAuthRules
import SQLDatabase
import WebUI

/// Where clients send people (RFC 6749 3.1): checks, and sends them on to be asked, or back with what is wrong.
///
/// A browser may fetch it twice; each time it is another request, and the one that is answered counts.
struct AuthorizeEndpoint: Sendable {
    let office: ConsentOffice

    func answer(_ web: WebRequest) async throws(WebProblem) -> WebResponse {
        let form = FormParameters(web.query.all)
        // Client and redirect URI first: before both are known there is nobody to send the browser back to.
        guard let id = try? form.value("client_id") else { throw .clientMissing }
        let client = try await office.client(id)
        let redirectURI = try redirectURI(form, client.client)
        let request: AuthorizationRequest
        do throws(OAuthError) {
            request = try read(form, client.client, redirectURI)
        } catch {
            return try office.redirect(
                redirectURI, .error(error), state: AuthorizationRequest.stateForErrors(form))
        }
        return request.prompts.contains(.none)
            ? try await answerSilently(request, client, web) : try await ask(request, client, web)
    }

    private func read(
        _ form: FormParameters, _ client: OAuthClient, _ redirectURI: String
    ) throws(OAuthError) -> AuthorizationRequest {
        guard client.metadata.grantTypes.contains(AuthorizationCodeGrant.kind.name) else {
            throw OAuthError(.unauthorizedClient, "This client is not registered for authorization_code.")
        }
        return try AuthorizationRequest(
            form, client: client.id, redirectURI: redirectURI, addresses: ServerAddresses(office.snapshot()))
    }

    private func redirectURI(_ form: FormParameters, _ client: OAuthClient) throws(WebProblem) -> String {
        do throws(FormParameters.Problem) {
            if let uri = client.redirect(try form.value("redirect_uri")) { return uri }
        } catch {
            throw .badRequest(error.sentence)
        }
        throw .redirectUnknown(client: client.metadata.displayName)
    }

    /// Keeps the request while the person signs in, connects and decides.
    private func ask(
        _ request: AuthorizationRequest, _ client: KnownClient, _ web: WebRequest
    ) async throws(WebProblem) -> WebResponse {
        let id = try office.made { () throws(CryptographyError) in try OpaqueToken.fresh(.pendingRequest) }
        let browser = try office.made { () throws(CryptographyError) in
            guard let cookie = web.cookie(.authorization) else { return try OpaqueToken.fresh(.pendingRequest) }
            return try OpaqueToken(cookie)
        }
        let pending = PendingAuthorization(
            request: request, redirectsDigest: client.redirectsDigest, earlierSession: web.person?.session,
            browser: browser.digest, expires: office.now() + PendingAuthorization.lifetime)
        let isKept = try await office.stored { () async throws(SQLError) in
            try await office.requests.keep(pending, digest: id.digest)
        }
        guard isKept else {
            let error = OAuthError(
                .temporarilyUnavailable, "Too many people are signing in. Try again in a few minutes.")
            return try office.redirect(request.redirectURI, .error(error), state: request.state)
        }
        var response = WebResponse.redirect(to: ConsentEndpoint.address(id.text))
        response.setCookie(.authorization, browser.text, for: PendingAuthorization.lifetime)
        return response
    }

    /// `prompt=none`: a code, or what would have had to be shown (OpenID Connect Core 3.1.2.6).
    private func answerSilently(
        _ request: AuthorizationRequest, _ client: KnownClient, _ web: WebRequest
    ) async throws(WebProblem) -> WebResponse {
        func refuse(_ code: OAuthError.Code, _ text: String) throws(WebProblem) -> WebResponse {
            try office.redirect(request.redirectURI, .error(OAuthError(code, text)), state: request.state)
        }
        guard let person = web.person else { return try refuse(.loginRequired, "Nobody is signed in.") }
        guard let server = office.snapshot().server(request.server), server.access.admits(groups: person.groups) else {
            return try refuse(.accessDenied, "The person may not use this server.")
        }
        let states = try await office.states(server, person, on: web.loop)
        switch try await office.need(request, client, person, states) {
        case .nothing: return try await office.authorize(request, client, person, answering: nil)
        case .consent: return try refuse(.consentRequired, "The person has to be asked.")
        case .connection: return try refuse(.interactionRequired, "The person has to connect an upstream first.")
        }
    }
}

extension WebCookie {
    /// A browser in which a client asked for something.
    static let authorization = WebCookie("patchbay-request")
}
