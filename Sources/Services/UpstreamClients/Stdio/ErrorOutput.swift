import Telemetry

/// What a program says on its error output, on its way to the log: line by line, cut, and not more than a log can take.
///
/// It is free text and no sign of failure (MCP basic/transports, stdio), so it is written as information. The log makes
/// control characters harmless.
struct ErrorOutput {
    /// Bytes of one line; the rest of it is left out.
    static let lineBytesMax = 1_024
    /// Lines that are written at once after a silence.
    static let burstMax = 50
    /// Lines a second that are written for long.
    static let linesPerSecond: UInt64 = 10

    private static let nanosecondsPerLine = 1_000_000_000 / linesPerSecond

    /// Whether it is written for developers only.
    var isQuiet = false

    private let log: Log
    private var lines = LineSplitter(bytesMax: lineBytesMax)
    /// As time: each line costs `nanosecondsPerLine`, and time gives it back.
    private var credit = UInt64(burstMax) * nanosecondsPerLine
    private var creditedAt: UInt64
    private var leftOut = 0

    /// Writes to a log that names the upstream already.
    init(log: Log, at now: UInt64) {
        self.log = log
        creditedAt = now
    }

    /// Takes what the program said.
    mutating func take(_ bytes: consuming [UInt8], at now: UInt64) {
        let creditMax = UInt64(Self.burstMax) * Self.nanosecondsPerLine
        credit = min(creditMax, credit + min(creditMax, now - min(now, creditedAt)))
        creditedAt = now
        lines.take(bytes)
        while let line = lines.next() { say(line) }
    }

    /// Writes what stands behind the last line end, and how much was left out.
    mutating func finish() {
        if let line = lines.finish() { say(line) }
        guard leftOut > 0 else { return }
        write("the upstream's process said more than is logged", ["left_out": .integer(leftOut)])
        leftOut = 0
    }

    private mutating func say(_ line: LineSplitter.Line) {
        let text: [UInt8]
        switch line {
        case .whole(let bytes): text = bytes
        case .tooLong(let head, _): text = head + Array("…".utf8)
        }
        if text.allSatisfy({ $0 <= 0x20 }) { return }
        guard credit >= Self.nanosecondsPerLine else {
            leftOut += 1
            return
        }
        credit -= Self.nanosecondsPerLine
        var fields: LogFields = ["text": .bytes(text)]
        if leftOut > 0 { fields.set("left_out", to: .integer(leftOut)) }
        leftOut = 0
        write("the upstream's process says", fields)
    }

    private func write(_ message: String, _ fields: LogFields) {
        if isQuiet { log.debug(message, fields) } else { log.info(message, fields) }
    }
}
