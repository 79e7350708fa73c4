import HTTPMessages
import HTTPTransport

extension WebVisit {
    /// Who is not signed in is sent to do so and comes back; who may not hears it.
    func checkAccess(_ browser: VisitingBrowser) throws(WebProblem) -> WebResponse? {
        if route.access.admits(browser.person) { return nil }
        guard browser.person == nil else { throw .forbidden }
        if !isPage || head.prefersJSON { throw .signInNeeded }
        return .redirect(to: WebAddress(path: ["sign-in"], query: [("next", placeToComeBackTo.text)]))
    }

    /// What was asked; behind a form, the page that had it.
    private var placeToComeBackTo: WebAddress {
        guard head.method == .post else {
            return WebAddress(local: String(decoding: head.targetBytes, as: UTF8.self)) ?? "/"
        }
        let referer = head.fields.first(.referer) ?? ""
        guard let origin = site.ownOrigins.first(where: { referer.hasPrefix($0 + "/") }) else { return "/" }
        return WebAddress(local: String(referer.dropFirst(origin.count))) ?? "/"
    }

    /// Reads everything that can be read before the handler.
    func read(_ parameters: [String: String], _ browser: VisitingBrowser) async throws(WebProblem) -> WebRequest {
        let body = head.method == .get || head.method == .head ? [] : try await body()
        let query: FormFields
        let form: FormFields
        do throws(FormProblem) {
            query = try FormFields((head.query ?? "").utf8)
            form = isForm ? try FormFields(body) : FormFields()
        } catch {
            throw .badRequest(error.sentence)
        }
        return WebRequest(
            head: head, query: query, form: form, body: body, person: browser.person, language: browser.language,
            formToken: browser.formToken ?? .none, loop: exchange.loop, now: exchange.now, parameters: parameters,
            cookies: browser.cookies, isSecure: site.isSecure)
    }

    /// Refuses a form that another page sent, or that was shown to another browser or session.
    func checkForm(_ request: WebRequest) throws(WebProblem) {
        guard isForm else { throw .mediaType }
        if let origin = head.fields.first(.origin), !site.ownOrigins.contains(origin) { throw .foreignForm }
        if let relation = head.fields.first(.secFetchSite), relation != "same-origin", relation != "none" {
            throw .foreignForm
        }
        guard request.formToken.matches(request.form[PostForm.tokenField]) else { throw .foreignForm }
    }

    private var isForm: Bool {
        let type = head.fields.first(.contentType)?.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }
        return type?.lowercased() == "application/x-www-form-urlencoded"
    }

    private func body() async throws(WebProblem) -> [UInt8] {
        do throws(HTTPServerError) {
            if let body = try exchange.bodyAtHand(limit: route.bodyMax) { return body }
            return try await exchange.body(limit: route.bodyMax)
        } catch {
            switch error {
            case .bodyTooLarge(let limit): throw .tooLarge(limit: limit)
            case .clientGone, .refused, .bodyTimedOut, .alreadyAnswered, .cancelled:
                throw .badRequest("The body did not arrive: \(error.reason).")
            }
        }
    }
}
