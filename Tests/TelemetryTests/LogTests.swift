import Synchronization
import Telemetry
import Testing

/// Collects events and the lines that they become.
final class CollectedLog: Sendable {
    private let events = Mutex<[LogEvent]>([])

    var sink: LogSink { LogSink { event in self.events.withLock { $0.append(event) } } }
    var all: [LogEvent] { events.withLock { $0 } }
}

private let moment = Timestamp(seconds: 1_785_240_000, milliseconds: 7)

private func line(
    _ rendering: LogRendering, _ level: LogLevel = .info, _ message: String = "it happened", _ fields: LogFields = [:]
) -> String {
    String(
        decoding: rendering.line(of: LogEvent(level: level, message: message, fields: fields), at: moment),
        as: UTF8.self)
}

@Suite struct `A log` {
    @Test(arguments: LogLevel.allCases)
    func `hands on its level and above, and nothing below`(least: LogLevel) {
        let collected = CollectedLog()
        let log = Log(level: least, sink: collected.sink)
        log.debug("said")
        log.info("said")
        log.warning("said")
        log.error("said")
        #expect(collected.all.map(\.level) == LogLevel.allCases.filter { $0 >= least })
        #expect(LogLevel.allCases.filter(log.writes) == LogLevel.allCases.filter { $0 >= least })
    }

    @Test func `does not even build what its level keeps back`() {
        let collected = CollectedLog()
        var built = 0
        func message() -> String {
            built += 1
            return "built"
        }
        let log = Log(level: .warning, sink: collected.sink)
        log.info(message(), ["field": .string(message())])
        #expect(built == 0)
        log.warning(message(), ["field": .string(message())])
        #expect(built == 2)
    }

    @Test func `carries its own fields in front, and a later one of the same name wins`() {
        let collected = CollectedLog()
        let log = Log(sink: collected.sink).adding(["server": "default", "attempt": 1])
        log.info("connected", ["attempt": 2, "upstream": "weather"])
        #expect(collected.all[0].fields == ["server": "default", "attempt": 2, "upstream": "weather"])
    }

    @Test func `reads levels as the configuration spells them`() {
        for level in LogLevel.allCases { #expect(LogLevel(name: level.name) == level) }
        #expect(LogLevel(name: "Info") == nil)
        #expect(LogLevel(name: "") == nil)
    }

    @Test func `is JSON away from a terminal and coloured only on one`() {
        #expect(LogFormat.auto.rendering(isTerminal: false) == .json)
        #expect(LogFormat.auto.rendering(isTerminal: true) == .colouredHuman)
        #expect(LogFormat.human.rendering(isTerminal: false) == .human)
        #expect(LogFormat.json.rendering(isTerminal: true) == .json)
        #expect(LogFormat(rawValue: "xml") == nil)
    }
}

@Suite struct `A JSON line` {
    @Test func `holds time, level, message and fields of every type`() {
        let fields: LogFields = [
            "name": "weather", "status": 502, "ratio": .double(0.5), "infinite": .double(.infinity), "retried": true,
            "took": .duration(.microseconds(12_345)), "raw": .bytes([0x61, 0xFF]),
        ]
        #expect(
            line(.json, .warning, "upstream closed the connection", fields)
                == #"{"ts":"2026-07-28T12:00:00.007Z","level":"warning","msg":"upstream closed the connection","#
                + #""name":"weather","status":502,"ratio":0.5,"infinite":"inf","retried":true,"took_ms":12.345,"#
                + #""raw":"a\#u{FFFD}"}"# + "\n")
    }

    @Test func `keeps its own members apart from fields of the same name`() {
        let text = line(.json, .info, "m", ["ts": "x", "level": "x", "msg": "x", "cut": "x"])
        #expect(text.hasSuffix(#""msg":"m","ts_":"x","level_":"x","msg_":"x","cut_":"x"}"# + "\n"))
    }
}

@Suite struct `A human line` {
    @Test func `aligns level and message and quotes what is not a plain word`() {
        #expect(
            line(
                .human, .info, "listening",
                ["address": "127.0.0.1:8080", "title": "My server", "empty": "", "a": "b=c"])
                == "2026-07-28T12:00:00.007Z info    listening                                    "
                + #"address=127.0.0.1:8080 title="My server" empty="" a="b=c""# + "\n")
        #expect(line(.human, .warning, "late") == "2026-07-28T12:00:00.007Z warning late\n")
    }

    @Test func `has colours only where asked for`() {
        #expect(!line(.human, .error, "broken", ["a": 1]).contains("\u{1B}"))
        #expect(line(.colouredHuman, .error, "broken", ["a": 1]).contains("\u{1B}[1;31merror"))
    }
}

@Suite struct `A hostile value` {
    static let hostile: [String] = [
        "\n{\"ts\":\"now\",\"level\":\"error\",\"msg\":\"forged\"}", "\r\nforged", "a\u{0}b",
        "\u{1B}[2J\u{1B}]0;title\u{7}",
        "\"},{\"", "\\", "\u{85}next", "\u{2028}", "\u{202E}desrever", "\u{9B}31m", "\u{7F}", "\u{E0041}tag",
        "\u{FEFF}",
        "\u{200B}",
    ]

