package import HTTPMessages

/// The limits and times of the client side; every number is a setting with its reason.
package struct HTTPClientSettings: Sendable {
    /// What one head may hold.
    package var messageLimits = HTTPLimits()
    /// Reaching one address, TLS included.
    package var connectTime = Duration.seconds(10)
    /// An unused connection is kept this long; shorter than the 60 s and 75 s after which common servers close.
    package var idleTime = Duration.seconds(50)
    /// Connections of one loop to one origin.
    package var connectionsMax = 1_024
    /// Connections beyond those for urgent requests, which others wait for: all the rest may carry calls that end only when the
    /// peer has heard something more.
    package var connectionsReserved = 8
    /// Requests that wait for one of those connections, and as many urgent ones.
    package var waitersMax = 4_096
    /// Bytes of an answer that wait for their reader before the upstream is held back.
    package var inboundBytesMax = 256 * 1024
    /// An answer without a length that is still this small is gathered before the caller hears of it.
    package var gatherBytesMax = 256 * 1024

    /// The defaults.
    package init() {}
}
