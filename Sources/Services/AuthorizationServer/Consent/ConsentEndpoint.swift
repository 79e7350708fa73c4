import Connections
import GatewayModel
import OAuthRules
import SQLDatabase
import Storage
import WebUI

/// Where a person gives a client access, or does not, and connects what is missing. Only people who are signed in come here, and
/// a form that comes back was shown in the same browser session (both are held by the routes).
///
/// Invariants:
/// 1. A request belongs to the first session that opens it, and to the browser that the client opened; nobody else sees its page
///    or answers it.
/// 2. Groups are looked at before anything is shown, and again before anything is given (F086).
/// 3. A code is given only after Authorize, or at the first look when the person allowed the same before. Coming back from an
///    upstream is no first look, so it never gives one (rulings 5.9).
struct ConsentEndpoint: Sendable {
    let office: ConsentOffice

    /// The page of a request.
    static func address(_ request: String) -> WebAddress {
        WebAddress(path: ["oauth", "consent"], query: [(ConsentField.request, request)])
    }

    /// Shows the page, where the person has to be asked.
    func show(_ web: WebRequest) async throws(WebProblem) -> WebResponse {
        let person = try web.signedIn
        switch try await open(web.query[ConsentField.request], person, web) {
        case .elsewhere(let response): return response
        case .here(let visit, let isFirst):
            guard visit.server.access.admits(groups: person.groups) else { return notAdmitted(visit, person, web) }
            let states = try await office.states(visit.server, person, on: web.loop)
            let need = try await office.need(visit.request, visit.client, person, states)
            if isFirst, need == .nothing {
                return try await office.authorize(visit.request, visit.client, person, answering: visit.digest)
            }
            return .page(page(visit, states, person, web))
        }
    }

    /// Does what the person pressed.
    func act(_ web: WebRequest) async throws(WebProblem) -> WebResponse {
        let person = try web.signedIn
        guard let action = web.form[ConsentField.action].flatMap(ConsentAction.init) else {
            throw .badRequest(
                "action has to be one of \(ConsentAction.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        switch try await open(web.form[ConsentField.request], person, web) {
        case .elsewhere(let response): return response
        case .here(let visit, _):
            // Whoever may not use the server may still say no, which tells the client.
            guard action == .cancel || visit.server.access.admits(groups: person.groups) else {
                return notAdmitted(visit, person, web)
            }
            switch action {
            case .authorize: return try await authorize(visit, person, web)
            case .cancel: return try await cancel(visit, person)
            case .connect: return try await connect(visit, person, web)
            case .disconnect: return try await disconnect(visit, person, web)
            }
        }
    }

    private func authorize(
        _ visit: ConsentVisit, _ person: SignedInPerson, _ web: WebRequest
    ) async throws(WebProblem) -> WebResponse {
        let states = try await office.states(visit.server, person, on: web.loop)
        guard !states.contains(where: \.isInTheWay) else {
            return .page(page(visit, states, person, web, .requiredMissing), status: 409)
        }
        try await office.remember(visit.request.scopes.access, visit.client, visit.request, person)
        return try await office.authorize(visit.request, visit.client, person, answering: visit.digest)
    }

    /// What was remembered is forgotten too: whoever cancels wants to be asked the next time (rulings 5.9).
    private func cancel(_ visit: ConsentVisit, _ person: SignedInPerson) async throws(WebProblem) -> WebResponse {
        try await office.stored { () async throws(SQLError) in
            try await office.approvals.forget(visit.request.approvalKey(person))
            _ = try await office.requests.remove(visit.digest)
        }
        let error = OAuthError(.accessDenied, "The person did not give access.")
        return try office.redirect(visit.request.redirectURI, .error(error), state: visit.request.state)
    }

    /// The approval comes first, because our own `state` at the upstream may exist only behind one (rulings 5.9, confused deputy).
    /// It allows no scopes: pressing Connect gives the client nothing.
    private func connect(
        _ visit: ConsentVisit, _ person: SignedInPerson, _ web: WebRequest
    ) async throws(WebProblem) -> WebResponse {
        let upstream = try upstream(visit, web)
        try await office.remember([], visit.client, visit.request, person)
        let start = ConnectStart(
            user: person.user, role: person.role, session: person.session, upstream: upstream,
            returnTo: Self.address(visit.id).text)
        do throws(ConnectionError) {
            let address = try await office.connections.begin(start, on: web.loop)
            guard let address = WebAddress(absolute: address) else {
                throw .exchange(upstream: upstream.text, reason: "its login has no usable address", isRetryable: false)
            }
            return .redirect(to: address)
        } catch {
            let states = try await office.states(visit.server, person, on: web.loop)
            let notice = ConsentView.Notice.failed(web.language.text(FlowWord.connectFailed, error.reason))
            return .page(page(visit, states, person, web, notice), status: error.isRetryable ? 503 : 409)
        }
    }

    private func disconnect(
        _ visit: ConsentVisit, _ person: SignedInPerson, _ web: WebRequest
    ) async throws(WebProblem) -> WebResponse {
        let upstream = try upstream(visit, web)
        do throws(ConnectionError) {
            try await office.connections.disconnect(upstream, user: person.user, role: person.role, on: web.loop)
        } catch {
            if case .operatorOnly = error { throw .forbidden }
            throw .unavailable(error.reason)
        }
        return .redirect(to: Self.address(visit.id))
    }

    /// Only what the page shows can be pressed.
    private func upstream(_ visit: ConsentVisit, _ web: WebRequest) throws(WebProblem) -> UpstreamName {
        let name = web.form[ConsentField.upstream]
        guard let found = visit.server.upstreams.first(where: { $0.text == name }) else { throw .notFound }
        return found
    }

    private func page(
        _ visit: ConsentVisit, _ states: [UpstreamConnection], _ person: SignedInPerson, _ web: WebRequest,
        _ notice: ConsentView.Notice? = nil
    ) -> Page {
        ConsentPage.page(visit.view(states, notice), for: person, web)
    }
}
