/// How grave a log message is, least grave first (RFC 5424, as MCP names it).
package enum MCPLogLevel: String, Sendable, Hashable, CaseIterable, Comparable {
    case debug
    case info
    case notice
    case warning
    case error
    case critical
    case alert
    case emergency

    /// Less grave is less.
    package static func < (one: MCPLogLevel, other: MCPLogLevel) -> Bool {
        one.rank < other.rank
    }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
