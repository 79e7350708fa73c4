import JSONCoding

/// From which level on log messages are wanted.
enum LogThreshold {
    private static let levels = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"]

    /// The one of both that lets more through; an unknown level lets nothing through.
    static func louder(_ one: String?, _ other: String?) -> String? {
        switch (one.flatMap(rank), other.flatMap(rank)) {
        case (let left?, let right?): left <= right ? one : other
        case (_?, nil): one
        case (nil, _?): other
        case (nil, nil): nil
        }
    }

    /// Whether a message is for somebody who wants this level; a message without a known level is for everybody who wants any.
    static func passes(_ message: JSONObject, wanted level: String?) -> Bool {
        guard let wanted = level.flatMap(rank) else { return false }
        guard let actual = message["level"]?.stringValue.flatMap(rank) else { return true }
        return actual >= wanted
    }

    private static func rank(_ level: String) -> Int? { levels.firstIndex(of: level) }
}
