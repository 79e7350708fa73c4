import HTTPMessages
import Synchronization
import Telemetry
import UpstreamClients

/// One log line for each cause of failing calls, not for each call: a dead upstream under load must not fill the disk.
///
/// A class, because all loops share the count of what was kept back; the lock is taken only when a call failed.
final class FailureLog: Sendable {
    private struct Cause: Hashable, Sendable {
        let upstream: String
        let reason: String
    }

    private let log: Log
    private let repeated = Mutex(RepeatedWarning<Cause>(every: .seconds(10)))

    init(log: Log) {
        self.log = log
    }

    func upstreamFailed(_ upstream: String, server: String, _ error: UpstreamError, trace: String?) {
        let cause = Cause(upstream: upstream, reason: error.reason)
        let verdict = repeated.withLock { $0.occurred(cause, at: .now) }
        var fields: LogFields = [
            "upstream": .string(upstream), "server": .string(server), "reason": .string(error.reason),
        ]
        if let trace { fields.set("trace", to: .string(trace)) }
        log.warning("a call got no answer from its upstream", fields, unless: verdict)
    }
}

extension HTTPFields {
    /// The trace that a request belongs to, for log lines.
    var traceID: String? {
        withFirst(.traceparent) { TraceContext($0)?.traceIDText } ?? nil
    }
}
