import GatewayModel
import HTTPMessages
import HTTPTransport

extension HTTPServerSettings {
    /// The operator's limits as the server side takes them; what counts over all loops is shared out.
    init(_ limits: GatewayLimits, loops: Int) {
        self.init()
        messageLimits.headBytesMax = limits.headBytes
        messageLimits.fieldCountMax = limits.headFields
        headTime = limits.headTime
        bodyPause = limits.bodyTime
        requestTime = limits.exchangeTime
        idleTime = limits.idleTime
        writePause = limits.writeTime
        connectionsMax = max(1, limits.connections / loops)
    }
}

extension HTTPClientSettings {
    /// The operator's limits as the client side takes them; what counts over all loops is shared out.
    init(_ limits: GatewayLimits, loops: Int) {
        self.init()
        connectTime = limits.upstreamConnectTime
        idleTime = limits.upstreamIdleTime
        connectionsMax = max(1, limits.upstreamConnections / loops)
        waitersMax = max(0, limits.upstreamWaiters / loops)
    }
}
