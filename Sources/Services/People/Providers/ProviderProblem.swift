import WebUI

/// Why a sign-in at a provider came to nothing. The reason is for the operator's log; it holds no token and no secret.
enum ProviderProblem: Error, Sendable, Hashable {
    /// It cannot be had at the moment.
    case unreachable(String)
    /// It says something that is not believed or not understood.
    case unusable(String)
    /// It says who somebody is, and they may not come in here.
    case notAdmitted(String)

    /// The page for the person at it.
    func page(_ provider: IdentityProvider) -> WebProblem {
        let title = provider.title
        switch self {
        case .unreachable(let reason):
            return WebProblem(
                status: 503, code: "provider_unreachable", retryAfter: 10, report: "\(provider.name): \(reason)"
            ) { $0.text(PeopleWord.providerUnreachable, title) }
        case .unusable(let reason):
            return WebProblem(status: 502, code: "provider_unusable", report: "\(provider.name): \(reason)") {
                $0.text(PeopleWord.providerUnusable, title)
            }
        case .notAdmitted(let reason):
            return WebProblem(status: 403, code: "not_admitted", report: "\(provider.name): \(reason)") {
                $0.text(PeopleWord.notAdmitted, title)
            }
        }
    }
}
