import HTTPMessages
import HTTPTransport
import Telemetry
import UpstreamClients

/// A call on its way without a task: the upstream's whole answer goes back as it comes. Everything else that can happen to a
/// call (events, long answers, failures, repetition) goes on in a task, from `MCPEndpoint.finish`.
///
/// A class because client and upstream tell it what happens. Confined to the exchange's loop.
final class QuickCall: HTTPShortcut, HTTPAnswerReceiver {
    private let endpoint: MCPEndpoint
    private let visit: Visit
    private let upstream: ServedUpstream
    private let call: UpstreamCall
    private let began: UInt64
    private var ticket: HTTPClientTicket?
    private var isOver = false
    private var clientIsGone = false

    init(_ call: UpstreamCall, _ upstream: ServedUpstream, endpoint: MCPEndpoint, visit: Visit) {
        self.call = call
        self.upstream = upstream
        self.endpoint = endpoint
        self.visit = visit
        began = visit.exchange.now
    }

    /// Sends the call, or gives it to a task when that needs a wait of its own.
    func begin() {
        let ticket = upstream.client.begin(call, on: visit.exchange.loop, receiver: self)
        if ticket == nil, !isOver { goOn(nil) }
        self.ticket = ticket
    }

    func answered(_ head: ResponseHead, _ body: HTTPClientBody) {
        guard case .complete(let message) = body, let verdict = upstream.client.verdict(head, message, on: call) else {
            goOn(.success(HTTPClientResponse(head: head, body: body)))
            return
        }
        isOver = true
        visit.server.noteLinks(message, of: upstream)
        endpoint.answer(message, verdict, visit)
        endpoint.leave(visit, began: began)
        visit.exchange.end()
    }

    func failed(_ error: HTTPClientError) {
        // Another connection may take what this one certainly did not.
        goOn(error.isProvenUnsent ? nil : .failure(error))
    }

    func clientGone() {
        clientIsGone = true
        if !isOver, let ticket { ticket.cancel() }
    }

    /// `outcome` is what the upstream said so far; nothing was sent when there is none.
    private func goOn(_ outcome: Result<HTTPClientResponse, HTTPClientError>?) {
        isOver = true
        if clientIsGone {
            visit.server.metrics.cancellations.increment()
            endpoint.leave(visit, began: began)
            visit.exchange.end()
            return
        }
        visit.exchange.goOn { [endpoint, call, upstream, visit, began] _ in
            await endpoint.finish(call, upstream, outcome, visit)
            endpoint.leave(visit, began: began)
        }
    }
}
