import GatewayModel
package import WebUI

extension UpstreamConnection {
    /// As the rows of pages show it; `title` is what people call the upstream.
    package func view(title: String, icon: String? = nil) -> ConnectionView {
        let shown: ConnectionView.State =
            switch state {
            case .notNeeded: .notNeeded
            case .byOperator: .byOperator
            case .connected: lacksRights ? .reconnect(problem: nil) : .connected(account: account)
            case .reconnect: .reconnect(problem: nil)
            case .missing: .missing
            }
        return ConnectionView(
            upstream: upstream.text, title: title, icon: icon, state: shown,
            isRequired: isRequired && auth == .personal,
            scopes: state == .missing || state == .reconnect || lacksRights ? scopes : [])
    }
}
