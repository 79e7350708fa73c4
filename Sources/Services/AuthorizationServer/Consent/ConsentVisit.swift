import Connections
import Cryptography
import GatewayModel
import OAuthRules
import SQLDatabase
import Storage
import WebUI

/// A pending request in the hands of the person whose it is.
struct ConsentVisit {
    let id: String
    let digest: [UInt8]
    let request: AuthorizationRequest
    let client: KnownClient
    let server: VirtualServerDefinition
    /// The client has other redirect URIs than when it asked; that of the request is still among them.
    let hasClientChanged: Bool

    /// What the page shows.
    func view(_ states: [UpstreamConnection], _ notice: ConsentView.Notice?) -> ConsentView {
        let client = client.client
        return ConsentView(
            request: id, clientName: client.metadata.displayName,
            clientHost: client.origin == .document ? (try? HTTPURL(client.id))?.authority : nil,
            destination: destination, serverTitle: server.title, serverWasMissing: !request.namesServer,
            scopes: request.scopes.access, connections: states.map { ConnectionView($0) },
            notice: notice ?? (hasClientChanged ? .clientChanged : nil))
    }

    /// The host is what a person can judge; of a program on their own device, all but what follows the question mark.
    private var destination: ConsentView.Destination {
        let uri = request.redirectURI
        if !OAuthClient.isSensitiveRedirect(uri), let url = try? HTTPURL(uri) { return .web(host: url.authority) }
        return .device(address: String(uri.prefix { $0 != "?" }))
    }
}

extension ConsentEndpoint {
    /// Where a look at a request leads.
    enum Opening {
        /// To the request, and whether this is the first look at it.
        case here(ConsentVisit, isFirst: Bool)
        /// Away: to sign in, back to the client, or to a page that says why not.
        case elsewhere(WebResponse)
    }

    /// Finds a request, and holds everything that must be so before a person sees or answers it.
    func open(_ id: String?, _ person: SignedInPerson, _ web: WebRequest) async throws(WebProblem) -> Opening {
        guard let id else { throw .requestOver }
        let digest = try office.made { () throws(CryptographyError) in try OpaqueToken(id).digest }
        let found = try await office.stored { () async throws(SQLError) in try await office.requests.pending(digest) }
        guard let found else { throw .requestOver }
        let request = found.request
        // Signed in anew means: in another session than the one that was there when the client asked.
        if request.prompts.contains(.login), found.earlierSession == person.session {
            return .elsewhere(.redirect(to: Self.signInAgain(id)))
        }
        let claim = try await office.stored { () async throws(SQLError) in
            try await office.requests.claim(digest, session: person.session)
        }
        let isSameBrowser = try isSameBrowser(found, web)
        guard claim != .foreign || isSameBrowser else { throw .requestElsewhere }
        let client = try await office.client(request.client)
        guard client.client.redirect(request.redirectURI) == request.redirectURI else {
            throw .redirectUnknown(client: client.client.metadata.displayName)
        }
        guard let server = office.snapshot().server(request.server), server.auth.takesOurTokens else {
            let error = OAuthError(.invalidTarget, "The server takes no tokens of this authorization server any more.")
            return .elsewhere(try office.redirect(request.redirectURI, .error(error), state: request.state))
        }
        let visit = ConsentVisit(
            id: id, digest: digest, request: request, client: client, server: server,
            hasClientChanged: client.redirectsDigest != found.redirectsDigest)
        return .here(visit, isFirst: claim == .first)
    }

    /// Somebody else signed in, in the browser in which the client asked: they chose to use another account.
    private func isSameBrowser(_ pending: PendingAuthorization, _ web: WebRequest) throws(WebProblem) -> Bool {
        guard let cookie = web.cookie(.authorization) else { return false }
        let token = try office.made { () throws(CryptographyError) in try OpaqueToken(cookie) }
        return token.digest == pending.browser
    }

    /// The sign-in page, also for somebody who is signed in.
    private static func signInAgain(_ id: String) -> WebAddress {
        WebAddress(path: ["sign-in"], query: [("next", address(id).text), ("again", "1")])
    }

    /// Says why there is nothing to allow, with a way back that tells the client (F086).
    func notAdmitted(
        _ visit: ConsentVisit, _ person: SignedInPerson, _ web: WebRequest
    ) -> WebResponse {
        let language = web.language
        let client = ForeignText(visit.client.client.metadata.displayName).text
        let page = Page(
            heading: language.text(FlowWord.notAdmittedTitle, visit.server.title), formTarget: .anotherParty
        ) {
            Tag.p { language.text(FlowWord.notAdmitted, person.name, visit.server.title) }
            PostForm.html(
                to: "/oauth/consent", web.formToken,
                hidden: [(ConsentField.request, visit.id), (ConsentField.action, ConsentAction.cancel.rawValue)]
            ) {
                Tag.button(.type("submit"), .class("button")) { language.text(FlowWord.backToClient, client) }
            }
        }
        return .page(page, status: 403)
    }
}
