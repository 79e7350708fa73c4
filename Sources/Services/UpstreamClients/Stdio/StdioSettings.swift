/// What processes of an upstream may take.
package struct StdioSettings: Sendable, Hashable {
    /// Processes of one upstream: one for all, and those of clients that it may ask something.
    package var processesMax = 16
    /// Processes of one such client: as many of its calls may overlap, and each process has another memory. Calls that come one
    /// by one always meet the same.
    package var processesPerLeaseMax = 4
    /// Calls that wait for a process of their client.
    package var waitersMax = 256
    /// Calls in flight on the process for all; more are refused at once.
    package var callsMax = 4_096
    /// From the start of a process to its first answer.
    package var startTime: Duration = .seconds(60)
    /// A silence of this length makes us ask in the older way too, which costs a second process.
    package var probeTime: Duration = .seconds(5)
    /// A client's own process without a call.
    package var idleTime: Duration = .seconds(600)
    /// From the end of its input to the first signal, when a process shall end.
    package var stopTime: Duration = .seconds(2)
    /// How long it is remembered that an upstream speaks the older way; a newer program would still answer it.
    package var handshakeTime: Duration = .seconds(86_400)
    /// One message.
    package var messageBytesMax = 16 * 1024 * 1024

    /// The defaults.
    package init() {}
}
