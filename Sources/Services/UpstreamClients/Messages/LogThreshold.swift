import JSONCoding
import MCPWire

/// From which level on log messages are wanted.
enum LogThreshold {
    /// Whether a message is for somebody who wants this level; a message without a known level is for everybody who wants any.
    static func passes(_ message: JSONObject, wanted level: String?) -> Bool {
        guard let wanted = level.flatMap(MCPLogLevel.init) else { return false }
        guard let actual = message["level"]?.stringValue.flatMap(MCPLogLevel.init) else { return true }
        return actual >= wanted
    }

    /// The level to set for a session at which this one is wanted now, if it is not that loud yet; remembers it.
    static func raise(_ current: inout MCPLogLevel?, to wanted: String?, at upstream: UpstreamDescription) -> String? {
        guard let wanted = wanted.flatMap(MCPLogLevel.init), upstream.capabilities["logging"] != nil else { return nil }
        if let current, current <= wanted { return nil }
        current = wanted
        return wanted.rawValue
    }
}
