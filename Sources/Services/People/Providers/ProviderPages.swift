package import Cryptography
package import GatewayModel
import HTTPMessages
import OAuthRules
package import Outbound
package import Reactor
import Storage
import Telemetry
package import WebUI

/// Signing in by a provider: the way there, and the way back (OpenID Connect Core 1.0, 3.1).
///
/// Invariants:
/// 1. Only the browser that began a sign-in ends it, once, and within ``PendingSignIn/lifetime``.
/// 2. What comes back is believed only from the provider that was asked (RFC 9207; RFC 9700, 4.4): each has an address of its own to
///    come back to, too.
/// 3. Nobody is found by a name or an e-mail address, and nothing of the provider's tokens leaves this room.
package struct ProviderPages: Sendable {
    /// Tells the client of a place that its person was not let in by a provider; nothing where no client waits.
    package typealias GivenUp =
        @Sendable (_ next: WebAddress, _ request: WebRequest) async throws(WebProblem) ->
        WebResponse?

    private let people: PeopleService
    private let clients: [ProviderClient]
    private let seal: SignInSeal
    private let origin: String
    private let givenUp: GivenUp

    /// The pages for these providers; `keys` seal what browsers keep meanwhile.
    package init(
        _ people: PeopleService, providers: [IdentityProvider], publicURL: PublicURL, fetcher: any Fetching,
        lane: BlockingLane, keys: SealingKeys, givenUp: @escaping GivenUp
    ) throws(CryptographyError) {
        self.people = people
        clients = providers.map { ProviderClient($0, fetcher: fetcher, lane: lane, now: people.now) }
        seal = try SignInSeal(keys: keys)
        origin = publicURL.origin
        self.givenUp = givenUp
    }

    /// The buttons of the sign-in page.
    package var ways: [SignInWay] {
        clients.map { SignInWay(WebAddress(path: ["sign-in", $0.provider.name]), name: $0.provider.title) }
    }

    /// The routes.
    package var routes: [WebRoute] {
        guard !clients.isEmpty else { return [] }
        return [
            WebRoute(.post, "/sign-in/{provider}", .everyone) { (request) async throws(WebProblem) in
                try await begin(request)
            },
            WebRoute(.get, "/sign-in/{provider}/callback", .everyone) { (request) async throws(WebProblem) in
                try await finish(request)
            },
        ]
    }

    private func begin(_ request: WebRequest) async throws(WebProblem) -> WebResponse {
        let client = try client(request)
        let pending = try stored { () throws(PeopleError) in
            try PendingSignIn(
                provider: client.provider.name, next: SignInPages.next(request.form), now: people.now())
        }
        do throws(ProviderProblem) {
            let address = try await client.address(
                of: pending, returnTo: returnTo(client), isAnew: request.form["again"] != nil)
            var response = try go(address)
            response.setCookie(.provider, try sealed(pending), for: PendingSignIn.cookieTime)
            return response
        } catch {
            throw error.page(client.provider)
        }
    }

    private func finish(_ request: WebRequest) async throws(WebProblem) -> WebResponse {
        let client = try client(request)
        guard let pending = seal.open(request.cookie(.provider)), pending.provider == client.provider.name,
            let state = request.query["state"],
            [UInt8].equalInConstantTime(Array(state.utf8), Array(pending.state.utf8))
        else { return again(request, next: "/account") }
        guard people.now() < pending.ends else { return again(request, next: pending.next) }
        let answer = try await problems(client) { () async throws(ProviderProblem) in
            try Answer(request.query, from: client.provider, try await client.metadata())
        }
        let isFirst: Bool
        do throws(PeopleError) {
            isFirst = try await people.use(pending)
        } catch {
            throw .unavailable(error.sentence)
        }
        guard isFirst else { return again(request, next: pending.next) }
        switch answer {
        case .error(let code): return try await refused(code, pending, client, request)
        case .code(let code):
            let person = try await problems(client) { () async throws(ProviderProblem) in
                try await client.person(code: code, of: pending, returnTo: returnTo(client))
            }
            return try await signIn(person, client, pending, request)
        }
    }

    private func signIn(
        _ person: ProvidedPerson, _ client: ProviderClient, _ pending: PendingSignIn, _ request: WebRequest
    ) async throws(WebProblem) -> WebResponse {
        let user: StoredUser
        do throws(PeopleError) {
            user = try await people.account(of: person, at: client.provider)
        } catch {
            throw .unavailable(error.sentence)
        }
        do throws(SignInRefusal) {
            let signIn = try await people.signIn(user, earlier: request.cookie(.session))
            var response = WebResponse.redirect(to: pending.next)
            SignInPages.keep(signIn, in: &response)
            response.removeCookie(.provider)
            return response
        } catch {
            if case .unavailable(let reason) = error { throw .unavailable(reason) }
            throw ProviderProblem.notAdmitted("\(user.name) is disabled").page(client.provider)
        }
    }

    /// A client that waits is told (F044); otherwise a page says it.
    private func refused(
        _ code: String, _ pending: PendingSignIn, _ client: ProviderClient, _ request: WebRequest
    ) async throws(WebProblem) -> WebResponse {
        if code == "access_denied", var response = try await givenUp(pending.next, request) {
            response.removeCookie(.provider)
            return response
        }
        let shown = ForeignText(code).text
        return page(
            request, next: pending.next, status: code == "access_denied" ? 403 : 502,
            request.language.text(PeopleWord.providerRefused, client.provider.title, shown))
    }

    /// Too old, used, begun in another browser, or never begun: nothing is wrong, and nothing has happened.
    private func again(_ request: WebRequest, next: WebAddress) -> WebResponse {
        page(request, next: next, status: 400, request.language.text(PeopleWord.signInOver))
    }

    private func page(_ request: WebRequest, next: WebAddress, status: Int, _ text: String) -> WebResponse {
        let language = request.language
        let page = Page(heading: language.text(PeopleWord.signIn), width: .narrow) {
            Tag.p(.class("alert"), .role("alert"), .id("problem")) { text }
            Tag.p {
                Tag.a(.href(WebAddress(path: ["sign-in"], query: [("next", next.text)])), .class("button")) {
                    language.text(PeopleWord.signInAgain)
                }
            }
        }
        var response = WebResponse.page(page, status: status)
        response.removeCookie(.provider)
        return response
    }

    private func client(_ request: WebRequest) throws(WebProblem) -> ProviderClient {
        let name = request.parameter("provider")
        guard let client = clients.first(where: { $0.provider.name == name }) else { throw .notFound }
        return client
    }

    private func returnTo(_ client: ProviderClient) -> String {
        "\(origin)/sign-in/\(client.provider.name)/callback"
    }
}

