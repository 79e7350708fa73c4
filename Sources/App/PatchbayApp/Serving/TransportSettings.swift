import GatewayModel
import HTTPMessages
import HTTPTransport
import JSONCoding
import UpstreamClients

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

extension UpstreamSettings {
    /// The operator's limits as clients of remote servers take them.
    init(_ limits: GatewayLimits) {
        self.init(ownInfo: OwnName.info)
        answerBytesMax = limits.upstreamAnswerBytes
        sessionIdleTime = limits.upstreamSessionIdleTime
        sessionsMax = limits.upstreamSessions
    }
}

extension StdioSettings {
    /// The operator's limits as clients of programs take them.
    init(_ limits: GatewayLimits) {
        self.init()
        processesMax = limits.upstreamProcesses
        startTime = limits.processStartTime
        idleTime = limits.processIdleTime
        stopTime = limits.processStopTime
        messageBytesMax = limits.upstreamAnswerBytes
    }
}

/// What we call ourselves at upstreams.
enum OwnName {
    static let userAgent = "patchbay/\(PatchbayVersion.text)"

    static var info: JSONObject {
        ["name": "patchbay", "title": "Patchbay", "version": .string(PatchbayVersion.text)]
    }
}