    @Test(arguments: hostile, [LogRendering.json, .human])
    func `cannot end the line or reach the terminal`(value: String, rendering: LogRendering) {
        let places: [(String, LogFields)] = [("m", ["v": .string(value)]), (value, [:]), ("m", [value: 1])]
        for (message, fields) in places {
            let text = line(rendering, .info, message, fields)
            #expect(text.unicodeScalars.filter { $0 == "\n" }.count == 1)
            #expect(text.unicodeScalars.last == "\n")
            let shown = text.unicodeScalars.dropLast()
            #expect(shown.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) })
            #expect(!shown.contains { [0x2028, 0x202E, 0xFEFF, 0x200B, 0xE0041].contains($0.value) })
        }
    }

    @Test func `cannot leave its quotes`() {
        #expect(line(.json, .info, "m", ["v": "\",\"x\":\""]).hasSuffix(#""v":"\",\"x\":\""}"# + "\n"))
        #expect(line(.json, .info, "m", ["v": "\u{E0041}\u{1}"]).hasSuffix(#""v":"\udb40\udc41\u0001"}"# + "\n"))
        #expect(line(.human, .info, "m", ["v": "a\" level=error"]).hasSuffix(#"v="a\" level=error""# + "\n"))
    }

    @Test func `is cut after its limit and not before`() {
        let fits = String(repeating: "x", count: LogLimits.valueBytesMax)
        #expect(line(.json, .info, "m", ["v": .string(fits)]).hasSuffix("\(fits)\"}\n"))
        #expect(line(.json, .info, "m", ["v": .string(fits + "y")]).hasSuffix("\(fits)…\"}\n"))
        let message = String(repeating: "x", count: LogLimits.messageBytesMax)
        #expect(line(.json, .info, message).hasSuffix("\(message)\"}\n"))
        #expect(line(.json, .info, message + "y").hasSuffix("\(message)…\"}\n"))
    }

    @Test func `counts against its limit as it is written, escapes included`() {
        let text = line(.json, .info, "m", ["v": .string(String(repeating: "\u{1}", count: 5_000))])
        #expect(text.utf8.count < LogLimits.valueBytesMax + 100)
        #expect(text.hasSuffix("\\u0001…\"}\n"))
    }

    @Test(arguments: [LogRendering.json, .human, .colouredHuman])
    func `cannot make a line longer than the limit`(rendering: LogRendering) {
        var fields: LogFields = [:]
        for index in 0..<20 { fields.set("f\(index)", to: .string(String(repeating: "\u{1}", count: 400))) }
        let text = line(rendering, .error, String(repeating: "\u{1}", count: 4_000), fields)
        #expect(text.utf8.count <= LogLimits.lineBytesMax)
        #expect(text.hasSuffix(rendering == .json ? ",\"cut\":true}\n" : " (cut)\n"))
    }

    @Test func `may fill the line to the last byte`() {
        var fields: LogFields = [:]
        for name in ["a", "b", "c"] { fields.set(name, to: .string(String(repeating: "x", count: 1_000))) }
        let tailBytes = ",\"cut\":true}\n".utf8.count - "}\n".utf8.count
        let free = LogLimits.lineBytesMax - tailBytes - line(.json, .info, "m", fields.adding(["d": ""])).utf8.count
        let full = line(.json, .info, "m", fields.adding(["d": .string(String(repeating: "x", count: free))]))
        #expect(full.utf8.count == LogLimits.lineBytesMax - tailBytes)
        #expect(!full.contains("cut"))
        let over = line(.json, .info, "m", fields.adding(["d": .string(String(repeating: "x", count: free + 1))]))
        #expect(over.hasSuffix(",\"cut\":true}\n"))
        #expect(!over.contains("\"d\""))
    }

    @Test func `cannot add fields beyond their number`() {
        var fields: LogFields = [:]
        for index in 0..<LogLimits.fieldsMax { fields.set("f\(index)", to: 1) }
        #expect(!line(.json, .info, "m", fields).contains("cut"))
        fields.set("one_more", to: 1)
        #expect(line(.json, .info, "m", fields).contains("cut"))
    }
}

@Suite struct `A timestamp` {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.000Z"),
            (951_782_399, "2000-02-28T23:59:59.000Z"),
            (951_782_400, "2000-02-29T00:00:00.000Z"), (951_868_800, "2000-03-01T00:00:00.000Z"),
            (4_107_542_400, "2100-03-01T00:00:00.000Z"), (1_735_689_599, "2024-12-31T23:59:59.000Z"),
            (253_402_300_799, "9999-12-31T23:59:59.000Z"),
        ] as [(Int64, String)])
    func `is RFC 3339 in UTC`(seconds: Int64, text: String) {
        var bytes: [UInt8] = []
        Timestamp(seconds: seconds).append(to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == text)
    }

    @Test func `of now is of this century and has its milliseconds in range`() {
        let now = Timestamp.now()
        #expect(now.seconds > 1_700_000_000)
        #expect((0...999).contains(now.milliseconds))
    }
}
