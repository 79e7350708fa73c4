package import HTTPMessages

/// Something on the server side that an operator would want to know.
package enum HTTPServerEvent: Sendable, Equatable {
    /// A request broke a rule; it was answered and the connection closed.
    case refused(HTTPRefusal)
    /// A client left before its answer.
    case clientLeft
    /// A head began and did not end in time.
    case slowHead
    /// A body began and stopped arriving.
    case slowBody
    /// A client did not read what waited for it, and was dropped.
    case slowReader
    /// A handler returned without an answer; the client got 500.
    case handlerSilent
    /// TLS could not be agreed.
    case handshakeFailed(String)
    /// Descriptors or memory are used up; accepting pauses and begins again by itself.
    case acceptFailed(String)
    /// The loop has as many connections as it may.
    case connectionsFull

    /// The event as a sentence for a log line.
    package var reason: String {
        switch self {
        case .refused(let refusal): "request refused: \(refusal.reason)"
        case .clientLeft: "the client left before its answer"
        case .slowHead: "a client's request head did not arrive in time"
        case .slowBody: "a client's request body stopped arriving"
        case .slowReader: "the client read nothing for too long and was dropped"
        case .handlerSilent: "a handler gave no answer"
        case .handshakeFailed(let reason): "TLS handshake failed: \(reason)"
        case .acceptFailed(let reason): "no connection could be accepted: \(reason)"
        case .connectionsFull: "as many connections are open as the limit allows"
        }
    }
}

/// Who is told what happens on the server side: counts for the metrics, events for the log. Called on every loop.
package struct HTTPServerObserver: Sendable {
    /// An event for the log.
    package var noted: @Sendable (HTTPServerEvent) -> Void
    /// Connections opened (1) or closed (-1).
    package var connectionsChanged: @Sendable (Int) -> Void
    /// Exchanges begun (1) or ended (-1).
    package var exchangesChanged: @Sendable (Int) -> Void
    /// An answer's status left.
    package var answered: @Sendable (Int) -> Void

    /// An observer of the given closures; by default nobody listens.
    package init(
        noted: @escaping @Sendable (HTTPServerEvent) -> Void = { _ in },
        connectionsChanged: @escaping @Sendable (Int) -> Void = { _ in },
        exchangesChanged: @escaping @Sendable (Int) -> Void = { _ in },
        answered: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.noted = noted
        self.connectionsChanged = connectionsChanged
        self.exchangesChanged = exchangesChanged
        self.answered = answered
    }
}
