/// The rendering for machines: flat, so that every log collector finds the fields without configuration.
enum JSONLine {
    /// Our own members; a field of such a name gets an underscore behind it, because of two equal names readers keep
    /// either.
    private static let reservedNames: Set<String> = ["ts", "level", "msg", "cut"]
    private static let cutMember = #","cut":true"#

    static func append(_ event: LogEvent, at time: Timestamp, to line: inout [UInt8]) {
        line.append(contentsOf: #"{"ts":""#.utf8)
        time.append(to: &line)
        line.append(contentsOf: #"","level":""#.utf8)
        line.append(contentsOf: event.level.name.utf8)
        line.append(contentsOf: #"","msg":"#.utf8)
        appendString(event.message, limit: LogLimits.messageBytesMax, to: &line)
        let tailBytes = cutMember.utf8.count + 2
        if !event.fields.appendWithinLimits(to: &line, reserving: tailBytes, appendMember) {
            line.append(contentsOf: cutMember.utf8)
        }
        line.append(contentsOf: "}\n".utf8)
    }

    private static func appendMember(_ field: LogFields.Field, to line: inout [UInt8]) {
        var name = field.name
        if reservedNames.contains(name) { name += "_" }
        if case .duration = field.value, !name.hasSuffix("_ms") { name += "_ms" }
        line.append(UInt8(ascii: ","))
        appendString(name, limit: LogLimits.valueBytesMax, to: &line)
        line.append(UInt8(ascii: ":"))
        appendValue(field.value, to: &line)
    }

    private static func appendValue(_ value: LogValue, to line: inout [UInt8]) {
        switch value {
        case .string(let text): appendString(text, limit: LogLimits.valueBytesMax, to: &line)
        case .bytes(let bytes):
            appendString(String(decoding: bytes, as: UTF8.self), limit: LogLimits.valueBytesMax, to: &line)
        case .integer(let number): line.append(contentsOf: String(number).utf8)
        case .double(let number):
            // JSON has no spelling for these.
            line.append(contentsOf: (number.isFinite ? "\(number)" : "\"\(number)\"").utf8)
        case .bool(let fact): line.append(contentsOf: (fact ? "true" : "false").utf8)
        case .duration(let duration): line.append(contentsOf: duration.millisecondsText.utf8)
        }
    }

    private static func appendString(_ text: String, limit: Int, to line: inout [UInt8]) {
        line.append(UInt8(ascii: "\""))
        line.appendEscaped(text, limit: limit)
        line.append(UInt8(ascii: "\""))
    }
}
