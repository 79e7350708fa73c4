import HTTPMessages
import JSONCoding

extension WebVisit {
    /// A page where people asked, JSON where programs did.
    func problemResponse(_ problem: WebProblem, _ browser: VisitingBrowser) -> WebResponse {
        if let reason = problem.report { site.report(reason, head.path) }
        var response: WebResponse
        if !isPage || head.prefersJSON || browser.formToken == nil {
            response = .json(
                ["error": .string(problem.code), "message": .string(problem.text(.english))], status: problem.status)
        } else {
            response = .page(ProblemPage.page(problem, browser.language), status: problem.status)
        }
        if let seconds = problem.retryAfter { response.fields.append(.retryAfter, number: seconds) }
        return response
    }

    /// Puts to an answer what every answer of its kind has.
    func finished(_ response: WebResponse, _ browser: VisitingBrowser) -> Answer {
        var fields = response.fields
        var body: [UInt8] = []
        var cookies = response.cookies
        switch response.content {
        case .nothing: break
        case .bytes(let bytes): body = bytes
        case .page(let page):
            body = document(page, browser)
            fields.append(.contentType, literal: "text/html; charset=utf-8")
            _ = fields.append(.contentLanguage, browser.language.rawValue)
            if let visit = browser.newVisit {
                cookies.append(CookieChange(cookie: .visit, value: visit, maxAge: nil))
            }
        }
        if !fields.contains(.cacheControl) { fields.append(.cacheControl, literal: "no-store") }
        fields.append(.xContentTypeOptions, literal: "nosniff")
        switch route.kind {
        case .page:
            appendPolicy(of: response, to: &fields)
            for change in cookies { _ = fields.append(.setCookie, change.text(isSecure: site.isSecure)) }
        case .machine(.anyOrigin):
            fields.append(.accessControlAllowOrigin, literal: "*")
            fields.append(.accessControlExposeHeaders, literal: "WWW-Authenticate, Retry-After")
        case .machine(.ownOrigin): break
        }
        return Answer(status: response.status, fields: fields, body: body)
    }

    private func document(_ page: Page, _ browser: VisitingBrowser) -> [UInt8] {
        let place = head.method == .post ? nil : WebAddress(local: String(decoding: head.targetBytes, as: UTF8.self))
        return PageFrame(
            language: browser.language, person: browser.person, formToken: browser.formToken ?? .none,
            place: place ?? "/", navigation: site.navigation
        ).document(page)
    }

    /// No programs, no frames, nothing from elsewhere (rulings 5.10). `Cross-Origin-Opener-Policy` is left out on purpose, because
    /// a client may wait for the window that it opened.
    private func appendPolicy(of response: WebResponse, to fields: inout HTTPFields) {
        var leadsElsewhere = false
        if case .page(let page) = response.content { leadsElsewhere = page.formTarget == .anotherParty }
        if leadsElsewhere {
            fields.append(
                .contentSecurityPolicy,
                literal:
                    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'"
            )
        } else {
            fields.append(
                .contentSecurityPolicy,
                literal:
                    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
            )
        }
        fields.append(.xFrameOptions, literal: "DENY")
        fields.append(.referrerPolicy, literal: "same-origin")
    }
}
