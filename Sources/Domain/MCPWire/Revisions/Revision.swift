/// A dated version of MCP. The set is closed: a date that is not in it is unsupported, never "newer".
package enum Revision: UInt8, Sendable, Hashable, CaseIterable {
    case v2024_11_05
    case v2025_03_26
    case v2025_06_18
    case v2025_11_25
    case v2026_07_28

    /// The date, as it travels in envelopes and headers.
    package var date: StaticString {
        switch self {
        case .v2024_11_05: "2024-11-05"
        case .v2025_03_26: "2025-03-26"
        case .v2025_06_18: "2025-06-18"
        case .v2025_11_25: "2025-11-25"
        case .v2026_07_28: "2026-07-28"
        }
    }

    /// Whether a conversation has a beginning that later messages build on.
    package var era: Era {
        switch self {
        case .v2024_11_05, .v2025_03_26, .v2025_06_18, .v2025_11_25: .handshake
        case .v2026_07_28: .stateless
        }
    }
}

/// The two ways in which MCP is spoken.
package enum Era: Sendable, Hashable {
    /// `initialize` first, then messages that build on it.
    case handshake
    /// Each request carries everything that is needed to serve it.
    case stateless
}
