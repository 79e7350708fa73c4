import Glibc

/// What the configuration's `log.format` may say.
package enum LogFormat: String, Sendable, CaseIterable {
    /// People's lines on a terminal, JSON everywhere else.
    case auto
    /// One JSON object per line.
    case json
    /// Aligned lines for people, coloured on a terminal only.
    case human

    /// The rendering for standard error as it is now.
    package func renderingForStandardError() -> LogRendering {
        rendering(isTerminal: isatty(STDERR_FILENO) == 1)
    }

    /// The rendering for a place that is a terminal or is not.
    package func rendering(isTerminal: Bool) -> LogRendering {
        switch self {
        case .json: .json
        case .human: isTerminal ? .colouredHuman : .human
        case .auto: isTerminal ? .colouredHuman : .json
        }
    }
}

/// How an event becomes a line: at most `LogLimits.lineBytesMax` bytes, the last of them the only line feed.
package enum LogRendering: Sendable, Hashable {
    /// `{"ts":"…","level":"…","msg":"…",…fields}`.
    case json
    /// `time level message name=value …`.
    case human
    /// The same with ANSI colours.
    case colouredHuman

    /// The line of an event, line feed included.
    package func line(of event: LogEvent, at time: Timestamp) -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(256)
        switch self {
        case .json: JSONLine.append(event, at: time, to: &line)
        case .human: HumanLine(isColoured: false).append(event, at: time, to: &line)
        case .colouredHuman: HumanLine(isColoured: true).append(event, at: time, to: &line)
        }
        return line
    }
}

extension LogFields {
    /// Appends each field, takes back the one that would make the line too long, and says whether all found room.
    func appendWithinLimits(
        to line: inout [UInt8], reserving tailBytes: Int, _ appendField: (Field, inout [UInt8]) -> Void
    ) -> Bool {
        for (index, field) in fields.enumerated() {
            guard index < LogLimits.fieldsMax else { return false }
            let start = line.count
            appendField(field, &line)
            if line.count + tailBytes > LogLimits.lineBytesMax {
                line.removeSubrange(start...)
                return false
            }
        }
        return true
    }
}

extension Duration {
    /// For a reader: thousandths of a second with three decimals are as exact as any log needs.
    var millisecondsText: String {
        let (seconds, attoseconds) = components
        let microseconds =
            seconds.multipliedReportingOverflow(by: 1_000_000).partialValue &+ attoseconds / 1_000_000_000_000
        let fraction = String((microseconds % 1_000).magnitude)
        let zeros = String(repeating: "0", count: 3 - fraction.utf8.count)
        let sign = microseconds < 0 && microseconds > -1_000 ? "-" : ""
        return "\(sign)\(microseconds / 1_000).\(zeros)\(fraction)"
    }
}
