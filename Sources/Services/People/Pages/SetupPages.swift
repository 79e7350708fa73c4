import HTTPMessages
import Storage
package import WebUI

/// The page behind the link that the first start prints: it makes the first operator.
package struct SetupPages: Sendable {
    private let people: PeopleService

    /// The pages over a service.
    package init(_ people: PeopleService) {
        self.people = people
    }

    /// The routes.
    package var routes: [WebRoute] {
        [
            WebRoute(.get, "/setup", .everyone) { (request) async throws(WebProblem) in
                let token = request.query["token"] ?? ""
                guard try await isGood(token) else { throw Self.used }
                return .page(page(request, token: token))
            },
            WebRoute(.post, "/setup", .everyone) { (request) async throws(WebProblem) in try await setUp(request) },
        ]
    }

    private static let used = WebProblem(status: 410, code: "link_used") { $0.text(PeopleWord.setupUsed) }

    private func isGood(_ token: String) async throws(WebProblem) -> Bool {
        do throws(PeopleError) {
            return try await people.isSetupLink(token)
        } catch {
            throw .unavailable(error.sentence)
        }
    }

    private func setUp(_ request: WebRequest) async throws(WebProblem) -> WebResponse {
        let token = request.form["token"] ?? ""
        let name = request.form["username"] ?? ""
        let password = request.form["password"] ?? ""
        let language = request.language
        do throws(PeopleError) {
            let user = try await people.setUp(
                token: token, name: try UserName(name), password: try Password(password))
            return try await signedIn(user, request)
        } catch {
            let problem: String
            switch error {
            case .userName(let max): problem = language.text(PeopleWord.badUserName, String(max))
            case .passwordLength(let min, let max):
                problem = language.text(PeopleWord.badPassword, String(min), String(max))
            case .linkUsed, .nameTaken: throw Self.used
            default: throw .unavailable(error.sentence)
            }
            return .page(page(request, token: token, name: name, problem: problem), status: 422)
        }
    }

    private func signedIn(_ user: StoredUser, _ request: WebRequest) async throws(PeopleError) -> WebResponse {
        var response = WebResponse.redirect(to: "/account")
        do throws(SignInRefusal) {
            let signIn = try await people.signIn(user, earlier: request.cookie(.session))
            SignInPages.keep(signIn, in: &response)
        } catch {
            // The account is there; the account page asks to sign in.
        }
        return response
    }

    private func page(
        _ request: WebRequest, token: String, name: String = "", problem: String? = nil
    ) -> Page {
        let language = request.language
        return Page(heading: language.text(PeopleWord.setupTitle), width: .narrow) {
            if let problem {
                Tag.p(.class("alert"), .role("alert")) { problem }
            }
            Tag.p { language.text(PeopleWord.setupText) }
            PostForm.html(to: "/setup", request.formToken, hidden: [("token", token)]) {
                Tag.div(.class("field")) {
                    Tag.label(.for("username")) { language.text(PeopleWord.userName) }
                    Tag.input(
                        .id("username"), .name("username"), .type("text"), .autocomplete("username"),
                        .autocapitalize("none"), .maxLength(UserName.bytesMax),
                        .value(String(name.prefix(UserName.bytesMax))),
                        .required(), .autofocus())
                }
                Tag.div(.class("field")) {
                    Tag.label(.for("password")) { language.text(PeopleWord.password) }
                    Tag.input(
                        .id("password"), .name("password"), .type("password"), .autocomplete("new-password"),
                        .minLength(Password.bytesMin), .maxLength(Password.bytesMax), .required(),
                        .described(by: "rule"))
                    Tag.small(.id("rule")) { language.text(PeopleWord.passwordRule, String(Password.bytesMin)) }
                }
                Tag.button(.type("submit"), .class("button wide")) { language.text(PeopleWord.setupButton) }
            }
        }
    }
}
