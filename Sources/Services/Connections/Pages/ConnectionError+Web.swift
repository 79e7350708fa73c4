import HTTPMessages
package import WebUI

extension ConnectionError {
    /// What the person reads.
    func text(_ language: Language) -> String {
        switch self {
        case .store: language.text(ConnectWord.store)
        case .unknownUpstream, .notConnectable: language.text(ConnectWord.notNeeded)
        case .operatorOnly(let name): language.text(ConnectWord.operatorOnly, name)
        case .discovery(let name, _, let isRetryable):
            language.text(isRetryable ? ConnectWord.discoveryLater : .discovery, name)
        case .noClient(let name, _): language.text(ConnectWord.noClient, name)
        case .registration(let name, _): language.text(ConnectWord.registration, name)
        case .issuerChanged(let name, _): language.text(ConnectWord.issuerChanged, name)
        case .unknownState: language.text(ConnectWord.unknownState)
        case .otherPerson: language.text(ConnectWord.otherPerson)
        case .otherIssuer(let name): language.text(ConnectWord.otherIssuer, name)
        case .denied(let name, let code): language.text(ConnectWord.denied, name, code)
        case .exchange(let name, let reason, let isRetryable):
            isRetryable
                ? language.text(ConnectWord.exchangeLater, name) : language.text(ConnectWord.exchange, name, reason)
        case .foreignLink: language.text(ConnectWord.foreignLink)
        case .oldLink: language.text(ConnectWord.oldLink)
        case .sealing: language.text(ConnectWord.sealing)
        }
    }

    /// The same as an answer.
    var status: Int {
        switch self {
        case .store: 503
        case .unknownUpstream, .notConnectable: 404
        case .operatorOnly, .foreignLink, .otherPerson: 403
        case .discovery(_, _, let isRetryable), .exchange(_, _, let isRetryable): isRetryable ? 503 : 502
        case .noClient, .registration, .issuerChanged: 502
        case .unknownState, .otherIssuer, .denied: 400
        case .oldLink: 410
        case .sealing: 500
        }
    }

    /// For people who are not on their way back.
    package var problem: WebProblem {
        let own = self
        return WebProblem(
            status: status, code: "connect_failed", retryAfter: isRetryable ? 5 : nil, report: reason
        ) { own.text($0) }
    }
}
