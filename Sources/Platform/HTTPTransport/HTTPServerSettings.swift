package import HTTPMessages

/// The limits and times of the server side; every number is a setting with its reason.
package struct HTTPServerSettings: Sendable {
    /// What one head may hold.
    package var messageLimits = HTTPLimits()
    /// The whole head must arrive within this time, or a slow sender would hold a connection for ever.
    package var headTime = Duration.seconds(15)
    /// The longest silence in the middle of a body.
    package var bodyPause = Duration.seconds(30)
    /// The whole request must have arrived within this time, however steadily it drips.
    package var requestTime = Duration.seconds(300)
    /// A connection without a request is closed after this time; longer than common proxies keep theirs.
    package var idleTime = Duration.seconds(75)
    /// A client that reads nothing for this long, while bytes wait for it, is dropped.
    package var writePause = Duration.seconds(30)
    /// How long we read on after the last answer, so that a reset does not destroy it on its way.
    package var lingerTime = Duration.seconds(30)
    /// The longest silence while lingering; who says nothing any more has had its answer.
    package var lingerPause = Duration.seconds(2)
    /// Bytes read and thrown away while lingering: a body of 10 MiB that nobody wanted, and some more.
    package var lingerBytesMax = 16 * 1024 * 1024
    /// Connections of one loop; more wait in the kernel's queue.
    package var connectionsMax = 50_000
    /// Bytes of a body, or of requests that follow, that wait for their handler before reading pauses.
    package var inboundBytesMax = 64 * 1024
    /// Bytes that wait for a slow reader before the writer has to wait.
    package var outboundBytesMax = 256 * 1024

    /// The defaults.
    package init() {}
}
