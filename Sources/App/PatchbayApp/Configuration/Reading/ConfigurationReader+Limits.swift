import GatewayModel
import Telemetry

/// What the keys `limits` and `log` say.
extension ConfigurationReader {
    /// More loops than this share no more work; a machine with more cores says so by the key.
    static var eventLoopsMax: Int { 256 }

    mutating func limits(_ field: Field?) -> (values: GatewayLimits, eventLoops: Int?) {
        var values = GatewayLimits()
        guard let field, var keys = field.section(&log, instead: "write limits as { bodyBytes: 10MiB }") else {
            return (values, nil)
        }
        for row in GatewayLimits.rows {
            guard let field = keys.take(row.name) else { continue }
            switch row.field {
            case .bytes(let property, let range):
                if let value = field.size(in: range, &log) { values[keyPath: property] = value }
            case .count(let property, let range):
                if let value = field.count(in: range, &log) { values[keyPath: property] = value }
            case .time(let property, let range):
                if let value = field.time(in: range, &log) { values[keyPath: property] = value }
            }
        }
        checkProportions(values, field)
        let loops = keys.take("loops").flatMap { $0.count(in: 1...Self.eventLoopsMax, &log) }
        keys.finish(&log)
        return (values, loops)
    }

    /// Limits that contradict each other: the larger one could never be reached.
    private mutating func checkProportions(_ values: GatewayLimits, _ field: Field) {
        for (name, time) in [("callTime", values.callTime), ("callTimeForChatGPT", values.callTimeForChatGPT)]
        where time > values.exchangeTime {
            log.add(
                field.position, "\(field.path).\(name)",
                "a call may take \(Quantity.spelled(time: time)), but its exchange ends after \(Quantity.spelled(time: values.exchangeTime))",
                "raise exchangeTime, or lower \(name)")
        }
    }

    mutating func logging(_ field: Field?, isJSON: Bool) -> LogSettings {
        guard let field, var keys = field.section(&log, instead: "write { level: info, format: auto }") else {
            return LogSettings(level: .info, format: isJSON ? .json : .auto)
        }
        let level = keys.take("level").flatMap { $0.choice(&log, among: LogLevel.self, word: \.name) }
        let format = keys.take("format").flatMap { $0.choice(&log, among: LogFormat.self, word: \.rawValue) }
        keys.finish(&log)
        return LogSettings(level: level ?? .info, format: isJSON ? .json : format ?? .auto)
    }
}
