/// One limit as operators know it: the name in the configuration, what may be written there, and the reason for the default.
package struct GatewayLimitRow: Sendable {
    /// The property, its unit and the values that make sense.
    package enum Field: Sendable {
        /// Written as `65536`, `64KiB` or `10MiB`.
        case bytes(any WritableKeyPath<GatewayLimits, Int> & Sendable, ClosedRange<Int>)
        /// Written as a plain number.
        case count(any WritableKeyPath<GatewayLimits, Int> & Sendable, ClosedRange<Int>)
        /// Written as `250ms`, `30s`, `5m` or `1h`.
        case time(any WritableKeyPath<GatewayLimits, Duration> & Sendable, ClosedRange<Duration>)
    }

    /// The key under `limits`, spelled like the property.
    package let name: String
    /// Where the value goes.
    package let field: Field
    /// What is counted, and why the default is what it is.
    package let reason: String

    private init(_ name: String, _ field: Field, _ reason: String) {
        self.name = name
        self.field = field
        self.reason = reason
    }

    fileprivate static let all: [GatewayLimitRow] = [
        .init("headBytes", .bytes(\.headBytes, 1024...1_048_576), "request line and fields of one request"),
        .init(
            "headFields", .count(\.headFields, 16...1_000), "fields of one request; browsers and proxies stay below 40"),
        .init("bodyBytes", .bytes(\.bodyBytes, 1024...1_073_741_824), "body of one request, decoded"),
        .init(
            "jsonDepth", .count(\.jsonDepth, 8...512),
            "nesting of a message; bounds the stack of every reader behind us"),
        .init("connections", .count(\.connections, 1...1_000_000), "open client connections; 4 kB each when idle"),
        .init("eventStreams", .count(\.eventStreams, 0...1_000_000), "open event streams; 6 kB each when quiet"),
        .init("callsInFlight", .count(\.callsInFlight, 1...100_000), "calls that wait for an upstream at one moment"),
        .init(
            "callsPerPrincipal", .count(\.callsPerPrincipal, 1...100_000),
            "calls of one person with one client at one virtual server; no client sends more than some dozens at once"),
        .init(
            "streamsPerPrincipal", .count(\.streamsPerPrincipal, 0...1_000_000),
            "event streams of one such principal; some clients open one for each chat"),
        .init(
            "parkedPerPrincipal", .count(\.parkedPerPrincipal, 0...100_000),
            "calls of one such principal that wait for an answer of the person"),
        .init("headTime", .time(\.headTime, .milliseconds(100) ... .seconds(300)), "first byte to the end of the head"),
        .init("bodyTime", .time(\.bodyTime, .milliseconds(100) ... .seconds(3600)), "between two pieces of a body"),
        .init(
            "idleTime", .time(\.idleTime, .milliseconds(100) ... .seconds(3600)),
            "between two requests; above the 60 s of usual load balancers, so that they close first"),
        .init(
            "writeTime", .time(\.writeTime, .milliseconds(100) ... .seconds(3600)),
            "a client that does not read what we send"),
        .init(
            "exchangeTime", .time(\.exchangeTime, .seconds(1) ... .seconds(86_400)),
            "one request and its answer as a whole, event streams excepted"),
        .init(
            "callTime", .time(\.callTime, .milliseconds(100) ... .seconds(86_400)),
            "one call; clients give up at 300 s, and our answer should come before"),
        .init(
            "callTimeForChatGPT", .time(\.callTimeForChatGPT, .milliseconds(100) ... .seconds(86_400)),
            "one call of ChatGPT or Codex, which try again at 60 s"),
        .init("drainTime", .time(\.drainTime, .seconds(0) ... .seconds(3600)), "what a stop waits for calls in flight"),
        .init(
            "listTime", .time(\.listTime, .milliseconds(100) ... .seconds(300)),
            "one upstream's part of a list; then its last known inventory stands in, so that one slow upstream holds nobody up"
        ),
        .init(
            "parkTime", .time(\.parkTime, .seconds(1) ... .seconds(86_400)),
            "a call whose upstream asks something, until its client comes back with the answer; people need minutes"),
        .init(
            "parkedCalls", .count(\.parkedCalls, 0...100_000),
            "calls that wait so, all in all; each holds a stream or a process of its upstream"),
        .init(
            "parkedCallsPerUpstream", .count(\.parkedCallsPerUpstream, 0...100_000),
            "calls that wait so at one upstream; well below its connections, so that other calls get through"),
        .init(
            "sessionTime", .time(\.sessionTime, .seconds(60) ... .seconds(366 * 86_400)),
            "a session id of the handshake era; some clients never initialize again, so it outlives their tokens"),
        .init(
            "sessionSubscriptions", .count(\.sessionSubscriptions, 0...100_000), "resource subscriptions of one session"
        ),
        .init(
            "eventBytesKept", .bytes(\.eventBytesKept, 0...1_073_741_824),
            "events of one stream kept for a client that comes back with Last-Event-ID"),
        .init("eventTimeKept", .time(\.eventTimeKept, .seconds(0) ... .seconds(86_400)), "how long they are kept"),
        .init(
            "upstreamAnswerBytes", .bytes(\.upstreamAnswerBytes, 1024...1_073_741_824),
            "one answer of an upstream; passed on in pieces, never gathered"),
        .init(
            "upstreamConnections", .count(\.upstreamConnections, 1...10_000),
            "connections to one upstream, over all event loops; beside them, each loop has 8 for what calls in flight wait for"
        ),
        .init(
            "upstreamWaiters", .count(\.upstreamWaiters, 0...100_000),
            "calls that wait for a connection to one upstream; more are refused at once"),
        .init(
            "upstreamConnectTime", .time(\.upstreamConnectTime, .milliseconds(100) ... .seconds(300)),
            "name look-up, connection and TLS handshake"),
        .init(
            "upstreamIdleTime", .time(\.upstreamIdleTime, .seconds(0) ... .seconds(3600)),
            "a kept connection; below the 60 s at which usual servers close theirs"),
        .init(
            "upstreamSessions", .count(\.upstreamSessions, 1...100_000),
            "sessions at one upstream of the handshake era, one for each principal and set of capabilities"),
        .init(
            "upstreamSessionIdleTime", .time(\.upstreamSessionIdleTime, .seconds(1) ... .seconds(86_400)),
            "a kept session without a call; then it is ended at the upstream"),
        .init(
            "listPages", .count(\.listPages, 1...10_000),
            "pages of one list; an upstream may give a next cursor for ever"),
        .init(
            "upstreamTools", .count(\.upstreamTools, 1...1_000_000),
            "tools of one upstream, and the same for its resources, templates and prompts"),
        .init(
            "processes", .count(\.processes, 0...10_000),
            "processes of all stdio upstreams, those that are being ended included"),
        .init(
            "upstreamProcesses", .count(\.upstreamProcesses, 1...1_000),
            "processes of one stdio upstream: one for all, and one for each client that it may ask something"),
        .init(
            "processStartTime", .time(\.processStartTime, .milliseconds(100) ... .seconds(3600)),
            "start of a process to its first answer; npx and uvx download the program first"),
        .init(
            "processIdleTime", .time(\.processIdleTime, .seconds(0) ... .seconds(86_400)),
            "a client's own process of a stdio upstream without a call"),
        .init(
            "processStopTime", .time(\.processStopTime, .seconds(0) ... .seconds(300)),
            "end of a process's input to the first signal, when it shall end"),
    ]
}

extension GatewayLimits {
    /// The catalog in reading order: a new limit is one property and one row here.
    package static var rows: [GatewayLimitRow] { GatewayLimitRow.all }
}
