/// The rendering for people: time, level and message in columns, then `name=value`, quoted where it has to be.
struct HumanLine {
    let isColoured: Bool

    private static let levelWidth = 7
    private static let messageWidth = 44
    private static let cutMark = " (cut)"

    func append(_ event: LogEvent, at time: Timestamp, to line: inout [UInt8]) {
        coloured(.dim, &line) { time.append(to: &$0) }
        line.append(UInt8(ascii: " "))
        coloured(.of(event.level), &line) {
            $0.append(contentsOf: event.level.name.utf8)
            $0.pad(Self.levelWidth - event.level.name.utf8.count)
        }
        line.append(UInt8(ascii: " "))
        let start = line.count
        line.appendEscaped(event.message, limit: LogLimits.messageBytesMax)
        if !event.fields.fields.isEmpty { line.pad(Self.messageWidth - (line.count - start)) }
        if !event.fields.appendWithinLimits(to: &line, reserving: Self.cutMark.utf8.count + 1, appendField) {
            line.append(contentsOf: Self.cutMark.utf8)
        }
        line.append(UInt8(ascii: "\n"))
    }

    private func appendField(_ field: LogFields.Field, to line: inout [UInt8]) {
        line.append(UInt8(ascii: " "))
        coloured(.dim, &line) {
            $0.appendEscaped(field.name, limit: LogLimits.valueBytesMax)
            $0.append(UInt8(ascii: "="))
        }
        switch field.value {
        case .string(let text): appendText(text, to: &line)
        case .bytes(let bytes): appendText(String(decoding: bytes, as: UTF8.self), to: &line)
        case .integer(let number): line.append(contentsOf: String(number).utf8)
        case .double(let number): line.append(contentsOf: "\(number)".utf8)
        case .bool(let fact): line.append(contentsOf: (fact ? "true" : "false").utf8)
        case .duration(let duration):
            line.append(contentsOf: duration.millisecondsText.utf8)
            line.append(contentsOf: "ms".utf8)
        }
    }

    private func appendText(_ text: String, to line: inout [UInt8]) {
        let isPlain =
            !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C && $0 != 0x3D }
        if !isPlain { line.append(UInt8(ascii: "\"")) }
        line.appendEscaped(text, limit: LogLimits.valueBytesMax)
        if !isPlain { line.append(UInt8(ascii: "\"")) }
    }

    private func coloured(_ colour: Colour, _ line: inout [UInt8], _ body: (inout [UInt8]) -> Void) {
        guard isColoured, colour != .plain else { return body(&line) }
        line.append(contentsOf: colour.rawValue.utf8)
        body(&line)
        line.append(contentsOf: "\u{1B}[0m".utf8)
    }

    private enum Colour: String {
        case plain = ""
        case dim = "\u{1B}[2m"
        case yellow = "\u{1B}[33m"
        case red = "\u{1B}[1;31m"
        case green = "\u{1B}[32m"

        static func of(_ level: LogLevel) -> Colour {
            switch level {
            case .debug: .dim
            case .info: .green
            case .warning: .yellow
            case .error: .red
            }
        }
    }
}

extension [UInt8] {
    fileprivate mutating func pad(_ spaces: Int) {
        for _ in 0..<Swift.max(0, spaces) { append(UInt8(ascii: " ")) }
    }
}
