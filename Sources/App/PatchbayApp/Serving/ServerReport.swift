import HTTPMessages
import HTTPTransport
import Reactor
import Synchronization
import Telemetry

/// What the transport tells an operator: figures for every event, and a log line for each cause, not for each event.
///
/// A class, because the loops share the count of what was kept back; the lock is taken only when something went wrong.
final class ServerReport: Sendable {
    private let log: Log
    private let connections: Gauge
    private let exchanges: Gauge
    private let answers: [Counter]
    private let events: MetricFamily<Counter>
    private let repeated = Mutex(RepeatedWarning<String>(every: .seconds(10)))

    init(log: Log, metrics: Metrics) {
        self.log = log
        connections = metrics.gauge("patchbay_http_connections", help: "Open client connections.")
        exchanges = metrics.gauge("patchbay_http_exchanges", help: "Requests whose handler has not ended.")
        let answers = metrics.counters(
            "patchbay_http_answers_total", help: "Answers by class of HTTP status.", labels: ["class"])
        self.answers = (1...5).map { answers.series("\($0)xx") }
        events = metrics.counters(
            "patchbay_http_events_total", help: "What went wrong on client connections.", labels: ["event"])
    }

    /// The closures that the server calls on its loops.
    var observer: HTTPServerObserver {
        HTTPServerObserver(
            noted: { self.note($0) },
            connectionsChanged: { self.connections.add($0) },
            exchangesChanged: { self.exchanges.add($0) },
            answered: { self.answers[min(max($0 / 100, 1), 5) - 1].increment() })
    }

    private func note(_ event: HTTPServerEvent) {
        let name = event.name
        events.series(name).increment()
        // A client that leaves is everyday life; who wants to see each one asks for debug.
        if event == .clientLeft {
            log.debug("the client left before its answer")
            return
        }
        let verdict = repeated.withLock { $0.occurred(name, at: .now) }
        log.warning(event.reason, ["event": .string(name)], unless: verdict)
    }
}

extension HTTPServerEvent {
    /// The event's label in metrics and log lines.
    fileprivate var name: String {
        switch self {
        case .refused: "request_refused"
        case .clientLeft: "client_left"
        case .slowHead: "slow_head"
        case .slowBody: "slow_body"
        case .slowReader: "slow_reader"
        case .handlerSilent: "handler_silent"
        case .handshakeFailed: "handshake_failed"
        case .acceptFailed: "accept_failed"
        case .connectionsFull: "connections_full"
        }
    }
}
