import Synchronization
import Telemetry
import Testing

@testable import UpstreamClients

/// A log that is read by a test.
final class LogBook: Sendable {
    private let events = Mutex<[LogEvent]>([])

    var log: Log { Log(level: .debug, sink: LogSink { [self] event in events.withLock { $0.append(event) } }) }
    var all: [LogEvent] { events.withLock { $0 } }

    /// What the process said.
    var texts: [String] {
        all.compactMap { event in
            guard case .bytes(let bytes) = event.fields["text"] else { return nil }
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}

@Suite struct `The error output of a process` {
    private let book = LogBook()
    private let second: UInt64 = 1_000_000_000

    @Test func `is logged line by line without empty ones`() {
        var output = ErrorOutput(log: book.log, at: 0)
        output.take(Array("one\n\n \r\nt".utf8), at: 1)
        output.take(Array("wo\nlast".utf8), at: 2)
        output.finish()
        #expect(book.texts == ["one", "two", "last"])
        #expect(book.all.allSatisfy { $0.level == .info })
    }

    @Test func `is cut behind the limit of a line`() {
        var output = ErrorOutput(log: book.log, at: 0)
        let line = String(repeating: "x", count: ErrorOutput.lineBytesMax)
        output.take(Array("\(line)\n\(line)y\n".utf8), at: 1)
        #expect(book.texts == [line, line + "…"])
    }

    @Test func `is logged as far as the burst goes and then counted`() {
        var output = ErrorOutput(log: book.log, at: 0)
        let burst = ErrorOutput.burstMax
        output.take(Array(String(repeating: "x\n", count: burst).utf8), at: 0)
        #expect(book.texts.count == burst)
        output.take(Array(String(repeating: "x\n", count: 7).utf8), at: 0)
        #expect(book.texts.count == burst)
        output.take(Array("later\n".utf8), at: second)
        #expect(book.texts.count == burst + 1)
        #expect(book.all.last?.fields["left_out"] == .integer(7))
        output.take(Array(String(repeating: "x\n", count: 20).utf8), at: second)
        #expect(UInt64(book.texts.count - burst) == ErrorOutput.linesPerSecond)
        output.finish()
        #expect(book.all.last?.fields["left_out"] == .integer(11))
    }
}
