package import GatewayModel
package import HTTPMessages
package import Outbound
package import Reactor

/// Requests to servers that an upstream has named: guarded against private addresses, without redirects, bounded in size.
package protocol RemoteFetching: Sendable {
    /// The answer, whatever its status.
    func fetch(
        _ request: RemoteRequest, deadline: UInt64, on loop: EventLoop
    ) async throws(RemoteFailure) -> RemoteAnswer
}

/// What is asked.
package struct RemoteRequest: Sendable {
    /// GET or POST.
    package let method: HTTPMethod
    /// Whom.
    package let url: HTTPURL
    /// Besides those of the connection and of the body.
    package let fields: HTTPFields
    /// What goes with it.
    package let body: FetchBody
    /// What a successful answer must be.
    package var accepts = AcceptedMedia.any
    /// Whether the operator named this host, which may then be a private one.
    package let isNamedByOperator: Bool
}

/// What came back.
package struct RemoteAnswer: Sendable {
    /// Its status.
    package let status: Int
    /// Its fields.
    package let fields: HTTPFields
    /// The whole body.
    package let body: [UInt8]

    /// An answer of these parts.
    package init(status: Int, fields: HTTPFields, body: [UInt8]) {
        self.status = status
        self.fields = fields
        self.body = body
    }
}

/// Why nothing came back.
package struct RemoteFailure: Error, Sendable, Hashable {
    /// For operators.
    package let reason: String
    /// Whether the same may work later.
    package let isRetryable: Bool

    /// A failure with its reason.
    package init(reason: String, isRetryable: Bool) {
        self.reason = reason
        self.isRetryable = isRetryable
    }
}
