package import JSONCoding

/// How we behave towards one upstream; every number is a setting with its reason.
package struct UpstreamSettings: Sendable {
    /// What we call ourselves: `name` and `version`.
    package var ownInfo: JSONObject
    /// The longest answer that is taken.
    package var answerBytesMax = 16 * 1024 * 1024
    /// Finding out the era and beginning a session, all steps together.
    package var beginTime = Duration.seconds(20)
    /// A verdict for the handshake era never fails by itself, because upgraded servers keep answering (rulings 2.5).
    package var handshakeVerdictAge = Duration.seconds(86_400)
    /// How long what a stateless upstream said about itself is taken for true when somebody asks what it is.
    package var descriptionAge = Duration.seconds(300)
    /// A session that nobody uses is ended after this time.
    package var sessionIdleTime = Duration.seconds(600)
    /// Sessions at this upstream, the shared one included.
    package var sessionsMax = 100
    /// Calls that have a session to themselves; each costs the upstream a handshake, and us a connection for the session's stream.
    package var ownSessionsMax = 64
    /// What the shared session declares that it can do; never anything that would let the upstream ask (rulings 4.4).
    package var sharedCapabilities = JSONObject()
    /// Failures of the transport in a row after which the upstream is left alone for a while.
    package var failuresMax = 5
    /// The first pause of a failing upstream; each further one is twice as long.
    package var pauseMin = Duration.seconds(1)
    /// The longest such pause.
    package var pauseMax = Duration.seconds(60)
    /// How long an upstream that cannot be watched is left alone before it is asked again.
    package var unwatchablePause = Duration.seconds(3_600)
    /// Attempts in a row to go on with a broken event stream before the call is given up.
    package var resumptionsMax = 5
    /// A number from 0 up to 1, for pauses that are not all alike.
    package var random: @Sendable () -> Double

    /// The defaults, under this name.
    package init(
        ownInfo: JSONObject, random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.ownInfo = ownInfo
        self.random = random
    }
}
