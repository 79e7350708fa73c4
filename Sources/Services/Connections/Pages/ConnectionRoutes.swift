import GatewayModel
import HTTPMessages
import JSONCoding
package import WebUI

/// The addresses at which accounts are connected.
package struct ConnectionRoutes: Sendable {
    private let service: ConnectionService

    /// The addresses of a service.
    package init(_ service: ConnectionService) {
        self.service = service
    }

    /// All of them.
    package var all: [WebRoute] {
        [
            WebRoute(.get, "/connect/{upstream}", .signedIn, handler: show),
            WebRoute(.post, "/connect/{upstream}", .signedIn, handler: start),
            WebRoute(.post, "/connect/{upstream}/disconnect", .signedIn, handler: disconnect),
            WebRoute(.get, "/connect/{upstream}/done", .signedIn, handler: done),
            WebRoute(.get, "/connect/callback", .signedIn, handler: comeBack),
            .machine(.get, "/oauth/client/{document}", .anyOrigin, handler: document),
        ]
    }

    // MARK: Pages

    private func show(_ request: WebRequest) async throws(WebProblem) -> WebResponse {
        let person = try request.signedIn
        let definition = try definition(request)
        if let link = request.query["link"] {
            do throws(ConnectionError) {
                try service.check(link: link, to: definition.name, user: person.user)
            } catch {
                throw error.problem
            }
        }
        do throws(ConnectionError) {
            let rows = try await service.statesWithScopes(
                of: person.user, role: person.role, upstreams: [definition], on: request.loop)
            guard let row = rows.first else { throw .unknownUpstream(definition.name.text) }
            if row.auth == .shared, !row.canConnect { throw .operatorOnly(definition.name.text) }
            return .page(ConnectPages.connect(row, next: next(request.query, definition), request, person))
        } catch {
            throw error.problem
        }
    }

    private func done(_ request: WebRequest) async throws(WebProblem) -> WebResponse {
        let person = try request.signedIn
        let definition = try definition(request)
        do throws(ConnectionError) {
            let rows = try await service.states(
                of: person.user, role: person.role, upstreams: [definition], on: request.loop)
            // Whoever opens the address without having connected is shown where that is done.
            guard let state = rows.first?.state, state == .connected || state == .byOperator else {
                return .redirect(to: WebAddress(path: ["connect", definition.name.text]))
            }
            return .page(ConnectPages.done(definition.name.text, request.language))
        } catch {
            throw error.problem
        }
    }

    // MARK: Away and back

    private func start(_ request: WebRequest) async throws(WebProblem) -> WebResponse {
        let person = try request.signedIn
        let definition = try definition(request)
        let address: String
        do throws(ConnectionError) {
            address = try await service.begin(
                ConnectStart(
                    user: person.user, role: person.role, session: person.session, upstream: definition.name,
                    returnTo: next(request.form, definition).text), on: request.loop)
        } catch {
            throw error.problem
        }
        return try .redirect(toRegistered: address)
    }

    private func comeBack(_ request: WebRequest) async throws(WebProblem) -> WebResponse {
        let person = try request.signedIn
        let query = request.query
        // RFC 6749 section 3.1: no parameter stands twice; which of two would be meant?
        guard query.firstRepeated() == nil else { throw ConnectionError.unknownState.problem }
        do throws(ConnectFailure) {
            let outcome = try await service.finish(
                ConnectCallback(
                    user: person.user, role: person.role, session: person.session, state: query["state"],
                    code: query["code"], issuer: query["iss"], error: query["error"]), on: request.loop)
            return .redirect(to: WebAddress(local: outcome.returnTo) ?? "/")
        } catch {
            guard let back = error.returnTo.flatMap({ WebAddress(local: $0) }) else { throw error.error.problem }
            service.note(error.error)
            return .page(
                ConnectPages.failed(error.error, back: back, error.upstream ?? "", request.language),
                status: error.error.status)
        }
    }

    private func disconnect(_ request: WebRequest) async throws(WebProblem) -> WebResponse {
        let person = try request.signedIn
        let definition = try definition(request)
        do throws(ConnectionError) {
            try await service.disconnect(
                definition.name, user: person.user, role: person.role, on: request.loop)
        } catch {
            throw error.problem
        }
        let page = WebAddress(path: ["connect", definition.name.text])
        return .redirect(to: request.form["next"].flatMap { WebAddress(local: $0) } ?? page)
    }

    /// Ours, as a client of authorization servers that fetch it (OAuth Client ID Metadata Document).
    private func document(_ request: WebRequest) async throws(WebProblem) -> WebResponse {
        let name = request.parameter("document")
        guard name.hasSuffix(".json"), let definition = service.definition(of: String(name.dropLast(5))) else {
            throw .notFound
        }
        var response = WebResponse.json(.object(service.documents.document(of: definition.name)))
        response.fields.append(.cacheControl, literal: "public, max-age=3600")
        return response
    }

    private func definition(_ request: WebRequest) throws(WebProblem) -> UpstreamDefinition {
        let name = request.parameter("upstream")
        guard let found = service.definition(of: name) else { throw ConnectionError.unknownUpstream(name).problem }
        return found
    }

    /// Where the person goes afterwards: where they came from, or to a page that sends them back to their chat.
    private func next(_ fields: FormFields, _ definition: UpstreamDefinition) -> WebAddress {
        fields["next"].flatMap { WebAddress(local: $0) }
            ?? WebAddress(path: ["connect", definition.name.text, "done"])
    }
}
