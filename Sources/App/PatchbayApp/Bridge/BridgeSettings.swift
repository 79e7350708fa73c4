/// What a bridge may take; every bound has its reason.
struct BridgeSettings: Sendable {
    /// One message of the client; as much as the gateway takes.
    var messageBytesMax = 10 * 1024 * 1024
    /// Calls that run at one moment.
    var callsMax = 1_000
    /// One call. The client gives up when it likes; this only ends what nobody waits for any more.
    var callTime: Duration = .seconds(3_600)
    /// How long the client may take to answer what the server asks; people need minutes.
    var askTime: Duration = .seconds(600)
    /// What calls in flight get when the client has closed its end: who writes one request and closes wants the answer.
    var drainTime: Duration = .seconds(10)
    /// Changes that wait for a client that does not read; older ones are dropped, because newer ones say the same.
    var changesMax = 1_000
}
