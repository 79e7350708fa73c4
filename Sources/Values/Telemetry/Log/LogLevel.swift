/// How much a line matters; the configuration's `log.level` is the least that is written.
package enum LogLevel: UInt8, Sendable, Comparable, CaseIterable {
    /// What a developer of Patchbay wants to see.
    case debug
    /// What happens once: starts, stops, reloads.
    case info
    /// Something went wrong that Patchbay went on from, or will do so if nobody acts.
    case warning
    /// Something that was asked for could not be done.
    case error

    /// The word that the configuration and the lines use.
    package var name: String {
        switch self {
        case .debug: "debug"
        case .info: "info"
        case .warning: "warning"
        case .error: "error"
        }
    }

    /// The level of this word, or `nil` when no level is called so.
    package init?(name: String) {
        guard let level = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = level
    }

    package static func < (left: LogLevel, right: LogLevel) -> Bool {
        left.rawValue < right.rawValue
    }
}
