/// Every limit that a call can meet; the defaults are the product's, and ``rows`` says why each is what it is.
package struct GatewayLimits: Sendable, Hashable {
    // What a client may send.
    /// Request line and fields, in bytes.
    package var headBytes = 32 * 1024
    /// Fields of one request.
    package var headFields = 100
    /// One decoded request body.
    package var bodyBytes = 10 * 1024 * 1024
    /// Nesting of arrays and objects in a message.
    package var jsonDepth = 128

    // How much may be open at once.
    /// Open client connections.
    package var connections = 20_000
    /// Open event streams.
    package var eventStreams = 15_000
    /// Calls that wait for an upstream at one moment.
    package var callsInFlight = 4_096
    /// Of these, calls of one person with one client at one virtual server.
    package var callsPerPrincipal = 256
    /// Of the event streams, those of one such principal.
    package var streamsPerPrincipal = 64
    /// Of the calls that wait for a person, those of one such principal.
    package var parkedPerPrincipal = 50

    // How long a client may take.
    /// From the first byte to the end of the head.
    package var headTime: Duration = .seconds(10)
    /// Between two pieces of a body.
    package var bodyTime: Duration = .seconds(30)
    /// Between two requests on a connection.
    package var idleTime: Duration = .seconds(75)
    /// Without the client reading anything of what we send.
    package var writeTime: Duration = .seconds(30)
    /// One request and its answer as a whole, event streams excepted.
    package var exchangeTime: Duration = .seconds(600)

    // How long a call may take.
    /// One call of most clients.
    package var callTime: Duration = .seconds(290)
    /// One call of ChatGPT or Codex.
    package var callTimeForChatGPT: Duration = .seconds(50)
    /// What a stop waits for calls in flight.
    package var drainTime: Duration = .seconds(20)
    /// One upstream's part in an answer that several upstreams have a part in.
    package var listTime: Duration = .seconds(5)

    // What waits for a person.
    /// How long a call whose upstream asks something waits for its client to come back.
    package var parkTime: Duration = .seconds(600)
    /// Calls that wait so, all in all.
    package var parkedCalls = 1_000
    /// Calls that wait so at one upstream.
    package var parkedCallsPerUpstream = 100

    // What a session of the handshake era keeps.
    /// How long a session id is good after its making.
    package var sessionTime: Duration = .seconds(90 * 86_400)
    /// Resource subscriptions of one session.
    package var sessionSubscriptions = 1_000
    /// Events of one stream kept for a client that comes back.
    package var eventBytesKept = 1024 * 1024
    /// How long they are kept.
    package var eventTimeKept: Duration = .seconds(300)

    // What an upstream may do.
    /// One answer of an upstream.
    package var upstreamAnswerBytes = 16 * 1024 * 1024
    /// Connections to one upstream, over all event loops.
    package var upstreamConnections = 256
    /// Calls that wait for a connection to one upstream.
    package var upstreamWaiters = 1_024
    /// Name look-up, connection and TLS handshake.
    package var upstreamConnectTime: Duration = .seconds(5)
    /// A kept connection without a call.
    package var upstreamIdleTime: Duration = .seconds(55)
    /// Sessions at one upstream of the handshake era.
    package var upstreamSessions = 256
    /// A kept session without a call.
    package var upstreamSessionIdleTime: Duration = .seconds(600)
    /// Pages of one list.
    package var listPages = 100
    /// Tools of one upstream; the same for its resources, templates and prompts.
    package var upstreamTools = 10_000
    /// Child processes of all upstreams, those that are being ended included.
    package var processes = 256
    /// Processes of one upstream of kind `stdio`.
    package var upstreamProcesses = 16
    /// From the start of a process to its first answer.
    package var processStartTime: Duration = .seconds(60)
    /// A client's own process without a call.
    package var processIdleTime: Duration = .seconds(600)
    /// From the end of its input to the first signal, when a process shall end.
    package var processStopTime: Duration = .seconds(5)

    /// The defaults.
    package init() {}
}
