import CLinux
import Glibc
import Reactor
import Synchronization

/// Messages from a descriptor, one JSON text a line, as a client of the stdio transport writes them.
///
/// A class, because whoever ends it is another than who reads. The descriptor is read on a thread of its own and stays as it is: a
/// terminal that was made non-blocking would be so for the shell too.
final class MessageInput: Sendable {
    /// What a line is.
    enum Line: Sendable, Equatable {
        case message([UInt8])
        /// More bytes than a message may have; they were left out.
        case tooLong
    }

    fileprivate struct State {
        var bytes: [UInt8] = []
        /// Where in `bytes` the next line begins, and how far it was searched for its end.
        var start = 0
        var searched = 0
        var isSkipping = false
        var hasEnded = false
    }

    private let descriptor: Int32
    private let bytesMax: Int
    private let lane = BlockingLane(threads: 1, queueMax: 4)
    /// Its reading end is readable when nobody wants to read the input any more.
    private let ending: (read: Int32, write: Int32)
    private let state = Mutex(State())

    /// Reads messages of at most so many bytes; the descriptor stays the caller's.
    init(descriptor: Int32, bytesMax: Int) {
        self.descriptor = descriptor
        self.bytesMax = bytesMax
        var ends: [Int32] = [-1, -1]
        // Without it only the end of the input ends the reading; the kernel ignores a descriptor below zero.
        if patchbay_pipe(&ends) != 0 { ends = [-1, -1] }
        ending = (ends[0], ends[1])
    }

    deinit {
        close(ending.read)
        close(ending.write)
    }

    /// The next line that is not empty; nothing at the end.
    func next() async -> Line? {
        while true {
            if let line = state.withLock({ [bytesMax] in $0.takeLine(bytesMax: bytesMax) }) { return line }
            if state.withLock({ $0.hasEnded }) || Task.isCancelled { return nil }
            let piece = try? await withTaskCancellationHandler {
                try await lane.run { [self] in read() }
            } onCancel: {
                end()
            }
            state.withLock { $0.add(piece ?? []) }
        }
    }

    /// Ends the reading, also one that waits.
    func end() {
        _ = write(ending.write, [1], 1)
    }

    /// Empty at the end of the input, and when nobody wants to read any more.
    private func read() -> [UInt8] {
        var watched = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: ending.read, events: Int16(POLLIN), revents: 0),
        ]
        while poll(&watched, 2, -1) < 0 {
            guard errno == EINTR else { return [] }
        }
        guard watched[1].revents == 0 else { return [] }
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &piece, piece.count)
            if count < 0 && errno == EINTR { continue }
            return count > 0 ? Array(piece[..<count]) : []
        }
    }
}

extension MessageInput.State {
    /// Takes what was read; nothing is the end.
    fileprivate mutating func add(_ piece: [UInt8]) {
        guard !piece.isEmpty else {
            hasEnded = true
            return
        }
        bytes.removeFirst(start)
        searched -= start
        start = 0
        bytes += piece
    }

    /// A last line without an end counts: who writes one message and closes means it.
    fileprivate mutating func takeLine(bytesMax: Int) -> MessageInput.Line? {
        while let line = takeLine(bytesMax) {
            let wasSkipping = isSkipping
            isSkipping = false
            if wasSkipping || line.count > bytesMax { return .tooLong }
            if line.contains(where: { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }) {
                return .message(Array(line))
            }
        }
        return nil
    }

    private mutating func takeLine(_ bytesMax: Int) -> ArraySlice<UInt8>? {
        if let end = bytes[searched...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = bytes[start..<end]
            start = end + 1
            searched = start
            return line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        }
        searched = bytes.count
        if hasEnded, start < bytes.count || isSkipping {
            defer { start = bytes.count }
            return bytes[start...]
        }
        if bytes.count - start > bytesMax {
            // Kept no longer, so that an endless line costs nothing.
            start = bytes.count
            isSkipping = true
        }
        return nil
    }
}
