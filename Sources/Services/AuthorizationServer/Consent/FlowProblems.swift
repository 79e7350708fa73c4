import WebUI

/// Pages for requests that cannot be answered by a redirect, because nobody knows whether the address is the client's
/// (RFC 6749 4.1.2.1).
extension WebProblem {
    static let clientMissing = WebProblem(status: 400, code: "invalid_request") { $0.text(FlowWord.clientMissing) }

    static func clientUnknown(_ problem: ClientProblem) -> WebProblem {
        // A page is no token endpoint: 401 would make browsers ask for a password.
        let status = problem.status == 401 ? 400 : problem.status
        return WebProblem(status: status, code: problem.error) { language in
            language.text(FlowWord.clientUnknown, ForeignText(problem.sentence).text)
        }
    }

    static func redirectUnknown(client: String) -> WebProblem {
        WebProblem(status: 400, code: "invalid_request") { language in
            language.text(FlowWord.redirectUnknown, ForeignText(client).text)
        }
    }

    static let requestOver = WebProblem(status: 410, code: "request_over") { $0.text(FlowWord.requestOver) }
    static let requestElsewhere = WebProblem(status: 403, code: "request_elsewhere") {
        $0.text(FlowWord.requestElsewhere)
    }
}
