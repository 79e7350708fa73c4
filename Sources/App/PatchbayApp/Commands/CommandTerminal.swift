import Glibc

/// Where a command reads and writes while it runs; what it says at its end is its result.
package struct CommandTerminal: Sendable {
    /// Standard input.
    let input: Int32
    /// Standard output.
    let output: Int32
    /// Whether a person reads standard output.
    let isOutputWatched: Bool
    /// Says something at once to a person, and nothing in a pipe.
    let note: @Sendable (String) -> Void

    /// Nobody watches; the descriptors are the usual ones.
    package init(
        input: Int32 = STDIN_FILENO, output: Int32 = STDOUT_FILENO, isOutputWatched: Bool = false,
        note: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.input = input
        self.output = output
        self.isOutputWatched = isOutputWatched
        self.note = note
    }

    /// The first line of standard input, without its end; nothing when there is none, or it is longer.
    func firstLine(bytesMax: Int) -> String? {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while true {
            let count = read(input, &byte, 1)
            if count < 0, errno == EINTR { continue }
            if count <= 0 || byte == UInt8(ascii: "\n") { break }
            guard bytes.count < bytesMax else { return nil }
            bytes.append(byte)
        }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard !bytes.isEmpty else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}
