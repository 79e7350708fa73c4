package import Telemetry
import UpstreamClients

/// The gateway's own figures; every series is resolved when a runtime is made, never during a call.
package struct GatewayMetrics: Sendable {
    private let calls: MetricFamily<Counter>
    private let durations: MetricFamily<Histogram>

    /// Registers the families.
    package init(_ metrics: Metrics) {
        calls = metrics.counters(
            "patchbay_calls_total", help: "MCP requests by virtual server and how they ended.",
            labels: ["server", "outcome"])
        durations = metrics.histograms(
            "patchbay_call_duration_seconds", help: "Time from a whole request to its response or its stream's end.",
            labels: ["server"], buckets: .callDurations)
    }

    func server(_ slug: String) -> ServerMetrics {
        ServerMetrics(
            results: calls.series(slug, "result"), errors: calls.series(slug, "error"),
            refusals: calls.series(slug, "refused"), failures: calls.series(slug, "upstream_failed"),
            cancellations: calls.series(slug, "cancelled"), durations: durations.series(slug))
    }
}

/// The series of one virtual server.
struct ServerMetrics: Sendable {
    let results: Counter
    let errors: Counter
    let refusals: Counter
    let failures: Counter
    let cancellations: Counter
    let durations: Histogram

    func answered(_ response: ClientResponse) {
        switch response.kind {
        case .result: results.increment()
        case .error: errors.increment()
        case .failed: break  // Counted where it happened.
        }
    }

    func answered(_ verdict: UpstreamVerdict) {
        switch verdict {
        case .result: results.increment()
        case .error: errors.increment()
        }
    }
}
