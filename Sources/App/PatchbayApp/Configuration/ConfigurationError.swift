/// Why a configuration cannot be used.
package enum ConfigurationError: Error, Sendable, Hashable {
    /// The file cannot be read at all; `reason` ends a sentence.
    case unreadable(file: String, reason: String, isMissing: Bool)
    /// Everything that is wrong, by place.
    case mistakes(file: String, [ConfigurationMistake], omitted: Int)

    /// One line each, as an operator reads them.
    package var lines: [String] {
        switch self {
        case .unreadable(let file, let reason, _): ["\(file): \(reason)"]
        case .mistakes(let file, let mistakes, let omitted):
            mistakes.map { $0.line(file: file) } + (omitted > 0 ? ["and \(omitted) more"] : [])
        }
    }
}
