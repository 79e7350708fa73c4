import GatewayModel
import HTTPMessages
import Storage
import Telemetry
package import WebUI

/// What belongs to the person who is signed in: connections, clients, keys, browsers.
package struct AccountPages: Sendable {
    private let people: PeopleService
    private let parts: AccountParts

    /// The pages over a service and what other rooms show here.
    package init(_ people: PeopleService, parts: AccountParts) {
        self.people = people
        self.parts = parts
    }

    /// Where it is, with the word for the header of all pages.
    package static let navigation = NavigationItem("/account", .signedIn) { $0.text(PeopleWord.account) }

    /// The routes.
    package var routes: [WebRoute] {
        [
            WebRoute(.get, "/account", .signedIn) { (request) async throws(WebProblem) in
                let person = try request.signedIn
                let notice: AccountPage.Notice? =
                    request.query["changed"] == "password"
                    ? .done(request.language.text(PeopleWord.passwordChanged)) : nil
                return .page(AccountPage(try await content(of: person), person, request, notice: notice).page)
            },
            WebRoute(.post, "/account/clients/{grant}/revoke", .signedIn) { (request) async throws(WebProblem) in
                guard try await parts.revoke(request.parameter("grant"), try request.signedIn) else { throw .notFound }
                return .redirect(to: "/account")
            },
            WebRoute(.post, "/account/keys", .signedIn) { (request) async throws(WebProblem) in
                try await createKey(request)
            },
            WebRoute(.post, "/account/keys/{key}/revoke", .signedIn) { (request) async throws(WebProblem) in
                try await revokeKey(request)
            },
            WebRoute(.post, "/account/password", .signedIn) { (request) async throws(WebProblem) in
                try await changePassword(request)
            },
            WebRoute(.post, "/account/sign-out-everywhere", .signedIn) { (request) async throws(WebProblem) in
                try await signOutEverywhere(request)
            },
        ]
    }

    private func content(of person: SignedInPerson) async throws(WebProblem) -> AccountContent {
        AccountContent(
            connections: try await parts.connections(person), grants: try await parts.grants(person),
            keys: try await keys(of: person), servers: parts.servers(person),
            hasPassword: try await hasPassword(person))
    }

    private func hasPassword(_ person: SignedInPerson) async throws(WebProblem) -> Bool {
        do throws(PeopleError) {
            return try await people.hasPassword(user: person.name)
        } catch {
            throw .unavailable(error.sentence)
        }
    }

    private func keys(of person: SignedInPerson) async throws(WebProblem) -> [StoredAPIKey] {
        do throws(PeopleError) {
            return try await people.keys(of: person.user)
        } catch {
            throw .unavailable(error.sentence)
        }
    }

    /// The secret stands in this answer and nowhere else; it is not stored, so no page shows it again.
    private func createKey(_ request: WebRequest) async throws(WebProblem) -> WebResponse {
        let person = try request.signedIn
        let slug = request.form["server"] ?? ""
        // Only what the person may use, so that a key is no way around the groups of a server.
        guard let server = parts.servers(person).first(where: { $0.slug.text == slug }) else { throw .forbidden }
        let notice: AccountPage.Notice
        do throws(PeopleError) {
            let made = try await people.createKey(
                of: person.user, server: server.slug, name: request.form["name"] ?? "")
            notice = .newKey(made.secret, server: server)
        } catch {
            switch error {
            case .keyName(let max): notice = .problem(request.language.text(PeopleWord.badKeyName, String(max)))
            case .tooManyKeys(let max):
                notice = .problem(request.language.text(PeopleWord.tooManyKeys, String(max)))
            default: throw .unavailable(error.sentence)
            }
        }
        return .page(AccountPage(try await content(of: person), person, request, notice: notice).page)
    }

    private func revokeKey(_ request: WebRequest) async throws(WebProblem) -> WebResponse {
        let person = try request.signedIn
        do throws(PeopleError) {
            try await people.revokeKey(request.parameter("key"), of: person.user)
        } catch {
            if case .unknownKey = error { throw .notFound }
            throw .unavailable(error.sentence)
        }
        return .redirect(to: "/account")
    }

    private func changePassword(_ request: WebRequest) async throws(WebProblem) -> WebResponse {
        let person = try request.signedIn
        let password: Password
        do throws(PeopleError) {
            password = try Password(request.form["password"] ?? "")
        } catch {
            let text = request.language.text(
                PeopleWord.badPassword, String(Password.bytesMin), String(Password.bytesMax))
            return try await account(person, request, .problem(text), status: 422)
        }
        do throws(SignInRefusal) {
            let signIn = try await people.changePassword(
                of: person.name, from: Secret(request.form["present"] ?? ""), to: password,
                device: request.cookie(.device))
            var response = WebResponse.redirect(to: "/account?changed=password")
            SignInPages.keep(signIn, in: &response)
            return response
        } catch {
            switch error {
            case .wrong:
                let text = request.language.text(PeopleWord.wrongPresentPassword)
                return try await account(person, request, .problem(text), status: 422)
            case .wait(let delay):
                let seconds = SignInRefusal.seconds(delay)
                let text = request.language.text(PeopleWord.tooManyAttempts, String(seconds))
                var response = try await account(person, request, .problem(text), status: 429)
                response.fields.append(.retryAfter, number: seconds)
                return response
            case .unavailable(let reason): throw .unavailable(reason)
            }
        }
    }

    private func account(
        _ person: SignedInPerson, _ request: WebRequest, _ notice: AccountPage.Notice, status: Int
    ) async throws(WebProblem) -> WebResponse {
        .page(AccountPage(try await content(of: person), person, request, notice: notice).page, status: status)
    }

    private func signOutEverywhere(_ request: WebRequest) async throws(WebProblem) -> WebResponse {
        let person = try request.signedIn
        do throws(PeopleError) {
            try await people.signOutEverywhere(user: person.user)
        } catch {
            throw .unavailable(error.sentence)
        }
        var response = WebResponse.redirect(to: "/sign-in")
        response.removeCookie(.session)
        return response
    }
}

/// What the account page is filled with.
struct AccountContent: Sendable {
    let connections: [ConnectionView]
    let grants: [GrantView]
    let keys: [StoredAPIKey]
    let servers: [ServerChoice]
    /// Whether there is one to change.
    let hasPassword: Bool

    /// The title of a server, or its name when it is not there any more.
    func title(of slug: ServerSlug) -> String {
        servers.first { $0.slug == slug }?.title ?? slug.text
    }
}
