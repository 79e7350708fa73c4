import Glibc
import Synchronization
import Telemetry
import Testing

/// Two ends of a pipe or socket pair, closed when the test is over.
private final class Ends: Sendable {
    let reader: Int32
    let writer: Int32
    private let isReaderOpen = Atomic(true)

    init(pipe: Void) {
        var ends: [Int32] = [0, 0]
        Glibc.pipe(&ends)
        (reader, writer) = (ends[0], ends[1])
        signal(SIGPIPE, SIG_IGN)
    }

    init(socketsWithNonBlockingWriter: Void) {
        var ends: [Int32] = [0, 0]
        socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0, &ends)
        (reader, writer) = (ends[0], ends[1])
        signal(SIGPIPE, SIG_IGN)
    }

    func closeReader() {
        if isReaderOpen.exchange(false, ordering: .relaxed) { close(reader) }
    }

    /// What can be read now, without waiting.
    func drain() -> [UInt8] {
        var all: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        var request = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
        while poll(&request, 1, 0) > 0 {
            let count = read(reader, &part, part.count)
            guard count > 0 else { break }
            all += part[..<count]
        }
        return all
    }

    deinit {
        closeReader()
        close(writer)
    }
}

private func line(_ text: String) -> [UInt8] { Array((text + "\n").utf8) }

@Suite struct `A line writer` {
    @Test func `writes whole lines that threads never mix`() async {
        let ends = Ends(pipe: ())
        let writer = LineWriter(descriptor: ends.writer)
        await withTaskGroup(of: Void.self) { group in
            for name in ["a", "b", "c", "d"] {
                group.addTask {
                    // All together fill half of a pipe, which nobody reads until the end.
                    for _ in 0..<30 {
                        writer.write(line(String(repeating: name, count: 300)))
                    }
                }
            }
        }
        let lines = ends.drain().split(separator: UInt8(ascii: "\n"))
        #expect(lines.count == 120)
        #expect(lines.allSatisfy { $0.count == 300 && Set($0).count == 1 })
        #expect(writer.droppedLines == 0)
    }

    @Test func `drops and counts lines when nobody reads, and goes on when somebody does`() {
        let ends = Ends(pipe: ())
        let writer = LineWriter(descriptor: ends.writer)
        let text = line(String(repeating: "x", count: 4_000))
        // The pipe is a blocking one: without the poll this loop would never end.
        var written = 0
        while writer.droppedLines == 0 {
            writer.write(text)
            written += 1
        }
        for _ in 0..<100 { writer.write(text) }
        #expect(writer.droppedLines == 101)
        #expect(ends.drain().count == (written - 1) * text.count)
        writer.write(line("back"))
        #expect(ends.drain() == line("back"))
        #expect(writer.droppedLines == 101)
    }

    @Test func `survives a reader that is gone`() {
        let ends = Ends(pipe: ())
        ends.closeReader()
        let writer = LineWriter(descriptor: ends.writer)
        writer.write(line("a"))
        writer.write(line("b"))
        #expect(writer.droppedLines == 2)
    }

    @Test func `survives a descriptor that is not open`() {
        let writer = LineWriter(descriptor: 1_000_000)
        writer.write(line("a"))
        #expect(writer.droppedLines == 1)
    }

    @Test func `starts a new line after one that was torn`() {
        let ends = Ends(socketsWithNonBlockingWriter: ())
        let writer = LineWriter(descriptor: ends.writer)
        // Longer than any socket buffer, so that only its beginning finds room.
        writer.write(line(String(repeating: "x", count: 8_000_000)))
        #expect(writer.droppedLines == 1)
        let torn = ends.drain()
        #expect(torn.allSatisfy { $0 == UInt8(ascii: "x") } && !torn.isEmpty)
        writer.write(line("next"))
        #expect(ends.drain() == Array("\nnext\n".utf8))
        writer.write(line("after"))
        #expect(ends.drain() == line("after"))
    }

    @Test func `is where a log's lines arrive`() {
        let ends = Ends(pipe: ())
        let sink = LogSink.lines(.json, to: LineWriter(descriptor: ends.writer), now: { Timestamp(seconds: 0) })
        Log(sink: sink).info("started", ["port": 8080])
        #expect(
            String(decoding: ends.drain(), as: UTF8.self)
                == #"{"ts":"1970-01-01T00:00:00.000Z","level":"info","msg":"started","port":8080}"# + "\n")
    }
}
