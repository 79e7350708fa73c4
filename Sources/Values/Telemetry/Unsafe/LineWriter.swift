import Glibc
import Synchronization

/// Writes whole lines to a descriptor that it does not own, from any thread, and never lets a reader who is slow or
/// gone stop the program. A class because the lock and the state behind it are shared by all copies of a log.
///
/// 1. Each line is one `write(2)`; lines never mix. Up to `PIPE_BUF` bytes the kernel keeps that promise across
///    processes.
/// 2. Before a write the descriptor is polled, because a full pipe may be a blocking one. The wait is bounded, and
///    after a wait in vain there is none until a line has gone through again: a dead reader costs one wait in all.
/// 3. A line that cannot be written is dropped and counted. If part of it went out, a line feed goes before the next
///    one.
/// 4. SIGPIPE must be ignored by the process (it is, from `main` on); a closed reader is then just another dropped
///    line.
package final class LineWriter: Sendable {
    private struct State {
        var isStalled = false
        var owesLineFeed = false
        var droppedLines: UInt64 = 0
    }

    /// How long the first line that finds no room may wait.
    package static let stallMilliseconds: Int32 = 50

    private let descriptor: Int32
    private let state = Mutex(State())

    /// Writes to `descriptor`, standard error unless told otherwise.
    package init(descriptor: Int32 = STDERR_FILENO) {
        self.descriptor = descriptor
    }

    /// How many lines found no reader so far.
    package var droppedLines: UInt64 {
        state.withLock { $0.droppedLines }
    }

    /// Writes one line, which ends in a line feed.
    package func write(_ line: [UInt8]) {
        state.withLock { state in
            var line = line
            if state.owesLineFeed { line.insert(UInt8(ascii: "\n"), at: 0) }
            let written = writeAll(line, isStalled: state.isStalled)
            state.isStalled = written < line.count
            if written == line.count {
                state.owesLineFeed = false
            } else {
                state.droppedLines += 1
                // The first byte of a retry may be the line feed that was owed.
                state.owesLineFeed = written > 0 ? line[written - 1] != UInt8(ascii: "\n") : state.owesLineFeed
            }
        }
    }

    /// Writes as much as finds room within the wait, and says how much that was.
    ///
    /// Safe because the pointer is used only inside the closure and `offset` stays below the buffer's count.
    private func writeAll(_ line: [UInt8], isStalled: Bool) -> Int {
        line.withUnsafeBytes { bytes in
            var offset = 0
            while offset < bytes.count {
                guard waitForRoom(milliseconds: isStalled ? 0 : Self.stallMilliseconds) else { return offset }
                let result = Glibc.write(descriptor, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
                if result > 0 {
                    offset += result
                } else if result < 0, errno == EINTR || errno == EAGAIN {
                    // EAGAIN after a positive poll: another process took the room. Waiting again is bounded by its
                    // turn.
                    if errno == EAGAIN { return offset }
                } else {
                    return offset
                }
            }
            return offset
        }
    }

    private func waitForRoom(milliseconds: Int32) -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        var result: Int32
        repeat { result = poll(&request, 1, milliseconds) } while result < 0 && errno == EINTR
        return result > 0
    }
}
