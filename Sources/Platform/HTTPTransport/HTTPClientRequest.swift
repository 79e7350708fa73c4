package import HTTPMessages

/// A request as the pooled client sends it; the client writes the head's framing, `Host` and `Connection` itself.
package struct HTTPClientRequest: Sendable {
    /// What is asked.
    package let method: HTTPMethod
    /// The origin-form target: path and query.
    package let target: [UInt8]
    /// Fields besides those that the client owns.
    package let fields: HTTPFields
    /// The fields of a message that this request passes on; of them only those that `isRelayed` wants.
    package let relayed: HTTPFields?
    /// Which of the relayed fields go along, by name.
    package let isRelayed: @Sendable (Span<UInt8>) -> Bool
    /// The whole body.
    package let body: [UInt8]

    /// A request with these parts.
    package init(
        method: HTTPMethod, target: [UInt8], fields: HTTPFields = HTTPFields(), relayed: HTTPFields? = nil,
        isRelayed: @escaping @Sendable (Span<UInt8>) -> Bool = { _ in false }, body: [UInt8] = []
    ) {
        self.method = method
        self.target = target
        self.fields = fields
        self.relayed = relayed
        self.isRelayed = isRelayed
        self.body = body
    }
}

extension HTTPMethod {
    /// RFC 9110 section 9.2.1: asks for nothing but an answer.
    var isSafe: Bool { self == .get || self == .head || self == .options }
}

/// The answer's head, and its body as far as it had come with it. A class, because it travels through a continuation.
package final class HTTPClientResponse: Sendable {
    /// The final head; interim ones were skipped.
    package let head: ResponseHead
    /// The body.
    package let body: HTTPClientBody

    /// An answer with these parts, as a receiver hears of it.
    package init(head: ResponseHead, body: HTTPClientBody) {
        self.head = head
        self.body = body
    }
}

/// A body that is here, or one that still comes.
package enum HTTPClientBody: Sendable {
    /// All of it.
    case complete([UInt8])
    /// Pieces, in order; dropping the stream without `cancel` leaves the connection to its deadline.
    case stream(HTTPBodyStream)
}
