import GatewayModel
package import WebUI

extension UpstreamConnection {
    /// As the rows of pages show it; `title` is what people call the upstream. What serves everybody is the operator's affair on
    /// all pages but `isItsPage`, where those who may connect it can also end it or give it more rights.
    package func view(title: String, icon: String? = nil, isItsPage: Bool = false) -> ConnectionView {
        let mayChange = state == .connected || state == .byOperator && isItsPage && canConnect
        let working = lacksRights ? ConnectionView.State.reconnect(problem: nil) : .connected(account: account)
        let shown: ConnectionView.State =
            switch state {
            case .notNeeded: .notNeeded
            case .connected: working
            case .byOperator: mayChange ? working : .byOperator
            case .reconnect: .reconnect(problem: nil)
            case .missing: .missing
            }
        return ConnectionView(
            upstream: upstream.text, title: title, icon: icon, state: shown,
            isRequired: isRequired && auth == .personal,
            scopes: state == .missing || state == .reconnect || mayChange && lacksRights ? scopes : [])
    }
}
