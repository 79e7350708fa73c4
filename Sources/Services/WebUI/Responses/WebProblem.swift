package import HTTPMessages

/// Why a request is not answered as it was asked: a page for people, JSON for machines.
package struct WebProblem: Error {
    /// The HTTP status.
    package let status: Int
    /// What programs tell it by.
    package let code: String
    /// What happened and what to do next, in the reader's language.
    package let text: @Sendable (Language) -> String
    /// Seconds after which to try again.
    package let retryAfter: Int?
    /// What an operator must know; the reader does not see it.
    package let report: String?

    /// A problem with a text of the caller's catalog.
    package init(
        status: Int, code: String, retryAfter: Int? = nil, report: String? = nil,
        text: @escaping @Sendable (Language) -> String
    ) {
        self.status = status
        self.code = code
        self.retryAfter = retryAfter
        self.report = report
        self.text = text
    }

    /// A problem with one of our own texts.
    init(status: Int, code: String, _ word: WebWord) {
        self.init(status: status, code: code) { $0.text(word) }
    }

    /// Nothing is at the address.
    package static let notFound = WebProblem(status: 404, code: "not_found", .notFound)
    /// The person may not.
    package static let forbidden = WebProblem(status: 403, code: "forbidden", .forbidden)
    /// The form was shown to another browser or another session, or a page of somebody else sent it.
    package static let foreignForm = WebProblem(status: 403, code: "foreign_form", .foreignForm)
    /// Only somebody who is signed in may; a page asks them to sign in instead.
    package static let signInNeeded = WebProblem(status: 401, code: "sign_in_required", .signInNeeded)
    /// The store or something else that is needed does not answer now.
    package static func unavailable(_ reason: String) -> WebProblem {
        WebProblem(status: 503, code: "unavailable", retryAfter: 5, report: reason) { $0.text(WebWord.unavailable) }
    }
    /// What came cannot be understood; the sentence is for whoever wrote the program that sent it.
    package static func badRequest(_ sentence: String) -> WebProblem {
        WebProblem(status: 400, code: "invalid_request") { _ in sentence }
    }
    /// Something that should not happen did; the reason is for the operator.
    package static func broken(_ reason: String) -> WebProblem {
        WebProblem(status: 500, code: "internal_error", report: reason) { $0.text(WebWord.broken) }
    }
    /// The body is larger than the route takes.
    static func tooLarge(limit: Int) -> WebProblem {
        WebProblem(status: 413, code: "too_large") { $0.text(WebWord.tooLarge, String(limit)) }
    }
    /// The body is not what the route reads.
    static let mediaType = WebProblem(status: 415, code: "unsupported_media_type", .mediaType)
}
