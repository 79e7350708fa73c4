import HTTPMessages
import HTTPTransport

/// One request on its way through what holds for all routes: who is it, may they, is it a form of ours; then the handler, then
/// the fields that every answer has.
struct WebVisit {
    let site: WebSite
    let route: WebRoute
    let exchange: HTTPExchange

    /// An answer with all its fields, ready to be sent.
    struct Answer {
        let status: Int
        let fields: HTTPFields
        let body: [UInt8]
    }

    var isPage: Bool { route.kind == .page }
    var head: RequestHead { exchange.head }

    func response(_ parameters: [String: String]) async -> Answer {
        var browser = VisitingBrowser(fields: head.fields)
        do throws(WebProblem) {
            if isPage { try await browser.recognize(site) }
            if let elsewhere = try checkAccess(browser) { return finished(elsewhere, browser) }
            let request = try await read(parameters, browser)
            if isPage, head.method == .post { try checkForm(request) }
            return finished(try await route.handler(request), browser)
        } catch {
            return finished(problemResponse(error, browser), browser)
        }
    }

    /// A problem outside of any route.
    func problem(_ problem: WebProblem) async -> Answer {
        var browser = VisitingBrowser(fields: head.fields)
        do throws(WebProblem) {
            try await browser.recognize(site)
        } catch {
            return finished(problemResponse(error, browser), browser)
        }
        return finished(problemResponse(problem, browser), browser)
    }
}
