import HTTPMessages
import Telemetry
package import WebUI

/// Signing in and out.
package struct SignInPages: Sendable {
    private let people: PeopleService
    private let ways: [SignInWay]
    private let hasPasswords: Bool

    /// The pages over a service; `ways` are the buttons of providers, and the form goes where there are no passwords.
    package init(_ people: PeopleService, ways: [SignInWay] = [], hasPasswords: Bool = true) {
        self.people = people
        self.ways = ways
        self.hasPasswords = hasPasswords
    }

    /// The routes.
    package var routes: [WebRoute] {
        [
            WebRoute(.get, "/sign-in", .everyone) { (request) throws(WebProblem) in show(request) },
            WebRoute(.post, "/sign-in", .everyone) { (request) async throws(WebProblem) in try await signIn(request) },
            WebRoute(.post, "/sign-out", .everyone) { (request) async throws(WebProblem) in try await signOut(request)
            },
        ]
    }

    /// Where somebody wanted to go: a place of ours or nowhere.
    package static func next(_ fields: FormFields) -> WebAddress {
        fields["next"].flatMap { WebAddress(local: $0) } ?? "/account"
    }

    /// Puts the cookies of somebody who has signed in into an answer.
    package static func keep(_ signIn: SignIn, in response: inout WebResponse) {
        response.setCookie(.session, signIn.session.secret.exposed)
        if let device = signIn.device { response.setCookie(.device, device, for: .seconds(365 * 86_400)) }
    }

    private func show(_ request: WebRequest) -> WebResponse {
        let next = Self.next(request.query)
        // `again`: a client wants the person to sign in anew (`prompt=login`).
        if request.person != nil, request.query["again"] == nil { return .redirect(to: next) }
        return .page(page(request, next: next))
    }

    private func signIn(_ request: WebRequest) async throws(WebProblem) -> WebResponse {
        let next = Self.next(request.form)
        let name = request.form["username"] ?? ""
        guard hasPasswords else { throw .notFound }
        do throws(SignInRefusal) {
            let signIn = try await people.signIn(
                name: name, password: Secret(request.form["password"] ?? ""), device: request.cookie(.device),
                earlier: request.cookie(.session))
            var response = WebResponse.redirect(to: next)
            Self.keep(signIn, in: &response)
            return response
        } catch {
            return try refused(error, request, name: name, next: next)
        }
    }

    private func refused(
        _ refusal: SignInRefusal, _ request: WebRequest, name: String, next: WebAddress
    ) throws(WebProblem) -> WebResponse {
        switch refusal {
        case .wrong:
            let text = request.language.text(PeopleWord.wrongPassword)
            return .page(page(request, next: next, name: name, problem: text), status: 401)
        case .wait(let delay):
            let seconds = SignInRefusal.seconds(delay)
            let text = request.language.text(PeopleWord.tooManyAttempts, String(seconds))
            var response = WebResponse.page(page(request, next: next, name: name, problem: text), status: 429)
            response.fields.append(.retryAfter, number: seconds)
            return response
        case .unavailable(let reason): throw .unavailable(reason)
        }
    }

    private func signOut(_ request: WebRequest) async throws(WebProblem) -> WebResponse {
        let next = request.form["next"].flatMap { WebAddress(local: $0) } ?? "/sign-in"
        if let session = request.cookie(.session) {
            do throws(PeopleError) {
                try await people.signOut(session: session)
            } catch {
                throw .unavailable(error.sentence)
            }
        }
        var response = WebResponse.redirect(to: next)
        response.removeCookie(.session)
        return response
    }

    private func page(
        _ request: WebRequest, next: WebAddress, name: String = "", problem: String? = nil
    ) -> Page {
        let language = request.language
        let title = language.text(PeopleWord.signIn)
        let hidden = [("next", next.text)] + (request.query["again"].map { [("again", $0)] } ?? [])
        return Page(heading: title, formTarget: ways.isEmpty ? .ours : .anotherParty, width: .narrow) {
            if let problem {
                Tag.p(.class("alert"), .role("alert"), .id("problem")) { problem }
            }
            if hasPasswords {
                PostForm.html(to: "/sign-in", request.formToken, hidden: [("next", next.text)]) {
                    Tag.div(.class("field")) {
                        Tag.label(.for("username")) { language.text(PeopleWord.userName) }
                        Tag.input(
                            .id("username"), .name("username"), .type("text"), .autocomplete("username"),
                            .autocapitalize("none"), .maxLength(UserName.bytesMax),
                            .value(String(name.prefix(UserName.bytesMax))),
                            .required(), .autofocus(if: name.isEmpty), .invalid(if: problem != nil))
                    }
                    Tag.div(.class("field")) {
                        Tag.label(.for("password")) { language.text(PeopleWord.password) }
                        Tag.input(
                            .id("password"), .name("password"), .type("password"), .autocomplete("current-password"),
                            .maxLength(Password.bytesMax), .required(), .autofocus(if: !name.isEmpty),
                            .invalid(if: problem != nil))
                    }
                    Tag.button(.type("submit"), .class("button wide")) { title }
                }
            }
            for way in ways {
                Tag.div(.class("way")) {
                    PostForm.button(
                        to: way.address, request.formToken, hidden: hidden, style: "quiet wide",
                        label: language.text(PeopleWord.signInWith, way.name))
                }
            }
        }
    }
}
