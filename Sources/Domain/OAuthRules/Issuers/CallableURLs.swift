package import GatewayModel

/// Which of the addresses that an upstream hands out are used at all; the network's own rules come on top.
package struct CallableURLs: Sendable {
    private let named: HTTPURL

    /// Around the address that the operator wrote.
    package init(beside named: HTTPURL) {
        self.named = named
    }

    /// `https`; or `http` at the very host that the operator named with `http`, which is a thing of development (protocol facts
    /// 5.10).
    package func contains(_ url: HTTPURL) -> Bool {
        switch url.scheme {
        case .https: true
        case .http: named.scheme == .http && isNamedHost(url)
        }
    }

    /// Whether it is the host that the operator named, which may be a private one.
    package func isNamedHost(_ url: HTTPURL) -> Bool {
        url.host == named.host
    }
}
