import Glibc
import Reactor
import Synchronization

/// Messages to a descriptor, one a line, whole and in the order of sending.
///
/// A class, because all calls share it. It is written on a thread of its own, one message after the other, so a client that does
/// not read holds up those who send, and nothing piles up.
final class MessageOutput: Sendable {
    private let descriptor: Int32
    private let lane = BlockingLane(threads: 1, queueMax: 10_000)
    private let broken: @Sendable () -> Void

    /// Writes to a descriptor that stays the caller's; `broken` is called when nobody reads any more.
    init(descriptor: Int32, broken: @escaping @Sendable () -> Void) {
        self.descriptor = descriptor
        self.broken = broken
    }

    /// Returns when the message is out. A cancelled task's message goes out whole or not at all.
    func send(_ message: [UInt8]) async {
        let isOut = try? await lane.run { [descriptor] in
            var line = message
            line.append(UInt8(ascii: "\n"))
            return Self.write(line, to: descriptor)
        }
        if isOut == false { broken() }
    }

    private static func write(_ line: [UInt8], to descriptor: Int32) -> Bool {
        var rest = line[...]
        while !rest.isEmpty {
            // As much as a pipe holds: more would be copied again and again.
            let piece = Array(rest.prefix(65_536))
            let count = Glibc.write(descriptor, piece, piece.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
