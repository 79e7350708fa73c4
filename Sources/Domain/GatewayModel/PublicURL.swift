/// Where people and clients reach this gateway: the one source of every absolute URL it writes.
package struct PublicURL: Sendable, Hashable, CustomStringConvertible {
    /// The address with the target `/`.
    package let url: HTTPURL

    /// Reads scheme, host and port; a path is refused, because the addresses of the gateway begin at the root.
    package init(_ text: String) throws(GatewayModelError) {
        let url = try HTTPURL(text)
        guard url.target == "/" else { throw .path }
        self.url = url
    }

    /// The address of a listener that nobody gave another name.
    package init(scheme: HTTPURL.Scheme, host: HTTPHost, port: UInt16) {
        url = HTTPURL(scheme: scheme, host: host, port: port)
    }

    /// Without a final slash, as issuers, resources and browsers' origins are spelled.
    package var origin: String { url.origin }

    /// Every spelling of the `Host` field that means this gateway, in lower case.
    ///
    /// `localhost`, 127.0.0.1 and `[::1]` are one and the same while the public host is one of them.
    package var hostSpellings: [String] {
        let hosts = url.host.isLoopback ? loopbackHosts : [url.host.description]
        let withPort = hosts.map { "\($0):\(url.port)" }
        return url.port == url.scheme.defaultPort ? hosts + withPort : withPort
    }

    /// Every browser origin that is our own, by the same rule.
    package var originSpellings: [String] {
        let port = url.port == url.scheme.defaultPort ? "" : ":\(url.port)"
        let hosts = url.host.isLoopback ? loopbackHosts : [url.host.description]
        return hosts.map { "\(url.scheme.rawValue)://\($0)\(port)" }
    }

    /// The origin.
    package var description: String { origin }

    private var loopbackHosts: [String] {
        let usual = ["localhost", "127.0.0.1", "[::1]"]
        return usual.contains(url.host.description) ? usual : usual + [url.host.description]
    }
}
