import HTTPMessages
import OAuthRules
import WebUI

/// A request of a client to one of its endpoints: a form, and who says to have sent it.
struct ClientRequest {
    let form: FormParameters
    let credentials: PresentedCredentials

    init(_ request: WebRequest) throws(OAuthError) {
        guard !request.form.all.isEmpty else {
            throw OAuthError(.invalidRequest, "Send the parameters as application/x-www-form-urlencoded, in the body.")
        }
        form = FormParameters(request.form.all)
        // A second Authorization field could be read by the next program and not by us.
        guard request.head.fields.count(.authorization) <= 1 else {
            throw OAuthError(.invalidRequest, "Authorization stands there more than once; send it once.")
        }
        credentials = PresentedCredentials(
            authorization: request.head.fields.first(.authorization), clientID: try form.once("client_id"),
            clientSecret: try form.once("client_secret"), assertionType: try form.once("client_assertion_type"),
            assertion: try form.once("client_assertion"))
    }
}

extension WebResponse {
    /// A refusal, with the challenge of a client that failed to authenticate (RFC 6749 5.2).
    static func refusal(_ failure: TokenFailure) throws(WebProblem) -> WebResponse {
        switch failure {
        case .refused(let error): return .unkept(error.json, status: error.status)
        case .client(let problem):
            var response = WebResponse.unkept(problem.json, status: problem.status)
            if let challenge = problem.wwwAuthenticate { _ = response.fields.append(.wwwAuthenticate, challenge) }
            return response
        case .store(let error): throw .unavailable("the store does not answer: \(error)")
        case .tokens(let problem): throw .unavailable("tokens: \(problem.reason)")
        case .cryptography(let error): throw .broken("cryptography: \(error)")
        }
    }

    /// JSON with secrets, which nobody may keep (RFC 6749 5.1).
    static func unkept(_ json: [UInt8], status: Int = 200) -> WebResponse {
        var response = WebResponse.json(bytes: json, status: status)
        response.fields.append(.cacheControl, literal: "no-store")
        let (pragma, noCache) = (Array("pragma".utf8), Array("no-cache".utf8))
        _ = response.fields.append(nameBytes: pragma.span, bytes: noCache.span)
        return response
    }
}
