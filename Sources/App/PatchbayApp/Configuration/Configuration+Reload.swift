import GatewayModel

extension Configuration {
    /// The keys whose change a running process cannot take over: a reload names them instead of ignoring them.
    package func keysNeedingRestart(since running: Configuration) -> [String] {
        var keys: [String] = []
        if listen != running.listen { keys.append("listen") }
        if tls != running.tls { keys.append("tls") }
        if dataFolder != running.dataFolder { keys.append("data") }
        if log != running.log { keys.append("log") }
        if outbound != running.outbound { keys.append("outbound") }
        if identity != running.identity { keys.append("identity") }
        if eventLoops != running.eventLoops { keys.append("limits.loops") }
        let (new, old) = (base.limits, running.base.limits)
        for row in GatewayLimits.rows where Self.limitsOfTheStart.contains(row.name) {
            let differs =
                switch row.field {
                case .bytes(let property, _), .count(let property, _): new[keyPath: property] != old[keyPath: property]
                case .time(let property, _): new[keyPath: property] != old[keyPath: property]
                }
            if differs { keys.append("limits.\(row.name)") }
        }
        return keys
    }

    /// What listeners, connection pools and clients of upstreams are made with; every other limit is read from the snapshot of
    /// each call.
    private static let limitsOfTheStart: Set = [
        "headBytes", "headFields", "connections", "headTime", "bodyTime", "idleTime", "writeTime", "exchangeTime",
        "sessionTime", "upstreamAnswerBytes", "upstreamConnections", "upstreamWaiters", "upstreamConnectTime",
        "upstreamIdleTime", "upstreamSessions", "upstreamSessionIdleTime", "processes", "upstreamProcesses",
        "processStartTime", "processIdleTime", "processStopTime",
    ]
}
