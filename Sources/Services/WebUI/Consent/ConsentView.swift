package import GatewayModel

/// Everything that the consent page shows. Its forms post to `/oauth/consent` with ``ConsentField``s.
package struct ConsentView: Sendable {
    /// Where the client gets its answer.
    package enum Destination: Sendable, Hashable {
        /// A web address; its host is what the person can judge.
        case web(host: String)
        /// A program on the person's own device: a loopback address or a scheme of its own. Any program there may answer to it,
        /// so the page warns.
        case device(address: String)
    }

    /// What happened just before, shown above everything.
    package enum Notice: Sendable, Hashable {
        /// Authorize was pressed although a required upstream is not connected.
        case requiredMissing
        /// The person came back from an upstream.
        case connected(title: String)
        /// Connecting did not work; the sentence is in the reader's language.
        case failed(String)
        /// The client's redirect addresses are others than those approved before.
        case clientChanged
    }

    /// The id of the pending request.
    package let request: String
    /// What the client calls itself; anybody can call itself anything, and the page says so.
    package let clientName: String
    /// The host that a client's metadata document comes from, for clients that have one.
    package let clientHost: String?
    /// Where the answer goes.
    package let destination: Destination
    /// What people call the virtual server.
    package let serverTitle: String
    /// Whether the client named no server, so that the default one was taken (rulings 5.3).
    package let serverWasMissing: Bool
    /// What the client asks for.
    package let scopes: AccessScopes
    /// Every upstream of the virtual server.
    package let connections: [ConnectionView]
    /// What happened just before.
    package let notice: Notice?

    /// A page of these parts.
    package init(
        request: String, clientName: String, clientHost: String? = nil, destination: Destination, serverTitle: String,
        serverWasMissing: Bool, scopes: AccessScopes, connections: [ConnectionView], notice: Notice? = nil
    ) {
        self.request = request
        self.clientName = clientName
        self.clientHost = clientHost
        self.destination = destination
        self.serverTitle = serverTitle
        self.serverWasMissing = serverWasMissing
        self.scopes = scopes
        self.connections = connections
        self.notice = notice
    }
}

/// The fields that the consent page's forms send.
package enum ConsentField {
    /// The id of the pending request; stands in the page's query too.
    package static let request = "request"
    /// One of ``ConsentAction``.
    package static let action = "action"
    /// The upstream's name at Connect and Disconnect.
    package static let upstream = "upstream"
}

/// What a person can do on the consent page.
package enum ConsentAction: String, Sendable, CaseIterable {
    case authorize
    case cancel
    case connect
    case disconnect
}