extension ProviderPages {
    /// What a provider sent back.
    private enum Answer {
        case code(String)
        case error(String)

        /// Who sent it is looked at first: an answer of somebody else is not acted on (RFC 9207, 2.4).
        init(
            _ query: FormFields, from provider: IdentityProvider, _ metadata: ProviderMetadata
        ) throws(ProviderProblem) {
            guard query.firstRepeated(except: []) == nil,
                IssuerReturn.isFromIssuer(
                    named: query["iss"], expected: provider.issuer, mustBeNamed: metadata.namesItself)
            else { throw .unusable("the browser came back with an answer of another provider (iss)") }
            if let error = query["error"] {
                self = .error(error)
            } else if let code = query["code"], !code.isEmpty, code.utf8.count <= 4_096 {
                self = .code(code)
            } else {
                throw .unusable("the browser came back without a code")
            }
        }
    }

    private func go(_ address: String) throws(ProviderProblem) -> WebResponse {
        do throws(WebProblem) {
            return try .redirect(toRegistered: address)
        } catch {
            throw .unusable("its authorization_endpoint cannot be an address that browsers go to")
        }
    }

    private func sealed(_ pending: PendingSignIn) throws(ProviderProblem) -> String {
        do throws(CryptographyError) {
            return try seal.seal(pending)
        } catch {
            throw .unreachable(error.sentence)
        }
    }

    private func stored<Value>(_ body: () throws(PeopleError) -> Value) throws(WebProblem) -> Value {
        do throws(PeopleError) {
            return try body()
        } catch {
            throw .unavailable(error.sentence)
        }
    }

    private func problems<Value>(
        _ client: ProviderClient, _ body: () async throws(ProviderProblem) -> Value
    ) async throws(WebProblem) -> Value {
        do throws(ProviderProblem) {
            return try await body()
        } catch {
            throw error.page(client.provider)
        }
    }
}
