// Stands in for Telemetry until its own types are on main.
package struct Secret<Value: Sendable>: Sendable {
    package let exposed: Value
    package init(_ value: Value) { exposed = value }
}
package enum LogLevel: UInt8, Sendable, Comparable, CaseIterable {
    case debug, info, warning, error
    package var name: String {
        switch self {
        case .debug: "debug"
        case .info: "info"
        case .warning: "warning"
        case .error: "error"
        }
    }
    package static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }
}
package enum LogFormat: String, Sendable, CaseIterable { case auto, json, human }
